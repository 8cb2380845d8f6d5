//! Lists: pages, selections, streams and their ends.

use avepoint_elements::{CustomerId, Listing, TenantId, UserId};
use serde_json::{Value, json};
use test_support::raw::RawServer;

use super::service;
use crate::client_of;

type Users = Listing<avepoint_elements::ListedUser>;

fn users(server: &RawServer) -> Users {
    let (customer, tenant): (CustomerId, TenantId) = ("c".parse().unwrap(), "t".parse().unwrap());
    client_of(&server.url()).users(&customer, &tenant)
}

/// A page with users of these numbers, of so many in all.
fn page(numbers: impl IntoIterator<Item = u32>, total: impl Into<Value>) -> Value {
    let data: Vec<_> = numbers.into_iter().map(|number| json!({"id": format!("u{number}")})).collect();
    json!({"data": data, "metadata": {"pageIndex": 1, "pageSize": 100, "totalCount": total.into()}})
}

/// The ids that come, the sentence about them, and whether they are all.
async fn listed(users: Users) -> (Vec<String>, String, bool) {
    let mut stream = users.stream();
    let mut ids = Vec::new();
    while let Some(user) = stream.next().await {
        ids.push(user.unwrap().id().unwrap_or("none").to_owned());
    }
    (ids, stream.summary().to_string(), stream.summary().is_complete())
}

