//! A run that a service feeds from a database of its own: rows that may fail to come, a user who comes twice, errors that are
//! mapped as those of single calls, and outcomes as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use avepoint_elements::{Credential, Elements, Error, ErrorKind};
use avepoint_elements_bulk::plan::PlanRow;
use avepoint_elements_bulk::{
    BulkOptions, Column, CountOrPercent, InputOptions, Item, Journal, Outcome, ResultsFormat, Run, State,
    Stopped, check_plan_row, check_row, country,
};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use futures_util::{Stream, StreamExt, stream};

/// What the database has: our key, the user, and the country as somebody typed it.
type Record = (&'static str, &'static str, &'static str);

/// The database's own error.
#[derive(Debug, PartialEq)]
struct CursorClosed;

impl std::fmt::Display for CursorClosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the cursor was closed")
    }
}

impl std::error::Error for CursorClosed {}

fn item((key, user, typed): Record) -> Item<String> {
    let values = [
        (Column::Customer, "c1"),
        (Column::Tenant, "t1"),
        (Column::User, user),
        (Column::PostalCode, "01067"),
        (Column::CountryRegion, typed),
        (Column::State, "Saxony"),
        (Column::Address, "Theaterplatz 2"),
    ];
    match check_row(values, &InputOptions::default()).row {
        Ok(row) => Item::Send(key.to_owned(), row),
        Err(invalid) => Item::Settled(key.to_owned(), Outcome::new(State::Invalid, invalid.to_string())),
    }
}

/// A stream of an `async` block, which is not `Unpin`.
fn cursor(
    records: Vec<Result<Record, CursorClosed>>,
) -> impl Stream<Item = Result<Item<String>, CursorClosed>> {
    stream::unfold(records.into_iter(), |mut records| async move {
        let next = records.next()?;
        Some((next.map(item), records))
    })
}

fn client(sandbox: &Sandbox) -> Elements {
    let builder = Elements::builder().base_url(sandbox.base_url()).allow_loopback_http();
    builder.credential(Credential::access_token(sandbox.issue_token())).build().unwrap()
}

/// The one mapping of the service, for calls and rows.
fn is_ours(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Configuration)
}

async fn outcomes<S: Send + 'static>(run: &mut Run<String, S>) -> BTreeMap<String, Outcome> {
    run.collect().await
}

#[tokio::test]
async fn each_record_has_its_outcome_and_the_cursors_error_ends_the_run() {
    let faults = Faults::new().path("/users/gone/", Fault::status(404));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let records = vec![
        Ok(("k1", "ada", "Deutschland")),
        Ok(("k2", "gone", "DE")),
        Ok(("k3", "ben", "Atlantis#")),
        Ok(("k4", "ada", "France")),
        Err(CursorClosed),
        Ok(("k5", "cy", "DE")),
    ];
    let options = BulkOptions::new().concurrency(1).journal(Arc::new(Journal::temporary().unwrap()));
    let options = options.max_failures(CountOrPercent::percent(50.0).unwrap());
    let mut run = options.try_run(&client(&sandbox), cursor(records));
    let outcomes = outcomes(&mut run).await;
    let states: Vec<_> = outcomes.iter().map(|(key, outcome)| (key.as_str(), outcome.state)).collect();
    assert_eq!(states[..2], [("k1", State::Done), ("k2", State::Refused)]);
    assert_eq!((outcomes["k4"].state, outcomes["k4"].reason_code), (State::Invalid, "duplicate"));
    assert_eq!(outcomes.len(), 4);
    assert_eq!(outcomes["k2"].error_kind(), Some(ErrorKind::NotFound));
    assert!(!outcomes["k2"].error().is_some_and(is_ours));
    assert!(outcomes["k1"].error().is_none());
    let json = serde_json::to_value(&outcomes["k2"]).unwrap();
    assert_eq!((&json["state"], &json["errorKind"]), (&"refused".into(), &"not_found".into()));
    let Some(Stopped::Input(error)) = &run.summary().stopped else { panic!("{run:?}") };
    assert_eq!(error.downcast_ref(), Some(&CursorClosed));
    assert_eq!(sandbox.office_information("c1", "t1", "ada").unwrap()["countryRegion"], "Germany");
}

#[test]
fn rows_and_countries_are_checked_without_a_file() {
    assert_eq!(country("Deutschland").map(|country| country.name), Some("Germany"));
    let row = check_plan_row(
        [(Column::Mail, "ada@fabrikam.example"), (Column::State, "Bavaria")],
        &InputOptions::default(),
    );
    let row = PlanRow::checked(4711, 1, row);
    assert!(row.wanted.is_ok() && row.keys.mail == "ada@fabrikam.example");
    assert!(CountOrPercent::percent(101.0).is_err() && CountOrPercent::percent(2.5).is_ok());
    // What a later version may add.
    let is_csv = |format| match format {
        ResultsFormat::Csv { .. } => true,
        ResultsFormat::Ndjson => false,
        _ => unreachable!("none yet"),
    };
    assert!(is_csv(ResultsFormat::Csv { delimiter: b',', bom: false }));
}

#[cfg(feature = "all")]
#[test]
fn outcomes_can_be_made_in_tests() {
    use avepoint_elements::testing;
    let outcome = Outcome::from(testing::error(ErrorKind::Permission));
    assert_eq!((outcome.state, outcome.status), (State::Refused, Some(403)));
    assert!(outcome.error().is_some_and(is_ours));
}

#[cfg(feature = "all")]
#[test]
fn the_sdk_has_json_schemas() {
    use avepoint_elements::{OfficeInformation, UserId};
    let schemas = [schemars::schema_for!(OfficeInformation), schemars::schema_for!(UserId)];
    assert!(schemas.iter().all(|schema| schema.as_object().is_some_and(|schema| !schema.is_empty())));
}
