//! A plan of many users, a service on a bad day that shows values late, and another writer.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use super::plans::{Planned, change, of, sandbox};
use super::*;
use avepoint_elements_bulk::plan::{PlannedUser, invert};
use avepoint_elements_bulk::{Snapshot, UserHash};
use avepoint_elements_sandbox::{Fault, Faults, ReceivedRequest};
use serde_json::{Value, json};
use tokio::time::sleep;

const LATE: Duration = Duration::from_secs(5);

fn bad_day() -> Faults {
    let other_writer = Fault::dropped_after_applying().then_changes(json!({ "city": "Riesa" }));
    Faults::new()
        .seed(1)
        .share(0.09, Fault::dropped_after_applying())
        .share(0.01, other_writer)
        .share(0.05, Fault::status(500))
        .share(0.05, Fault::status(429))
        .show_updates_after(LATE)
}

#[tokio::test(start_paused = true)]
async fn no_value_of_another_writer_is_lost_and_all_that_was_done_is_taken_back() {
    let rows = bad_day_rows();
    let sandbox = sandbox(rows).await;
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, rows);
    let before = held(&sandbox, rows);
    // After planning, and before the first reading.
    let mut written: BTreeMap<usize, &str> = (0..rows / 100).map(|row| (row * 100, field(row))).collect();
    for (user, field) in &written {
        write(&sandbox, *user, field);
    }

    sandbox.set_faults(bad_day()).unwrap();
    let bulk = BulkOptions::new().concurrency(16);
    let (outcomes, summary) = tokio::select! {
        applied = planned.apply_with(&elements, bulk.clone()) => applied,
        () = write_before_repeats(&sandbox, &mut written, rows * 3 / 100) => unreachable!(),
    };
    assert!(summary.stopped.is_none());
    assert!(written.len() > rows / 50, "{} users were written to", written.len());
    sandbox.set_faults(Faults::new()).unwrap();
    sleep(LATE * 2).await;

    let after = held(&sandbox, rows);
    for (number, (outcome, now)) in outcomes.iter().zip(&after).enumerate() {
        let city = now["city"].as_str().unwrap();
        match outcome.state {
            State::Done => assert_eq!(city, "Pirna", "{number}"),
            State::Conflict => assert_eq!(city, "Riesa", "{number}"),
            State::Failed => assert_ne!(city, "Pirna", "{number}"),
            state => assert_eq!(state, State::Unknown, "{number}: {}", outcome.reason),
        }
        if let Some(field) = written.get(&number) {
            assert_eq!(now[*field], value(field), "{number} lost what another writer wrote to the {field}");
        }
    }
    assert!(count(&outcomes, State::Done) > rows * 9 / 10);

    // Applied again, each user is read once, and nothing is sent but to the few who were not changed.
    let is_open = |(outcome, now): &(&Outcome, &Value)| {
        matches!(outcome.state, State::Failed | State::Unknown) && now["city"] == json!("Dresden")
    };
    let open = outcomes.iter().zip(&after).filter(is_open).count();
    assert!(open < rows / 100, "{open} were not changed");
    let requests = sandbox.request_count();
    let again = planned.apply(&elements).await;
    assert_eq!(sandbox.request_count(), requests + rows + open);
    let newest = sandbox.requests();
    let updates = newest.iter().rev().take(rows).filter(|request| request.method == "PUT").count();
    assert!(updates <= open, "{updates} updates were sent");
    for (first, again) in outcomes.iter().zip(&again) {
        let expected = match first.state {
            State::Done => State::Already,
            // A reading settles what was not answered.
            State::Unknown | State::Failed if again.state == State::Done => State::Done,
            State::Unknown | State::Failed => State::Conflict,
            state => state,
        };
        assert_eq!(again.state, expected, "{first:?} {again:?}");
    }

    // What was done is taken back, and what others wrote stays.
    let journal = Snapshot::read(&planned.files.path()).unwrap();
    let was_done = |planned: &PlannedUser| {
        let newest = journal.newest(&UserHash::of(&planned.user))?;
        Ok(newest.is_some_and(|newest| matches!(newest.outcome.state, State::Done | State::Unknown)))
    };
    let path = planned.files.path().with_file_name("undo.plan");
    let undo = Planned::at(invert(&planned.plan, &path, UNIX_EPOCH, was_done).unwrap());
    undo.apply_with(&elements, bulk).await;
    for (number, (now, before)) in held(&sandbox, rows).iter().zip(&before).enumerate() {
        let mut expected = before.clone();
        if let Some(field) = written.get(&number) {
            expected[*field] = value(field);
        }
        if now["city"] == json!("Riesa") {
            expected["city"] = json!("Riesa");
        }
        assert_eq!(now, &expected, "{number}");
    }
}

/// Every other write is to a field that is planned.
fn field(row: usize) -> &'static str {
    if row.is_multiple_of(2) { "state" } else { "city" }
}

fn value(field: &str) -> Value {
    if field == "city" { json!("Riesa") } else { json!("Bavaria") }
}

fn write(sandbox: &Sandbox, user: usize, field: &str) {
    change(sandbox, user, &json!({ field: value(field) }));
}

fn held(sandbox: &Sandbox, rows: usize) -> Vec<Value> {
    (0..rows).map(|number| of(sandbox, number)).collect()
}

/// Writes to users whose update has just failed and is to be repeated: one in a while.
async fn write_before_repeats(sandbox: &Sandbox, written: &mut BTreeMap<usize, &str>, most: usize) {
    while written.len() < most {
        sleep(Duration::from_millis(1_500)).await;
        let requests = sandbox.requests();
        let newest = &requests[requests.len().saturating_sub(200)..];
        let waiting = newest.iter().rev().find_map(|request| waits(request, newest));
        if let Some(user) = waiting.filter(|user| !written.contains_key(user)) {
            let field = field(written.len());
            write(sandbox, user, field);
            written.insert(user, field);
        }
    }
    std::future::pending::<()>().await;
}

/// The user of an update that failed, if there was no other request for the user since.
fn waits(request: &ReceivedRequest, newest: &[ReceivedRequest]) -> Option<usize> {
    let user = request.target.split('/').nth_back(1).filter(|_| request.method == "PUT")?;
    let last = newest.iter().rev().find(|other| {
        other.target.contains(&format!("/{user}/")) || other.target.ends_with(&format!("/{user}"))
    })?;
    let has_failed = last.method == "PUT" && matches!(last.status, Some(429 | 500));
    has_failed.then(|| user.strip_prefix('u')?.parse().ok()).flatten()
}

/// What is written between a reading's reply and the update that stands on it is lost: the window of one round trip that is
/// left without a version of a user.
#[tokio::test]
async fn what_is_written_between_a_reading_and_its_update_is_the_one_thing_that_is_lost() {
    let sandbox = sandbox(100).await;
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 100);
    sandbox
        .set_faults(Faults::new().path("/users/", Fault::none().then_changes(json!({ "state": "Bavaria" }))))
        .unwrap();
    planned.apply(&elements).await;
    let updates = sandbox.requests().into_iter().filter(|request| request.method == "PUT");
    let lost = updates.filter(|request| String::from_utf8_lossy(&request.body).contains("Saxony")).count();
    assert_eq!(lost, 100, "each update stands on the reading before the write");
}