#[tokio::test]
async fn a_page_is_asked_for_by_number_size_and_ids() {
    let server = service([page(0..2, 2)]).await;
    let ids: [UserId; 2] = ["u0".parse().unwrap(), "u1".parse().unwrap()];
    let page = users(&server).page_size(7).only(&ids).page(3).await.unwrap();
    assert_eq!((page.entries.len(), page.total_count), (2, Some(2)));
    let request = &server.requests()[0];
    let target = "POST /external/v3/um/customers/c/tenants/t/users/batch?pageIndex=3&pageSize=7 ";
    assert!(request.starts_with(target), "{request}");
    assert!(request.ends_with(r#"{"userIds":["u0","u1"]}"#), "{request}");
    users(&server).page(1).await.unwrap();
    let request = &server.requests()[1];
    assert!(request.contains("?pageIndex=1&pageSize=100 ") && request.ends_with("\r\n\r\n{}"), "{request}");
}

#[tokio::test]
async fn customers_come_with_their_tenants() {
    let customer =
        json!({"id": "c", "organization": "Contoso", "jobStatus": 3, "tenants": [{"id": "t", "name": "T"}]});
    let server = service([json!({"data": [customer], "metadata": {"totalCount": 1}})]).await;
    let only: CustomerId = "c".parse().unwrap();
    let page = client_of(&server.url()).customers().only([only]).page(1).await.unwrap();
    let [customer] = page.entries.as_slice() else { panic!("{page:?}") };
    assert_eq!((customer.id(), customer.organization()), (Some("c"), Some("Contoso")));
    let tenants: Vec<_> = customer.tenants().map(|tenant| (tenant.id(), tenant.name())).collect();
    assert_eq!(tenants, [(Some("t"), Some("T"))]);
    let request = &server.requests()[0];
    assert!(
        request.starts_with("POST /external/v3/general/customers/batch?pageIndex=1&pageSize=100 "),
        "{request}"
    );
    assert!(request.ends_with(r#"{"customerIds":["c"]}"#), "{request}");
}

#[tokio::test]
async fn a_mistake_is_said_before_anything_is_sent() {
    let server = service([page([], 0)]).await;
    let none: [UserId; 0] = [];
    let many: Vec<UserId> = (0..101).map(|number| format!("u{number}").parse().unwrap()).collect();
    for (users, expected) in [
        (users(&server).page_size(0), "a page of 0 entries is not possible; ask for 1 to 100"),
        (users(&server).page_size(101), "a page of 101 entries is not possible; ask for 1 to 100"),
        (users(&server).only(none), "which the service would take for all"),
        (users(&server).only(&many), "101 ids are given to select; at most 100 are possible"),
    ] {
        for error in [users.page(1).await.unwrap_err(), users.stream().next().await.unwrap().unwrap_err()] {
            assert!(error.is_validation() && error.to_string().contains(expected), "{error}");
        }
        let mut stream = users.stream();
        assert!(stream.next().await.is_some() && stream.next().await.is_none());
    }
    let error = users(&server).page(0).await.unwrap_err();
    assert!(error.is_validation() && error.to_string().contains("pages are counted from 1"), "{error}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_stream_asks_for_as_many_pages_as_are_needed() {
    let server = service([page(0..100, 250), page(100..200, 250), page(200..250, 250), page([], 250)]).await;
    let (ids, sentence, complete) = listed(users(&server)).await;
    assert_eq!((ids.len(), complete, server.requests().len()), (250, true, 3), "{sentence}");
    let pages: Vec<_> = server.requests().iter().map(|request| request.contains("pageIndex=3")).collect();
    assert_eq!(pages, [false, false, true]);
    let empty = service([page([], 0)]).await;
    assert!(listed(users(&empty)).await.2);
    assert_eq!(empty.requests().len(), 1);
}

#[tokio::test]
async fn repeats_are_dropped_and_a_list_that_misses_users_is_incomplete() {
    // User 99 goes to the second page, and another is missed.
    let shifted = service([page(0..100, 150), page(99..149, 150), page([], 150)]).await;
    let (ids, sentence, complete) = listed(users(&shifted)).await;
    assert_eq!((ids.len(), complete, shifted.requests().len()), (149, false, 3));
    assert!(
        sentence.contains("149 different entries") && sentence.contains("the service counts 150"),
        "{sentence}"
    );
}

#[tokio::test]
async fn an_entry_without_id_makes_the_list_incomplete_and_is_no_error() {
    let data = json!([{"id": "u0"}, {"mail": "a@b.example"}, {"id": 7}, {"id": null}]);
    let server = service([json!({"data": data, "metadata": {"totalCount": 4}})]).await;
    let (ids, sentence, complete) = listed(users(&server)).await;
    assert_eq!(
        (ids, complete, server.requests().len()),
        (["u0", "none", "none", "none"].map(String::from).to_vec(), false, 1)
    );
    assert!(sentence.contains("3 came without an id"), "{sentence}");
}

#[tokio::test]
async fn a_count_that_changes_or_is_missing_makes_the_list_incomplete() {
    let server = service([page(0..100, 101), page(100..102, 102)]).await;
    let (_, sentence, complete) = listed(users(&server)).await;
    assert!(!complete && sentence.contains("counted differently"), "{sentence}");
    for total in [Value::Null, json!("2"), json!(-1), json!(1.5)] {
        let server = service([page(0..2, total.clone()), page([], total)]).await;
        let (ids, sentence, complete) = listed(users(&server)).await;
        assert!(ids.len() == 2 && !complete && sentence.contains("does not say how many"), "{sentence}");
    }
}

#[tokio::test]
async fn a_service_that_repeats_its_pages_costs_four_requests() {
    let server = service([page(0..100, 100_000)]).await;
    let (ids, sentence, complete) = listed(users(&server)).await;
    assert_eq!((ids.len(), complete, server.requests().len()), (100, false, 4), "{sentence}");
}

#[tokio::test]
async fn a_page_that_fails_ends_the_stream_with_its_error() {
    let replies =
        [super::answer(&page(0..2, 4).to_string()), test_support::raw::Reply::answer(403, &[], b"")];
    let server = RawServer::script(replies).await;
    let users = users(&server);
    let mut stream = users.stream();
    assert!(stream.next().await.unwrap().is_ok() && stream.next().await.unwrap().is_ok());
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(error.is_permission() && !error.is_outcome_unknown(), "{error}");
    assert!(stream.next().await.is_none() && !stream.summary().is_complete());
}
