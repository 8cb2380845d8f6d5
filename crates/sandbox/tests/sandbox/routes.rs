//! Paths and methods, the API's and the sandbox's own.

use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::{IDS, http, path, put, refusal, sample};

#[tokio::test]
async fn a_path_that_the_contract_lacks_is_not_found_by_its_name() {
    let sandbox = Sandbox::start().await.unwrap();
    let origin = format!("http://{}", sandbox.local_addr());
    for target in [
        "/".to_owned(),
        "/partner".to_owned(),
        "/sandbox".to_owned(),
        path(IDS),
        format!("/partner{}", path(IDS).replace("/office-information", "/office")),
        format!("/partner{}", path(IDS).replace("/users/", "/guests/")),
        format!("/partner{}", path(IDS).replace("/v3/um/", "/um/v3/")),
    ] {
        let reply = http().put(format!("{origin}{target}")).send().await.unwrap();
        let message = refusal(reply, 404).await["message"].to_string();
        assert!(message.contains(&format!("PUT {target}")), "{message}");
    }
}

#[tokio::test]
async fn another_method_is_not_allowed_and_the_reply_names_those_that_are() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}{}", sandbox.base_url(), path(IDS));
    for method in ["GET", "POST", "PATCH", "DELETE", "OPTIONS"] {
        let method = method.parse().unwrap();
        let reply = http().request(method, &url).send().await.unwrap();
        assert_eq!(reply.headers()["allow"], "PUT");
        refusal(reply, 405).await;
    }
    let head = http().head(&url).send().await.unwrap();
    assert_eq!(head.status(), 405);
    assert!(head.headers().contains_key("request-id"));
}

#[tokio::test]
async fn a_query_that_the_contract_lacks_changes_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}{}?userId=u2", sandbox.base_url(), path(IDS));
    let request = http().put(url).bearer_auth(sandbox.issue_token());
    assert_eq!(request.json(&sample()).send().await.unwrap().status(), 204);
    assert!(sandbox.office_information("c1", "t1", "u1").is_some());
}

#[tokio::test]
async fn every_reply_has_an_id_of_its_own() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut ids = Vec::new();
    for body in [sample(), sample(), json!({})] {
        let reply = put(&sandbox, IDS, &body).await;
        ids.push(reply.headers()["request-id"].to_str().unwrap().to_owned());
    }
    let logged: Vec<_> = sandbox.requests().into_iter().map(|r| r.request_id).collect();
    assert_eq!(logged, ids);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn what_is_held_can_be_looked_at_without_a_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("http://{}/sandbox/offices", sandbox.local_addr());
    let held = async || http().get(&url).send().await.unwrap().json::<Value>().await;
    assert_eq!(held().await.unwrap(), json!([]));
    put(&sandbox, IDS, &sample()).await;
    let expected = json!([{
        "customerId": "c1", "tenantId": "t1", "userId": "u1", "officeInformation": sample(),
    }]);
    assert_eq!(held().await.unwrap(), expected);
    let reply = http().delete(&url).send().await.unwrap();
    assert_eq!((reply.status().as_u16(), &reply.headers()["allow"]), (405, &"GET".parse().unwrap()));
    assert_eq!(sandbox.offices().len(), 1);
}
