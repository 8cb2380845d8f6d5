//! Lists: pages, counts, selections, and what faults make of them.

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::client::{errors, list_customers, list_users, post, refusal};
use crate::directory::filled;

const TENANT: [&str; 2] = ["c1", "t1"];

/// One tenant with so many users, `u1` and so on.
async fn users(count: usize) -> Sandbox {
    let line = |number| format!("{{\"customerId\":\"c1\",\"tenantId\":\"t1\",\"userId\":\"u{number}\"}}\n");
    filled(&(1..=count).map(line).collect::<String>()).await
}

/// The ids and the `totalCount` of a page.
async fn page(sandbox: &Sandbox, query: &str, body: Value) -> (Vec<String>, i64) {
    let reply = list_users(sandbox, TENANT, query, &body).await;
    assert_eq!(reply.status(), 200);
    let page: Value = reply.json().await.unwrap();
    let id = |user: &Value| user["id"].as_str().unwrap_or("?").to_owned();
    (
        page["data"].as_array().unwrap().iter().map(id).collect(),
        page["metadata"]["totalCount"].as_i64().unwrap(),
    )
}

fn ids(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(|number| format!("u{number}")).collect()
}

#[tokio::test]
async fn pages_hold_each_user_once_in_the_order_of_the_file() {
    let sandbox = users(7).await;
    assert_eq!(page(&sandbox, "?pageSize=3", json!({})).await, (ids(1..=3), 7));
    assert_eq!(page(&sandbox, "?pageIndex=2&pageSize=3", json!({})).await, (ids(4..=6), 7));
    assert_eq!(page(&sandbox, "?pageIndex=3&pageSize=3", json!({})).await, (ids([7]), 7));
    for index in ["4", "4294967296", "99999999999999999999"] {
        assert_eq!(page(&sandbox, &format!("?pageIndex={index}&pageSize=3"), json!({})).await, (ids([]), 7));
    }
}

#[tokio::test]
async fn a_page_is_the_first_with_fifty_entries_unless_it_says_otherwise() {
    let sandbox = users(130).await;
    assert_eq!(page(&sandbox, "", json!({})).await, (ids(1..=50), 130));
    assert_eq!(page(&sandbox, "?pageSize=100", json!({})).await.0.len(), 100);
    let reply: Value = list_users(&sandbox, TENANT, "?pageIndex=2", &json!({})).await.json().await.unwrap();
    assert_eq!(reply["metadata"], json!({ "pageIndex": 2, "pageSize": 50, "totalCount": 130 }));
}

#[tokio::test]
async fn a_page_that_the_contract_does_not_allow_is_refused() {
    let sandbox = users(3).await;
    for (query, field) in [
        ("?pageIndex=0", "pageIndex"),
        ("?pageIndex=-1", "pageIndex"),
        ("?pageIndex=x", "pageIndex"),
        ("?pageSize=0", "pageSize"),
        ("?pageSize=101", "pageSize"),
        ("?pageSize=", "pageSize"),
    ] {
        let body = refusal(list_users(&sandbox, TENANT, query, &json!({})).await, 400).await;
        let named: Vec<String> = errors(&body).into_iter().map(|(_, name)| name).collect();
        assert_eq!(named, [field], "{query} {body}");
    }
}

#[tokio::test]
async fn a_selection_narrows_the_list_to_those_that_exist_each_once() {
    let sandbox = users(5).await;
    let selection = json!({ "userIds": ["u4", "u9", "u2", "u4"] });
    assert_eq!(page(&sandbox, "", selection.clone()).await, (ids([2, 4]), 2));
    assert_eq!(page(&sandbox, "?pageIndex=2&pageSize=1", selection).await, (ids([4]), 2));
    let many: Vec<String> = ids(1..=101);
    let over = list_users(&sandbox, TENANT, "", &json!({ "userIds": many })).await;
    assert_eq!(errors(&refusal(over, 400).await), [("maxItems".to_owned(), "userIds".to_owned())]);
    let empty = list_users(&sandbox, TENANT, "", &json!({ "userIds": [] })).await;
    assert_eq!(errors(&refusal(empty, 400).await), [("minItems".to_owned(), "userIds".to_owned())]);
}

