//! The job from end to end, against the sandbox.

use std::future::pending;

use avepoint_elements::{Credential, Elements};
use avepoint_elements_bulk::CountOrPercent;
use avepoint_elements_bulk::State;
use avepoint_elements_sandbox::{Directory, Sandbox};
use nightly_sqlite::{Database, apply, guard, plan, undo, verify};

const USERS: &str = r#"
{"customerId":"c1","customerName":"Fabrikam","tenantId":"t1","userId":"u1","mail":"ada@fabrikam.example","postalCode":"01067","countryRegion":"Germany","state":"Saxony","address":"Theaterplatz 2","city":"Dresden"}
{"customerId":"c1","tenantId":"t1","userId":"u2","mail":"ben@fabrikam.example","postalCode":"2121","countryRegion":"Angola","state":"Luanda","address":"Dande"}
{"customerId":"c1","tenantId":"t1","userId":"u3","mail":"cy@fabrikam.example","postalCode":"2121","countryRegion":"Angola","state":"Luanda","address":"Dande"}
"#;

const PEOPLE: &str = "\
INSERT INTO person VALUES (10, 'ADA@fabrikam.example', '04109', 'Deutschland', 'Saxony', 'Markt 1', 'Leipzig');
INSERT INTO person VALUES (20, 'ben@fabrikam.example', NULL, 'AO', NULL, NULL, NULL);
INSERT INTO person VALUES (30, 'cy@fabrikam.example', NULL, 'Atlantis', NULL, '#REF!', NULL);
INSERT INTO person VALUES (40, 'dee@fabrikam.example', '2121', NULL, NULL, NULL, NULL);
";

fn city_of(sandbox: &Sandbox, user: &str) -> serde_json::Value {
    sandbox.user("c1", "t1", user).unwrap()["city"].clone()
}

fn results(database: &Database) -> Vec<(i64, String)> {
    database.results().unwrap().into_iter().map(|(person, result, _)| (person, result)).collect()
}

#[tokio::test]
async fn a_night_is_planned_applied_verified_and_taken_back() {
    let directory = Directory::from_ndjson(USERS.as_bytes()).unwrap();
    let sandbox = Sandbox::builder().directory(directory).start().await.unwrap();
    let elements = Elements::builder()
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .allow_loopback_http()
        .credential(Credential::client_secret(sandbox.client_id(), sandbox.client_secret()))
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let database = Database::open(&path("people.db")).unwrap();
    database.execute(PEOPLE).unwrap();

    let planned = plan(&elements, &database, &path("night.plan")).await.unwrap();
    let expected = [(10, "change"), (20, "equal"), (30, "invalid"), (40, "not found")];
    assert_eq!(results(&database), expected.map(|(person, result)| (person, result.to_owned())));
    assert_eq!(city_of(&sandbox, "u1"), "Dresden", "a plan changes nothing");
    assert!(guard(&planned, CountOrPercent::count(0)).is_err());
    guard(&planned, CountOrPercent::count(1)).unwrap();

    // Stopped at once: nothing is sent, and the next call goes on.
    let stopped = apply(&elements, &database, &planned, async {}).await.unwrap();
    let summary = apply(&elements, &database, &planned, pending()).await.unwrap();
    assert!(summary.stopped.is_none() && stopped.rows() == 1);
    assert_eq!(summary.count(State::Done), 1);
    assert_eq!(results(&database)[0], (10, "done".to_owned()));
    assert_eq!(city_of(&sandbox, "u1"), "Leipzig");
    assert_eq!(verify(&elements, &planned).await.unwrap(), (1, 0));

    let inverse = undo(&planned, &path("undo.plan")).unwrap();
    let summary = apply(&elements, &database, &inverse, pending()).await.unwrap();
    assert_eq!(summary.count(State::Done), 1);
    assert_eq!(city_of(&sandbox, "u1"), "Dresden");
    assert_eq!(sandbox.user("c1", "t1", "u1").unwrap()["countryRegion"], "Germany");
}
