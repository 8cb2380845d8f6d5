//! Syncs: read, recorded, updated, in this order, on one reading.

use std::time::UNIX_EPOCH;

use avepoint_elements_bulk::Stopped;
use avepoint_elements_bulk::plan::{
    Plan, PlanHeader, PlanOutcome, PlanState, PlanningItems, SyncItems, SyncPlan,
};
use avepoint_elements_sandbox::{Fault, Faults};
use serde_json::json;

use super::plans::{change, methods, of, received, resolved_rows, sandbox};
use super::*;

/// A plan and its journal, from one sync to the next.
struct Night(Files);

impl Night {
    fn new() -> Self {
        Self(Files::new())
    }

    fn plan(&self) -> std::path::PathBuf {
        self.0.0.path().join("night.plan")
    }

    /// The plan, once a run that was dropped has let go of it.
    async fn open(&self, elements: &Elements) -> SyncPlan {
        let header = PlanHeader::new(elements.base_url(), UNIX_EPOCH);
        loop {
            match SyncPlan::open(&self.plan(), &header) {
                Err(error) if error.is_in_use() => tokio::task::yield_now().await,
                opened => return opened.unwrap(),
            }
        }
    }

    /// Has so many users move to Pirna, and gives what comes of each.
    async fn sync(&self, elements: &Elements, count: usize, most: Option<u64>) -> (Vec<Outcome>, Summary) {
        let plan = Arc::new(self.open(elements).await.max_changes(most));
        let journal = Journal::open_for_plan(&self.0.path(), elements.base_url(), plan.journal_id()).unwrap();
        let journal = Arc::new(journal);
        let (rows, resolved) = resolved_rows(elements, count).await;
        let items = SyncItems::new(PlanningItems::new(rows, resolved), Arc::clone(&plan));
        let mut run = BulkOptions::new().journal(journal.clone()).run(elements, items);
        let outcomes: Vec<_> = run.by_ref().map(|((), outcome)| outcome).collect().await;
        let (summary, items) = run.into_parts().await;
        assert!(items.error().is_none());
        journal.close().await.unwrap();
        for outcome in outcomes.iter().filter_map(|outcome| outcome.plan.as_ref()) {
            plan.count(outcome);
        }
        if summary.stopped.is_none() {
            plan.finish().unwrap();
        }
        (outcomes, summary)
    }
}

fn results(outcomes: &[Outcome]) -> Vec<&str> {
    outcomes.iter().map(Outcome::result).collect()
}

#[tokio::test]
async fn a_row_costs_a_reading_and_an_update_where_something_changes_and_no_other_request() {
    let sandbox = sandbox(5).await;
    let (elements, night) = (client_of_sandbox(&sandbox), Night::new());
    change(&sandbox, 1, &json!({ "city": "Pirna " }));
    change(&sandbox, 2, &json!({ "state": "Bavaria" }));
    sandbox.remove_user("c", "t", "u3");
    let (outcomes, _) = night.sync(&elements, 5, None).await;
    assert_eq!(results(&outcomes), ["done", "equal", "done", "not found", "done"]);
    assert_eq!((received(&sandbox), sandbox.request_count()), ((5, 3), 1 + 8), "and one list of customers");
    assert_eq!(
        (of(&sandbox, 2)["city"].as_str(), of(&sandbox, 2)["state"].as_str()),
        (Some("Pirna"), Some("Bavaria"))
    );
    let plan = Plan::open(&night.plan()).unwrap();
    let counts = plan.counts().unwrap();
    assert_eq!(
        (counts.changes(), counts.rows.of(PlanState::Equal), counts.rows.of(PlanState::NotFound)),
        (3, 1, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn before_each_repeat_the_user_is_read_and_decided_anew_by_the_change_that_was_recorded() {
    let cases = [
        (json!({}), "done", "Pirna"),
        (json!({ "state": "Bavaria" }), "done", "Pirna"),
        (json!({ "city": "Riesa" }), "conflict", "Riesa"),
        (json!({ "city": "Pirna" }), "already", "Pirna"),
    ];
    for fault in [Fault::status(429).retry_after("5"), Fault::status(503)] {
        for (changes, result, city) in &cases {
            let sandbox = sandbox(1).await;
            let (elements, night) = (client_of_sandbox(&sandbox), Night::new());
            // The list of customers, the reading, and the update.
            sandbox.set_faults(Faults::new().script([Fault::none(), Fault::none(), fault.clone()])).unwrap();
            let meanwhile = async {
                sandbox.wait_for_requests(3).await;
                change(&sandbox, 0, changes);
            };
            let ((outcomes, _), ()) = tokio::join!(night.sync(&elements, 1, None), meanwhile);
            assert_eq!(results(&outcomes), [*result], "{fault:?} {changes}");
            let is_sent = *result == "done";
            let expected = if is_sent { &["GET", "PUT", "GET", "PUT"][..] } else { &["GET", "PUT", "GET"] };
            assert_eq!(methods(&sandbox.requests())[1..], *expected, "{fault:?} {changes}");
            assert_eq!(of(&sandbox, 0)["city"], json!(city), "{fault:?} {changes}");
        }
    }
}

#[tokio::test]
async fn behind_the_change_that_is_one_too_many_nothing_is_sent_and_the_next_sync_goes_on() {
    let sandbox = sandbox(20).await;
    let (elements, night) = (client_of_sandbox(&sandbox), Night::new());
    let (outcomes, summary) = night.sync(&elements, 20, Some(7)).await;
    assert!(matches!(summary.stopped, Some(Stopped::MaxChanges(7))), "{summary:?}");
    assert_eq!((count(&outcomes, State::Done), received(&sandbox).1), (7, 7));
    let held = outcomes.iter().find(|outcome| outcome.reason_code == "max-changes");
    let held = held.cloned().map(PlanOutcome::from);
    assert!(held.is_some_and(|held| held.state == PlanState::NotAttempted && held.planned.is_none()));
    let (outcomes, summary) = night.sync(&elements, 20, Some(20)).await;
    assert!(summary.stopped.is_none());
    assert_eq!((count(&outcomes, State::Done), received(&sandbox).1), (20, 20));
}

#[tokio::test]
async fn what_may_have_been_sent_before_an_interruption_is_decided_by_the_first_old_value() {
    let sandbox = sandbox(3).await;
    let (elements, night) = (client_of_sandbox(&sandbox), Night::new());
    // Updates are carried out, and answered too late.
    let late = Fault::none().delay(Duration::from_secs(3600));
    sandbox.set_faults(Faults::new().path("/office-information", late)).unwrap();
    tokio::select! {
        _ = night.sync(&elements, 3, None) => unreachable!(),
        () = sandbox.wait_for_requests(1 + 3 + 3) => {}
    }
    sandbox.set_faults(Faults::new()).unwrap();
    assert!((0..3).all(|number| of(&sandbox, number)["city"] == "Pirna"));
    let updates = received(&sandbox).1;
    let (outcomes, _) = night.sync(&elements, 3, None).await;
    assert_eq!(results(&outcomes), ["done"; 3]);
    let plan = Plan::open(&night.plan()).unwrap();
    for planned in plan.users().map(Result::unwrap) {
        let old = planned.change.edits().map(|(_, edit)| edit.old.clone()).next().flatten();
        assert_eq!(old.as_deref(), Some("Dresden"));
    }
    assert_eq!(plan.counts().unwrap().changes(), 3);
    assert_eq!(received(&sandbox).1, updates, "none is sent again");
}