#[tokio::test]
async fn a_list_needs_a_body_and_another_permission_than_an_update() {
    let sandbox = users(1).await;
    let path = "/external/v3/um/customers/c1/tenants/t1/users/batch";
    let bare = post(&sandbox, path).bearer_auth(sandbox.issue_token()).send().await.unwrap();
    refusal(bare, 400).await;
    let scopes = ["elements.um.user.readwrite.all"];
    let sandbox = Sandbox::builder().granted_scopes(scopes).start().await.unwrap();
    let users = refusal(list_users(&sandbox, TENANT, "", &json!({})).await, 403).await;
    assert!(users["message"].as_str().unwrap().contains("elements.um.user.read.all"), "{users}");
    let customers = refusal(list_customers(&sandbox, "", &json!({})).await, 403).await;
    assert!(customers["message"].as_str().unwrap().contains("elements.customers.read.all"), "{customers}");
}

#[tokio::test]
async fn an_entry_has_the_names_that_lists_have() {
    let sandbox = filled(
        r#"{"customerId":"c1","tenantId":"t1","userId":"u1","loginName":"a@n.example","countryRegion":"Angola","city":"Luanda","enforceStartDateTime":"2026-01-01","fax":"1","age":3}"#,
    )
    .await;
    let users: Value = list_users(&sandbox, TENANT, "", &json!({})).await.json().await.unwrap();
    assert_eq!(
        users["data"],
        json!([{ "id": "u1", "userPrincipalName": "a@n.example", "countryOrRegion": "Angola",
                 "startDate": "2026-01-01", "age": 3 }])
    );
}

#[tokio::test]
async fn customers_come_in_pages_and_selections_too() {
    let line = |number| format!("{{\"customerId\":\"c{number}\",\"tenantId\":\"t1\"}}\n");
    let sandbox = filled(&(1..=5).map(line).collect::<String>()).await;
    let page = async |query: &str, body: Value| {
        let page: Value = list_customers(&sandbox, query, &body).await.json().await.unwrap();
        let ids: Vec<_> = page["data"].as_array().unwrap().iter().map(|entry| entry["id"].clone()).collect();
        (ids, page["metadata"]["totalCount"].clone())
    };
    assert_eq!(page("?pageIndex=2&pageSize=2", json!({})).await, (vec![json!("c3"), json!("c4")], json!(5)));
    assert_eq!(
        page("", json!({ "customerIds": ["c5", "c1", "x"] })).await,
        (vec![json!("c1"), json!("c5")], json!(2))
    );
}

#[tokio::test]
async fn pages_that_shift_repeat_users_or_leave_some_out() {
    let sandbox = users(6).await;
    let all = async |places| {
        sandbox.set_faults(Faults::new().shift_pages(places)).unwrap();
        let mut all = Vec::new();
        for index in 1..=3 {
            let (ids, total) = page(&sandbox, &format!("?pageIndex={index}&pageSize=2"), json!({})).await;
            assert_eq!(total, 6);
            all.extend(ids);
        }
        all
    };
    assert_eq!(all(0).await, ids(1..=6));
    assert_eq!(all(1).await, ids([1, 2, 2, 3, 3, 4]));
    assert_eq!(all(-1).await, ids([1, 2, 4, 5, 1, 2]));
}

#[tokio::test]
async fn a_page_may_be_repeated_and_a_count_be_off() {
    let sandbox = users(4).await;
    let script = [Fault::none(), Fault::none().repeated_page(), Fault::none().total_count_off_by(-2)];
    sandbox.set_faults(Faults::new().script(script)).unwrap();
    assert_eq!(page(&sandbox, "?pageIndex=1&pageSize=2", json!({})).await, (ids([1, 2]), 4));
    assert_eq!(page(&sandbox, "?pageIndex=2&pageSize=2", json!({})).await, (ids([1, 2]), 4));
    assert_eq!(page(&sandbox, "?pageIndex=2&pageSize=2", json!({})).await, (ids([3, 4]), 2));
    assert_eq!(sandbox.counters().applied, 3);
}

#[tokio::test]
async fn entries_may_lack_their_id_or_be_no_object_and_numbers_may_be_text() {
    let sandbox = users(3).await;
    let fault = Fault::none()
        .without_value("/data/1/id")
        .with_value("/data/2", Value::Null)
        .with_value("/data/*/mail", 7)
        .with_value("/metadata/totalCount", "3");
    sandbox.set_faults(Faults::new().path("/users/batch", fault)).unwrap();
    for _ in 0..2 {
        let users: Value = list_users(&sandbox, TENANT, "", &json!({})).await.json().await.unwrap();
        assert_eq!(users["data"], json!([{ "id": "u1", "mail": 7 }, { "mail": 7 }, null]));
        assert_eq!(users["metadata"]["totalCount"], "3");
    }
}
