//! Bodies: what is accepted, kept and refused.

use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::{IDS, bare_put, contract, errors, put, refusal, sample};

fn held(sandbox: &Sandbox) -> Option<Value> {
    sandbox.office_information(IDS[0], IDS[1], IDS[2])
}

fn pair(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

#[tokio::test]
async fn every_example_of_the_contract_is_accepted_and_read_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let contract = contract();
    let mut puts = contract["paths"].as_object().unwrap().values().filter_map(|path| path.get("put"));
    let put_office = puts.find(|put| put["operationId"] == "updateOfficeInformation").unwrap();
    let examples = &put_office["requestBody"]["content"]["application/json"]["examples"];
    let mut bodies: Vec<Value> = vec![sample()];
    bodies.extend(examples.as_object().unwrap().values().map(|e| e["value"].clone()));
    assert!(bodies.len() > 2, "no examples found");
    for body in bodies {
        let reply = put(&sandbox, IDS, &body).await;
        assert_eq!(reply.status(), 204);
        assert_eq!(reply.headers()["request-id"].len(), 36);
        assert!(reply.bytes().await.unwrap().is_empty());
        assert_eq!(held(&sandbox), Some(body));
    }
}

#[tokio::test]
async fn the_whole_value_is_replaced() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut with_city = sample();
    with_city["city"] = json!("Luanda");
    put(&sandbox, IDS, &with_city).await;
    assert_eq!(held(&sandbox), Some(with_city));
    put(&sandbox, IDS, &sample()).await;
    assert_eq!(held(&sandbox), Some(sample()));
}

#[tokio::test]
async fn each_required_field_is_asked_for_by_name() {
    let sandbox = Sandbox::start().await.unwrap();
    for field in sample().as_object().unwrap().keys() {
        let mut body = sample();
        body.as_object_mut().unwrap().remove(field);
        let refusal = refusal(put(&sandbox, IDS, &body).await, 400).await;
        assert_eq!(errors(&refusal), [pair("required", field)]);
    }
    assert_eq!(held(&sandbox), None);
}

#[tokio::test]
async fn an_empty_string_is_a_value() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut body = sample();
    body["state"] = json!("");
    assert_eq!(put(&sandbox, IDS, &body).await.status(), 204);
}

#[tokio::test]
async fn every_violation_is_listed_in_one_reply() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({ "postalCode": 2121, "state": "s".repeat(9999), "address": "a", "city": null });
    let reply = put(&sandbox, ["c1", "%2F", "u1"], &body).await;
    let expected = [
        pair("maxLength", "state"),
        pair("pattern", "tenantId"),
        pair("required", "countryRegion"),
        pair("type", "city"),
        pair("type", "postalCode"),
    ];
    assert_eq!(errors(&refusal(reply, 400).await), expected);
    assert_eq!(held(&sandbox), None);
}

#[tokio::test]
async fn a_refusal_does_not_repeat_what_was_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut body = sample();
    body["address"] = json!("Theaterplatz".repeat(100));
    let refusal = refusal(put(&sandbox, IDS, &body).await, 400).await;
    assert!(!refusal.to_string().contains("Theaterplatz"), "{refusal}");
}

#[tokio::test]
async fn unknown_fields_are_accepted_and_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut body = sample();
    body["webPage"] = json!({ "any": 1 });
    assert_eq!(put(&sandbox, IDS, &body).await.status(), 204);
    assert_eq!(held(&sandbox), Some(body));
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    for (text, code) in [
        ("", "json"),
        ("{", "json"),
        ("{} {}", "json"),
        ("\u{FEFF}{}", "json"),
        ("[]", "type"),
        ("null", "type"),
        ("\"Dande\"", "type"),
    ] {
        let request = bare_put(&sandbox, IDS).bearer_auth(sandbox.issue_token());
        let request = request.header("content-type", "application/json");
        let reply = request.body(text).send().await.unwrap();
        assert_eq!(errors(&refusal(reply, 400).await), [pair(code, "")], "{text}");
    }
}

#[tokio::test]
async fn the_content_type_must_be_json() {
    let sandbox = Sandbox::start().await.unwrap();
    for (kind, status) in [
        ("application/json", 204),
        ("Application/JSON; charset=utf-8", 204),
        ("text/plain", 400),
        ("application/json-patch+json", 400),
        ("", 400),
    ] {
        let request = bare_put(&sandbox, IDS).bearer_auth(sandbox.issue_token());
        let request = request.header("content-type", kind).body(sample().to_string());
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), status, "{kind}");
        if status == 400 {
            assert_eq!(errors(&refusal(reply, 400).await), [pair("contentType", "")]);
        }
    }
}

#[tokio::test]
async fn a_body_of_the_longest_size_is_accepted_and_one_byte_more_is_not() {
    let sandbox = Sandbox::start().await.unwrap();
    for (length, status) in [
        (Sandbox::MAX_BODY_BYTES, 204),
        (Sandbox::MAX_BODY_BYTES + 1, 413),
        (4 * Sandbox::MAX_BODY_BYTES, 413),
    ] {
        let mut body = sample().to_string();
        body.push_str(&" ".repeat(length - body.len()));
        let request = bare_put(&sandbox, IDS).bearer_auth(sandbox.issue_token());
        let request = request.header("content-type", "application/json").body(body);
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), status, "{length}");
        let kept = sandbox.requests().pop().unwrap().body.len();
        assert_eq!(kept, length.min(Sandbox::MAX_BODY_BYTES));
        if status == 413 {
            refusal(reply, 413).await;
        }
    }
}
