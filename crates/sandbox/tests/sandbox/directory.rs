//! The users and customers that a sandbox holds: loading them, reading them back, and strictness.

use std::io::ErrorKind;

use avepoint_elements_sandbox::{Directory, Sandbox};
use serde_json::{Value, json};

use crate::client::{
    Ids, get_user, http, list_customers, list_users, local_path, office, put, put_at, refusal, sample,
};

const EXAMPLE: &str = include_str!("../../../../examples/directory.ndjson");

/// Three users of two customers.
pub(crate) const USERS: &str = r#"
{"customerId":"c1","customerName":"Nørdlicht","tenantId":"t1","tenantName":"Main","userId":"u1","loginName":"a@n.example","mail":"a.b@n.example","employeeId":"0042","postalCode":"01067","city":"Dresden","status":[5]}
{"customerId":"c1","tenantId":"t1","userId":"u2","kind":"local","loginName":"b@n.example","mail":null,"webPage":"https://n.example","poBox":"7","personalTitle":""}

{"customerId":"c2","tenantId":"t9","userId":"u1","kind":"hybrid","displayName":"Zoë"}
{"customerId":"c2","tenantId":"empty","tenantName":"No users"}
"#;

pub(crate) async fn filled(ndjson: &str) -> Sandbox {
    let directory = Directory::from_ndjson(ndjson.as_bytes()).unwrap();
    Sandbox::builder().directory(directory).start().await.unwrap()
}

#[tokio::test]
async fn a_reading_shows_the_fields_of_the_file_and_no_others() {
    let sandbox = filled(USERS).await;
    let reading = get_user(&sandbox, ["c1", "t1", "u1"]).await;
    assert_eq!(reading.status(), 200);
    assert_eq!(reading.headers()["content-type"], "application/json");
    assert_eq!(
        reading.json::<Value>().await.unwrap(),
        json!({
            "id": "u1", "loginName": "a@n.example", "mail": "a.b@n.example", "employeeId": "0042",
            "postalCode": "01067", "city": "Dresden", "status": [5],
        })
    );
    let local = get_user(&sandbox, ["c1", "t1", "u2"]).await.json::<Value>().await.unwrap();
    assert_eq!(local, json!({ "id": "u2", "loginName": "b@n.example", "mail": null }));
}

#[tokio::test]
async fn with_users_all_others_are_not_found() {
    let sandbox = filled(USERS).await;
    for ids in [["c1", "t1", "u3"], ["c1", "t9", "u1"], ["c3", "t1", "u1"], ["c1", "t1", "U1"]] {
        refusal(get_user(&sandbox, ids).await, 404).await;
        refusal(put(&sandbox, ids, &sample()).await, 404).await;
    }
    refusal(list_users(&sandbox, ["c1", "t2"], "", &json!({})).await, 404).await;
    assert_eq!(list_users(&sandbox, ["c2", "empty"], "", &json!({})).await.status(), 200);
}

#[tokio::test]
async fn each_operation_takes_the_users_of_its_kind() {
    let sandbox = filled(USERS).await;
    let mut local = sample();
    for field in ["city", "webPage", "poBox", "personalTitle"] {
        local[field] = json!("x");
    }
    for (ids, cloud, other) in
        [(["c1", "t1", "u1"], 204, 400), (["c1", "t1", "u2"], 400, 204), (["c2", "t9", "u1"], 400, 204)]
    {
        assert_eq!(put(&sandbox, ids, &sample()).await.status(), cloud, "{ids:?}");
        assert_eq!(put_at(&sandbox, &local_path(ids), &local).await.status(), other, "{ids:?}");
    }
    assert_eq!(sandbox.user("c1", "t1", "u1").unwrap()["address"], "Dande");
    assert_eq!(sandbox.user("c2", "t9", "u1").unwrap()["webPage"], "x");
}

#[tokio::test]
async fn an_update_replaces_the_office_information_and_nothing_else() {
    let sandbox = filled(USERS).await;
    put(&sandbox, ["c1", "t1", "u1"], &sample()).await;
    let reading = get_user(&sandbox, ["c1", "t1", "u1"]).await.json::<Value>().await.unwrap();
    let mut expected = sample();
    for (field, value) in
        [("id", "u1"), ("loginName", "a@n.example"), ("mail", "a.b@n.example"), ("employeeId", "0042")]
    {
        expected[field] = json!(value);
    }
    expected["status"] = json!([5]);
    assert_eq!(reading, expected, "the city is gone, since the update has none");
}

