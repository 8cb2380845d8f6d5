//! Rows that do not come from a file: what a run takes, and what it hands back.

use avepoint_elements::{ErrorKind, UserKey, testing};
use avepoint_elements_bulk::{BulkOptions, Item, Outcome, Row, State, Stopped};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use futures_util::{Stream, StreamExt, stream};

use super::{office, user};
use crate::client_of_sandbox;

/// A key of a database, which is neither `Copy` nor a number.
#[derive(Debug, PartialEq)]
struct Key(String);

fn item(number: usize, postal_code: &str) -> Item<Key> {
    Item::Send(Key(format!("{number}/{postal_code}")), Row::new(user(number), office(postal_code)))
}

/// A stream that is not `Unpin`, as that of an `async` block.
fn unpinned<T: Send + 'static>(items: Vec<T>) -> impl Stream<Item = T> + Send + 'static {
    stream::unfold(items.into_iter(), |mut items| async move {
        tokio::task::yield_now().await;
        Some((items.next()?, items))
    })
}

#[tokio::test]
async fn a_user_who_comes_twice_is_sent_once_and_every_tag_comes_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let rows = vec![item(0, "1"), item(1, "1"), item(0, "2"), item(2, "1"), item(1, "1")];
    let run = BulkOptions::new().run(&client_of_sandbox(&sandbox), unpinned(rows));
    let results: Vec<(Key, Outcome)> = run.collect().await;
    let came_to = |(key, outcome): &(Key, Outcome)| (key.0.clone(), outcome.state, outcome.reason_code);
    let expected = [
        ("0/1", State::Done, ""),
        ("1/1", State::Done, ""),
        ("0/2", State::Invalid, "duplicate"),
        ("2/1", State::Done, ""),
        ("1/1", State::Invalid, "duplicate"),
    ];
    let results: Vec<_> = results.iter().map(came_to).collect();
    assert_eq!(results, expected.map(|(key, state, code)| (key.to_owned(), state, code)));
    assert_eq!(sandbox.counters().applied, 3);
    assert_eq!(sandbox.office_information("c", "t", "u0").unwrap()["postalCode"], "1");
}

#[tokio::test]
async fn an_error_of_the_rows_ends_the_run_and_keeps_its_source() {
    let sandbox = Sandbox::start().await.unwrap();
    let rows = vec![Ok(item(0, "1")), Ok(item(1, "1")), Err(FormatError), Ok(item(2, "1"))];
    let mut run = BulkOptions::new().concurrency(1).try_run(&client_of_sandbox(&sandbox), unpinned(rows));
    let results: Vec<(Key, Outcome)> = run.by_ref().collect().await;
    let states: Vec<_> = results.iter().map(|(key, outcome)| (key.0.as_str(), outcome.state)).collect();
    // What was sent is waited for, and what stands behind an error is not read.
    assert_eq!(states, [("0/1", State::Done), ("1/1", State::Done)]);
    let Some(stopped @ Stopped::Input(error)) = &run.summary().stopped else { panic!("{run:?}") };
    assert!(error.is::<FormatError>());
    assert!(std::error::Error::source(stopped).unwrap().is::<FormatError>());
}

#[derive(Debug)]
struct FormatError;

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a row")
    }
}

impl std::error::Error for FormatError {}

#[tokio::test]
async fn outcomes_have_the_error_of_the_sdk() {
    let refusals = [404, 400, 403].map(|status| Fault::reply(status, "{\"message\":\"no\"}"));
    let sandbox = Sandbox::builder().faults(Faults::new().script(refusals)).start().await.unwrap();
    let of_other = |number| {
        let UserKey { tenant, user, .. } = user(number);
        let user = UserKey::new("other".parse().unwrap(), tenant, user);
        Item::Send(Key(String::new()), Row::new(user, office("1")))
    };
    let rows = stream::iter([item(0, "1"), item(1, "1"), of_other(2), of_other(3)]);
    let run = BulkOptions::new().concurrency(1).run(&client_of_sandbox(&sandbox), rows);
    let outcomes: Vec<Outcome> = run.map(|(_, outcome)| outcome).collect().await;
    let kinds: Vec<_> = outcomes.iter().map(Outcome::error_kind).collect();
    // The last row is of a customer that was refused, and is not sent.
    let refused = [ErrorKind::NotFound, ErrorKind::Rejected, ErrorKind::Permission, ErrorKind::Permission];
    assert_eq!(kinds, refused.map(Some));
    let error = outcomes[2].error().unwrap();
    assert_eq!((error.status(), error.reply_text()), (Some(403), Some("{\"message\":\"no\"}")));
    assert_eq!(sandbox.counters().requests, 3);
    let json = serde_json::to_value(&outcomes[0]).unwrap();
    assert_eq!(
        (&json["state"], &json["errorKind"], &json["status"]),
        (&"refused".into(), &"not_found".into(), &404.into())
    );
}

#[test]
fn an_outcome_that_is_made_of_an_error_has_the_state_that_a_run_gives() {
    let state = |error| Outcome::from(error).state;
    for kind in ErrorKind::ALL {
        let expected = match kind {
            ErrorKind::Validation => State::Invalid,
            ErrorKind::Permission | ErrorKind::NotFound | ErrorKind::Rejected | ErrorKind::Authentication => {
                State::Refused
            }
            ErrorKind::Configuration | ErrorKind::Cancelled => State::NotAttempted,
            ErrorKind::Server | ErrorKind::UnexpectedReply | ErrorKind::UnreadableReply => State::Unknown,
            _ => State::Failed,
        };
        let outcome = Outcome::from(testing::error(kind));
        assert_eq!((outcome.state, outcome.error_kind()), (expected, Some(kind)), "{kind}");
        assert_eq!(state(testing::outcome_unknown(testing::error(kind))), State::Unknown, "{kind}");
    }
}
