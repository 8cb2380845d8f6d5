//! Readings on a bad day: updates that wait, other writers, odd values.

use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};
use tokio::time::advance;

use crate::client::{IDS, get_user, list_users, office, put, refusal, sample};
use crate::directory::{USERS, filled};

async fn city(sandbox: &Sandbox) -> Value {
    let reading: Value = get_user(sandbox, IDS).await.json().await.unwrap();
    reading["city"].clone()
}

#[tokio::test(start_paused = true)]
async fn an_update_that_waits_for_approval_shows_when_its_time_has_come() {
    let sandbox = filled(USERS).await;
    let wait = Duration::from_secs(600);
    sandbox.set_faults(Faults::new().show_updates_after(wait)).unwrap();
    assert_eq!(put(&sandbox, IDS, &office("Köln")).await.status(), 204);
    assert_eq!(city(&sandbox).await, "Dresden");
    assert_eq!(sandbox.office_information("c1", "t1", "u1"), Some(office("Köln")), "it is accepted");
    assert_eq!(sandbox.offices()[0].office_information, office("Köln"));
    assert_eq!(sandbox.user("c1", "t1", "u1").unwrap()["city"], "Dresden");
    let listed: Value = list_users(&sandbox, ["c1", "t1"], "", &json!({})).await.json().await.unwrap();
    assert_eq!(listed["data"][0].get("countryOrRegion"), None);
    advance(wait).await;
    assert_eq!(city(&sandbox).await, "Köln");
}

#[tokio::test(start_paused = true)]
async fn updates_show_in_their_order_and_one_that_never_shows_is_replaced_by_a_later_one() {
    let sandbox = filled(USERS).await;
    sandbox.set_faults(Faults::new().show_updates_after(Duration::from_secs(60))).unwrap();
    put(&sandbox, IDS, &office("first")).await;
    advance(Duration::from_secs(30)).await;
    put(&sandbox, IDS, &office("second")).await;
    advance(Duration::from_secs(30)).await;
    assert_eq!(city(&sandbox).await, "first");
    advance(Duration::from_secs(30)).await;
    assert_eq!(city(&sandbox).await, "second");
    sandbox.set_faults(Faults::new().show_updates_after(Duration::MAX)).unwrap();
    put(&sandbox, IDS, &office("never")).await;
    advance(Duration::from_secs(365 * 24 * 60 * 60)).await;
    assert_eq!(city(&sandbox).await, "second");
    sandbox.set_faults(Faults::new()).unwrap();
    put(&sandbox, IDS, &office("at once")).await;
    assert_eq!(city(&sandbox).await, "at once");
    assert_eq!(sandbox.office_information("c1", "t1", "u1"), Some(office("at once")));
}

#[tokio::test(start_paused = true)]
async fn a_user_that_was_never_heard_of_shows_nothing_before_its_update_does() {
    let faults = Faults::new().show_updates_after(Duration::from_secs(60));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    put(&sandbox, IDS, &sample()).await;
    assert_eq!(sandbox.offices().len(), 1);
    let reading: Value = get_user(&sandbox, IDS).await.json().await.unwrap();
    assert_eq!(reading, json!({ "id": "u1" }));
}

#[tokio::test]
async fn another_writer_changes_a_user_between_a_reading_and_an_update() {
    let sandbox = filled(USERS).await;
    let fault = Fault::none().then_changes(json!({ "city": "Essen", "mail": "new@n.example" }));
    sandbox.set_faults(Faults::new().script([fault])).unwrap();
    assert_eq!(city(&sandbox).await, "Dresden", "the reading comes before the change");
    assert_eq!(city(&sandbox).await, "Essen");
    assert_eq!(sandbox.user("c1", "t1", "u1").unwrap()["mail"], "new@n.example");
}

#[tokio::test]
async fn another_writer_undoes_an_update() {
    let sandbox = filled(USERS).await;
    let fault = Fault::none().then_changes(json!({ "city": "Dresden" }));
    sandbox.set_faults(Faults::new().path("/office-information", fault)).unwrap();
    assert_eq!(put(&sandbox, IDS, &office("Köln")).await.status(), 204);
    assert_eq!(city(&sandbox).await, "Dresden");
}

#[tokio::test]
async fn a_reading_may_have_wrong_types_nulls_and_another_id() {
    let sandbox = filled(USERS).await;
    let fault = Fault::none()
        .with_value("/id", "someone-else")
        .with_value("/city", json!({ "name": "Dresden" }))
        .with_value("/mail", Value::Null)
        .without_value("/status");
    sandbox.set_faults(Faults::new().script([fault])).unwrap();
    let odd: Value = get_user(&sandbox, IDS).await.json().await.unwrap();
    assert_eq!(
        odd,
        json!({ "id": "someone-else", "loginName": "a@n.example", "mail": null, "employeeId": "0042",
                "postalCode": "01067", "city": { "name": "Dresden" } })
    );
    assert_eq!(city(&sandbox).await, "Dresden", "what is held is as it was");
}

#[tokio::test]
async fn oddities_of_the_file_are_served_as_they_are() {
    let sandbox = filled(
        r#"{"customerId":"c1","tenantId":"t1","userId":"u1","mail":7,"postalCode":1067,"status":"x","new":{"a":1.50}}"#,
    )
    .await;
    let reading = get_user(&sandbox, IDS).await.text().await.unwrap();
    assert_eq!(reading, r#"{"id":"u1","mail":7,"status":"x","new":{"a":1.50},"postalCode":1067}"#);
}

#[tokio::test]
async fn local_users_may_be_hidden_from_readings() {
    let sandbox = filled(USERS).await;
    assert_eq!(get_user(&sandbox, ["c1", "t1", "u2"]).await.status(), 200);
    sandbox.set_faults(Faults::new().hide_local_users()).unwrap();
    refusal(get_user(&sandbox, ["c1", "t1", "u2"]).await, 404).await;
    refusal(get_user(&sandbox, ["c2", "t9", "u1"]).await, 404).await;
    assert_eq!(get_user(&sandbox, IDS).await.status(), 200);
}

#[tokio::test]
async fn a_place_that_is_no_pointer_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let error = sandbox.set_faults(Faults::new().script([Fault::none().with_value("mail", 1)])).unwrap_err();
    assert!(error.to_string().contains("slash"), "{error}");
}