#[tokio::test]
async fn customers_out_of_reach_are_forbidden_and_not_listed() {
    let directory = Directory::from_ndjson(USERS.as_bytes()).unwrap();
    let sandbox = Sandbox::builder().directory(directory).customers(["c1"]).start().await.unwrap();
    for ids in [["c2", "t9", "u1"], ["c3", "t1", "u1"]] {
        refusal(get_user(&sandbox, ids).await, 403).await;
    }
    refusal(list_users(&sandbox, ["c2", "t9"], "", &json!({})).await, 403).await;
    let customers = list_customers(&sandbox, "", &json!({})).await.json::<Value>().await.unwrap();
    let tenants = json!([{ "id": "t1", "name": "Main" }]);
    assert_eq!(customers["data"], json!([{ "id": "c1", "organization": "Nørdlicht", "tenants": tenants }]));
    assert_eq!(customers["metadata"]["totalCount"], 1);
}

#[tokio::test]
async fn without_users_any_id_is_read_and_shows_what_was_written() {
    let sandbox = Sandbox::start().await.unwrap();
    let read = async || get_user(&sandbox, ["c1", "t1", "u1"]).await.json::<Value>().await.unwrap();
    assert_eq!(read().await, json!({ "id": "u1" }));
    put(&sandbox, ["c1", "t1", "u1"], &sample()).await;
    let mut expected = sample();
    expected["id"] = json!("u1");
    assert_eq!(read().await, expected);
    let users = list_users(&sandbox, ["c1", "t1"], "", &json!({})).await.json::<Value>().await.unwrap();
    assert_eq!(users["data"], json!([{ "id": "u1", "countryOrRegion": "Angola" }]));
    let none = list_users(&sandbox, ["c1", "t2"], "", &json!({})).await.json::<Value>().await.unwrap();
    assert_eq!((&none["data"], &none["metadata"]["totalCount"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn what_is_held_is_read_back_field_by_field() {
    let sandbox = filled(EXAMPLE).await;
    for line in EXAMPLE.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let id = |name: &str| line[name].as_str().unwrap();
        let user = sandbox.user(id("customerId"), id("tenantId"), id("userId"));
        assert_eq!(user, Some(line.clone()));
    }
}

#[tokio::test]
async fn what_is_held_is_a_file_that_fills_another_sandbox_alike() {
    let sandbox = filled(EXAMPLE).await;
    put(&sandbox, first_cloud_user(), &office("Ö")).await;
    let held = async |sandbox: &Sandbox| {
        let url = format!("http://{}/sandbox/users", sandbox.local_addr());
        http().get(url).send().await.unwrap().text().await.unwrap()
    };
    let file = held(&sandbox).await;
    assert_eq!(file.lines().count(), EXAMPLE.lines().count());
    assert_eq!(held(&filled(&file).await).await, file);
}

fn first_cloud_user() -> Ids<'static> {
    [
        "f3c95789-ace1-4954-8c5d-6baed2eac902",
        "cbf27734-ac10-4525-8b66-402800e03d2c",
        "e0a3a91f-2346-4c13-8c27-ed12b10877a9",
    ]
}

#[tokio::test]
async fn another_writer_adds_changes_and_removes_users() {
    let sandbox = filled(USERS).await;
    let [customer, tenant] = ["c1", "t1"];
    sandbox
        .add_user(
            &json!({ "customerId": customer, "tenantId": tenant, "userId": "u3", "mail": "c@n.example" }),
        )
        .unwrap();
    assert!(sandbox.change_user(customer, tenant, "u1", &json!({ "city": "Köln", "mail": 7 })));
    assert!(sandbox.remove_user(customer, tenant, "u2"));
    let users = list_users(&sandbox, ["c1", "t1"], "", &json!({})).await.json::<Value>().await.unwrap();
    let ids: Vec<_> = users["data"].as_array().unwrap().iter().map(|user| user["id"].clone()).collect();
    assert_eq!((ids, &users["metadata"]["totalCount"]), (vec![json!("u1"), json!("u3")], &json!(2)));
    let changed = get_user(&sandbox, ["c1", "t1", "u1"]).await.json::<Value>().await.unwrap();
    assert_eq!(
        (&changed["city"], &changed["mail"], &changed["postalCode"]),
        (&json!("Köln"), &json!(7), &json!("01067"))
    );
    for gone in ["u2", "u9"] {
        assert!(!sandbox.change_user(customer, tenant, gone, &json!({ "city": "x" })));
        assert!(!sandbox.remove_user(customer, tenant, gone));
    }
    let twice = sandbox.add_user(&json!({ "customerId": customer, "tenantId": tenant, "userId": "u3" }));
    assert_eq!(twice.unwrap_err().kind(), ErrorKind::InvalidData);
}

#[test]
fn a_line_that_cannot_be_used_is_named_with_the_reason() {
    let good = r#"{"customerId":"c","customerName":"C","tenantId":"t","userId":"u"}"#;
    for (bad, reason) in [
        ("{\"customerId\":", "no JSON object"),
        ("[1]", "no JSON object"),
        (r#"{"tenantId":"t","userId":"v"}"#, "`customerId` is missing"),
        (r#"{"customerId":"c","userId":"v"}"#, "`tenantId` is missing"),
        (r#"{"customerId":"c","tenantId":"t","userId":7}"#, "`userId`"),
        (r#"{"customerId":"","tenantId":"t"}"#, "`customerId`"),
        (r#"{"customerId":"c","tenantId":"t","userId":"v","kind":"Cloud"}"#, "cloud, hybrid and local"),
        (r#"{"customerId":"c","tenantId":"t","userId":"v","mail":"a","mail":"b"}"#, "`mail` is given twice"),
        (r#"{"customerId":"c","tenantId":"t","id":"v","userId":"v"}"#, "`userId` is given twice"),
        (r#"{"customerId":"c","tenantId":"t","userId":"u"}"#, "there already"),
        (r#"{"customerId":"c","customerName":"D","tenantId":"t","userId":"v"}"#, "earlier line"),
    ] {
        let error = Directory::from_ndjson(format!("{good}\n\n{bad}\n").as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        let message = error.to_string();
        assert!(message.starts_with("line 3: ") && message.contains(reason), "{message}");
    }
    let latin1 = [good.as_bytes(), b"\n{\"customerId\":\"\xE9\"}"].concat();
    assert!(
        Directory::from_ndjson(&latin1[..])
            .unwrap_err()
            .to_string()
            .contains("line 2: the text is not UTF-8")
    );
}

#[test]
fn keys_of_lists_and_short_ones_mean_the_same_and_a_byte_order_mark_nothing() {
    let short = "\u{feff}{\"customer\":\"c\",\"tenant\":\"t\",\"id\":\"u\",\"userPrincipalName\":\"p\",\"countryOrRegion\":\"Angola\"}\r\n";
    let directory = Directory::from_ndjson(short.as_bytes()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let user = runtime.block_on(async {
        let sandbox = Sandbox::builder().directory(directory).start().await.unwrap();
        sandbox.user("c", "t", "u").unwrap()
    });
    assert_eq!(
        user,
        json!({
            "customerId": "c", "tenantId": "t", "userId": "u", "kind": "cloud", "loginName": "p", "countryRegion": "Angola",
        })
    );
}

/// What the example is for: none of it may get lost.
#[test]
fn the_example_has_what_makes_directories_hard() {
    let lines: Vec<Value> = EXAMPLE.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |is: &dyn Fn(&Value) -> bool| lines.iter().filter(|line| is(line)).count();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(Directory::from_ndjson(EXAMPLE.as_bytes()).unwrap().customers(), 6);
    assert!(
        count(&|line| line["isExternal"] == true && text(line, "loginName").contains("#EXT#")) >= 5,
        "guests"
    );
    assert!(
        count(&|line| line["kind"] == "local") >= 5 && count(&|line| line["kind"] == "hybrid") >= 5,
        "kinds"
    );
    assert!(count(&|line| text(line, "employeeId").starts_with('0')) >= 20, "leading zeros");
    assert!(count(&|line| !text(line, "displayName").is_ascii()) >= 50, "accents");
    assert!(count(&|line| line.get("mail").is_none()) >= 5, "no address");
    assert!(count(&|line| text(line, "city").is_empty()) >= 10, "gaps");
    let mut names: Vec<_> =
        lines.iter().map(|line| (text(line, "tenantId"), text(line, "displayName"))).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert!(all - names.len() >= 2, "twins in name");
    for line in &lines {
        for address in ["loginName", "mail"].map(|key| text(line, key)) {
            let domain = address.rsplit('@').next().unwrap();
            let reserved = [".example", "example.com", "example.net", "example.org"];
            assert!(domain.is_empty() || reserved.iter().any(|end| domain.ends_with(end)), "{address}");
        }
    }
}

#[tokio::test]
async fn what_is_served_is_what_the_contract_describes() {
    let sandbox = filled(EXAMPLE).await;
    let contract = crate::client::contract();
    let valid = |schema: &str, value: &Value| {
        // Any field may be null; OpenAPI 3.0 would have to say so field by field.
        let document = json!({ "allOf": [{ "$ref": format!("#/components/schemas/{schema}") }], "components": contract["components"] });
        let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&document).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&without_nulls(value)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{schema}: {errors:?} {value}");
    };
    let customers =
        list_customers(&sandbox, "?pageSize=100", &json!({})).await.json::<Value>().await.unwrap();
    valid("CustomerPage", &customers);
    for customer in customers["data"].as_array().unwrap() {
        for tenant in customer["tenants"].as_array().unwrap() {
            let ids = [customer["id"].as_str().unwrap(), tenant["id"].as_str().unwrap()];
            let users =
                list_users(&sandbox, ids, "?pageSize=100", &json!({})).await.json::<Value>().await.unwrap();
            valid("UserPage", &users);
            let first = users["data"][0]["id"].as_str().unwrap();
            valid("User", &get_user(&sandbox, [ids[0], ids[1], first]).await.json::<Value>().await.unwrap());
        }
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name.clone(), without_nulls(value))).collect()
        }
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
