//! Plans that are applied and verified: each update stands on a fresh reading, and another writer's values are kept.

use std::collections::HashSet;
use std::time::UNIX_EPOCH;

use super::State::{Already, Confirmed, Conflict, Differs, Done, Gone};
use super::*;
use avepoint_elements::{CustomerId, OfficeField};
use avepoint_elements_bulk::directory::{KeyIndex, ListOptions, Resolved, RowKeysBuf, resolve};
use avepoint_elements_bulk::plan::{
    Change, Edit, LocalFields, Plan, PlanHeader, PlanItems, PlanRow, PlanWriter, PlannedUser, PlanningItems,
    Wanted, WantedOffice,
};
use avepoint_elements_sandbox::{Directory, Fault, Faults, RateLimit, ReceivedRequest};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::builder_for_sandbox;

const SECOND: Duration = Duration::from_secs(1);

/// Users with the same office information.
fn directory(count: usize) -> Directory {
    let mut directory = Directory::new();
    (0..count).for_each(|number| directory.add(&line(number)).unwrap());
    directory
}

fn line(number: usize) -> Value {
    json!({
        "customerId": "c", "tenantId": "t", "userId": format!("u{number}"), "postalCode": "01067",
        "countryRegion": "Germany", "state": "Saxony", "address": "Theaterplatz 2", "city": "Dresden",
    })
}

pub(super) async fn sandbox(count: usize) -> Sandbox {
    Sandbox::builder().directory(directory(count)).start().await.unwrap()
}

fn edit(old: &str, new: &str) -> Edit {
    Edit { old: Some(old.to_owned()), new: Some(new.to_owned()) }
}

/// The n-th user, who moves to Pirna.
fn planned(number: usize) -> PlannedUser {
    let change = Change::default().with(OfficeField::City, edit("Dresden", "Pirna"));
    PlannedUser::new(number as u64 + 2, user(number), change)
}

/// A plan, its journal, and what is in the folder beside them.
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) files: Files,
}

impl Planned {
    fn of(sandbox: &Sandbox, users: impl IntoIterator<Item = PlannedUser>) -> Self {
        let files = Files::new();
        let header = PlanHeader::new(&sandbox.base_url(), UNIX_EPOCH);
        let mut writer = PlanWriter::create(&files.0.path().join("hr.plan"), &header).unwrap();
        for planned in users {
            writer.change(&planned).unwrap();
        }
        Self { plan: writer.finish().unwrap(), files }
    }

    /// One that exists, with a journal of its own.
    pub(super) fn at(plan: Plan) -> Self {
        Self { plan, files: Files::new() }
    }

    /// That so many users move to Pirna.
    pub(super) fn moving(sandbox: &Sandbox, count: usize) -> Self {
        Self::of(sandbox, (0..count).map(planned))
    }

    fn journal(&self, elements: &Elements) -> Arc<Journal> {
        let journal = Journal::open_for_plan(&self.files.path(), elements.base_url(), self.plan.sha256());
        Arc::new(journal.unwrap())
    }

    /// Applies the plan to its end.
    pub(super) async fn apply(&self, elements: &Elements) -> Vec<Outcome> {
        self.apply_with(elements, BulkOptions::new()).await.0
    }

    pub(super) async fn apply_with(&self, elements: &Elements, bulk: BulkOptions) -> (Vec<Outcome>, Summary) {
        let journal = self.journal(elements);
        let mut run = bulk.journal(journal.clone()).run(elements, PlanItems::apply(&self.plan));
        let outcomes: Vec<_> = run.by_ref().map(|(_, outcome)| outcome).collect().await;
        let (summary, items) = run.into_parts().await;
        assert!(items.error().is_none());
        if summary.stopped.is_none() && !summary.limited {
            journal.end_run().unwrap();
        }
        journal.close().await.unwrap();
        (outcomes, summary)
    }

    async fn verify(&self, elements: &Elements, wait: Duration) -> Vec<Outcome> {
        let run = BulkOptions::new().verify_timeout(wait).run(elements, PlanItems::verify(&self.plan));
        run.map(|(_, outcome)| outcome).collect().await
    }
}

fn states(outcomes: &[Outcome]) -> Vec<State> {
    outcomes.iter().map(|outcome| outcome.state).collect()
}

pub(super) fn of(sandbox: &Sandbox, number: usize) -> Value {
    sandbox.user("c", "t", &format!("u{number}")).unwrap()
}

pub(super) fn change(sandbox: &Sandbox, number: usize, changes: &Value) {
    assert!(sandbox.change_user("c", "t", &format!("u{number}"), changes));
}

/// How many readings and updates there were.
pub(super) fn received(sandbox: &Sandbox) -> (usize, usize) {
    let requests = sandbox.requests();
    let count = |method: &str| requests.iter().filter(|request| request.method == method).count();
    (count("GET"), count("PUT"))
}

/// The methods of the requests, in their order.
pub(super) fn methods(requests: &[ReceivedRequest]) -> Vec<&str> {
    requests.iter().map(|request| request.method.as_str()).collect()
}

#[tokio::test]
async fn applying_costs_a_reading_each_and_an_update_where_one_is_sent_and_verifying_a_reading_each() {
    let sandbox = sandbox(5).await;
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 5);
    change(&sandbox, 1, &json!({ "state": "Bavaria" }));
    change(&sandbox, 2, &json!({ "city": "Riesa" }));
    change(&sandbox, 3, &json!({ "city": " Pirna" }));
    sandbox.remove_user("c", "t", "u4");
    assert_eq!(states(&planned.apply(&elements).await), [Done, Done, Conflict, Already, Gone]);
    assert_eq!(received(&sandbox), (5, 2));
    // What is not planned is what it was a moment before.
    assert_eq!((&of(&sandbox, 1)["state"], &of(&sandbox, 1)["city"]), (&json!("Bavaria"), &json!("Pirna")));
    assert_eq!(of(&sandbox, 2)["city"], json!("Riesa"));
    assert_eq!(
        states(&planned.verify(&elements, SECOND).await),
        [Confirmed, Confirmed, Differs, Confirmed, Gone]
    );
    assert_eq!(received(&sandbox), (10, 2));
    // Applied again, each user is read and nothing is sent.
    assert_eq!(states(&planned.apply(&elements).await), [Already, Already, Conflict, Already, Gone]);
    assert_eq!(received(&sandbox), (15, 2));
}

#[tokio::test]
async fn a_conflict_names_the_field_and_both_values_and_codes_hold_no_ids() {
    let sandbox = sandbox(2).await;
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 2);
    change(&sandbox, 0, &json!({ "city": "Riesa" }));
    sandbox.remove_user("c", "t", "u1");
    let outcomes = planned.apply(&elements).await;
    let expected = "the city is \"Riesa\", and the plan leads from \"Dresden\" to \"Pirna\"; plan again to start from what \
                    is there, or leave the user so";
    assert_eq!((outcomes[0].reason.as_str(), outcomes[0].reason_code), (expected, "conflict"));
    assert_eq!((outcomes[0].status, outcomes[0].attempts), (Some(200), 1));
    assert_eq!((outcomes[1].status, outcomes[1].reason_code), (Some(404), "not-found"));
}

#[tokio::test]
async fn a_reading_of_another_user_or_of_no_text_sends_nothing() {
    let sandbox = sandbox(2).await;
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 2);
    let other = Fault::none().with_value("/id", "u7");
    let number = Fault::none().with_value("/state", 7);
    sandbox.set_faults(Faults::new().path("/u0", other).path("/u1", number)).unwrap();
    let outcomes = planned.apply(&elements).await;
    assert_eq!(states(&outcomes), [State::Unreadable; 2]);
    assert!(outcomes[1].reason.contains("state"), "{}", outcomes[1].reason);
    assert_eq!(received(&sandbox), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn replies_of_another_server_to_readings_end_a_run_at_once_and_one_is_its_rows_failure() {
    for reply in [Fault::reply(200, "<html>"), Fault::reply(200, r#"{"error":"sign in"}"#)] {
        let sandbox = sandbox(200).await;
        let elements = client_of_sandbox(&sandbox);
        let planned = Planned::moving(&sandbox, 200);
        sandbox.set_faults(Faults::new().path("/users/u7", reply.clone())).unwrap();
        let (outcomes, summary) = planned.apply_with(&elements, BulkOptions::new()).await;
        assert_eq!((outcomes[7].state, summary.count(Done)), (State::Unreadable, 189));
        sandbox.set_faults(Faults::new().share(1.0, reply)).unwrap();
        let start = Instant::now();
        let verify = BulkOptions::new();
        let mut run = verify.run(&elements, PlanItems::verify(&planned.plan));
        while run.next().await.is_some() {}
        let summary = run.summary();
        assert!(start.elapsed() < 10 * SECOND && summary.is_another_server(), "{summary:?}");
        assert!(summary.count(State::NotAttempted) > 150, "{summary:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn before_each_repeat_the_user_is_read_and_decided_anew() {
    // What another writer does while the row waits, and what becomes of the row.
    let cases = [
        (json!({}), State::Done, "Pirna"),
        (json!({ "state": "Bavaria" }), State::Done, "Pirna"),
        (json!({ "city": "Riesa" }), State::Conflict, "Riesa"),
        (json!({ "city": "Pirna" }), State::Already, "Pirna"),
    ];
    for fault in
        [Fault::status(429).retry_after("5"), Fault::status(503).retry_after("5"), Fault::status(503)]
    {
        for (changes, state, city) in &cases {
            let sandbox = sandbox(1).await;
            let elements = client_of_sandbox(&sandbox);
            let planned = Planned::moving(&sandbox, 1);
            sandbox.set_faults(Faults::new().script([Fault::none(), fault.clone()])).unwrap();
            let meanwhile = async {
                sandbox.wait_for_requests(2).await;
                change(&sandbox, 0, changes);
            };
            let (outcomes, ()) = tokio::join!(planned.apply(&elements), meanwhile);
            assert_eq!(states(&outcomes), [*state], "{fault:?} {changes}");
            let is_sent = *state == State::Done;
            let expected = if is_sent { &["GET", "PUT", "GET", "PUT"][..] } else { &["GET", "PUT", "GET"] };
            assert_eq!(methods(&sandbox.requests()), expected, "{fault:?} {changes}");
            let held = of(&sandbox, 0);
            assert_eq!(held["city"], json!(city), "{fault:?} {changes}");
            if let Some(written) = changes.get("state") {
                assert_eq!(&held["state"], written, "{fault:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_that_was_applied_without_an_answer_is_done_and_not_sent_again() {
    for fault in [Fault::dropped_after_applying(), Fault::truncated()] {
        let sandbox = sandbox(1).await;
        let elements = client_of_sandbox(&sandbox);
        let planned = Planned::moving(&sandbox, 1);
        sandbox.set_faults(Faults::new().script([Fault::none(), fault])).unwrap();
        let outcomes = planned.apply(&elements).await;
        assert_eq!(states(&outcomes), [State::Done]);
        assert_eq!(methods(&sandbox.requests()), ["GET", "PUT", "GET"]);
        // The next run knows nothing of it but what it reads.
        assert_eq!(states(&planned.apply(&elements).await), [State::Already]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_never_stands_on_a_reading_that_is_older_than_two_seconds() {
    // An update every 20 seconds at best: no update can follow its reading in time without a slot of its own.
    let sandbox = sandbox(6).await;
    let elements = builder_for_sandbox(&sandbox).max_rate(3, SECOND * 60).build().unwrap();
    let planned = Planned::moving(&sandbox, 6);
    let watch = async {
        let (mut seen, mut read_at) = (0, std::collections::HashMap::new());
        loop {
            sandbox.wait_for_requests(seen + 1).await;
            for request in &sandbox.requests()[seen..] {
                let user = request.target.trim_end_matches("/office-information").to_owned();
                if request.method == "GET" {
                    read_at.insert(user, Instant::now());
                } else {
                    let age = read_at.remove(&user).map(|read| read.elapsed());
                    assert!(age.is_some_and(|age| age <= SECOND * 2), "{age:?} for {user}");
                }
                seen += 1;
            }
        }
    };
    let outcomes = tokio::select! {
        outcomes = planned.apply(&elements) => outcomes,
        () = watch => unreachable!(),
    };
    assert_eq!(states(&outcomes), [State::Done; 6]);
    let (readings, updates) = received(&sandbox);
    assert_eq!(updates, 6);
    assert!(readings <= 12, "{readings} readings");
}

#[tokio::test(start_paused = true)]
async fn the_row_that_asks_whether_the_service_is_up_is_read_and_not_updated() {
    let sandbox = sandbox(40).await;
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 40);
    let down = async {
        sandbox.wait_for_requests(30).await;
        sandbox.set_faults(Faults::new().share(1.0, Fault::status(503))).unwrap();
        sleep(SECOND * 300).await;
        sandbox.set_faults(Faults::new()).unwrap();
    };
    let (outcomes, ()) = tokio::join!(planned.apply(&elements), down);
    assert_eq!(states(&outcomes), [State::Done; 40]);
    let done: Vec<_> = sandbox.requests().into_iter().filter(|it| it.status == Some(204)).collect();
    let users: HashSet<_> = done.iter().map(|request| &request.target).collect();
    assert_eq!((done.len(), users.len()), (40, 40));
}

#[tokio::test(start_paused = true)]
async fn what_shows_late_is_pending_until_it_is_there_or_the_wait_is_over() {
    let sandbox = sandbox(3).await;
    sandbox.set_faults(Faults::new().show_updates_after(SECOND * 20)).unwrap();
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 3);
    assert_eq!(states(&planned.apply(&elements).await), [State::Done; 3]);
    let outcomes = planned.verify(&elements, Duration::ZERO).await;
    assert_eq!(states(&outcomes), [State::Pending; 3]);
    let start = Instant::now();
    assert_eq!(states(&planned.verify(&elements, SECOND * 10).await), [State::Pending; 3]);
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(states(&planned.verify(&elements, SECOND * 120).await), [State::Confirmed; 3]);
    assert!(start.elapsed() < SECOND * 40, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn one_failure_behind_many_pending_readings_costs_no_user_that_is_alone() {
    let sandbox = sandbox(1).await;
    let shown_late = || Faults::new().show_updates_after(SECOND * 50);
    sandbox.set_faults(shown_late()).unwrap();
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 1);
    assert_eq!(states(&planned.apply(&elements).await), [State::Done]);
    let failure = async {
        tokio::time::sleep(SECOND * 40).await;
        sandbox.set_faults(shown_late().script([Fault::status(500)])).unwrap();
    };
    let (outcomes, ()) = tokio::join!(planned.verify(&elements, SECOND * 120), failure);
    assert_eq!(states(&outcomes), [State::Confirmed]);
}

#[tokio::test(start_paused = true)]
async fn readings_that_fail_among_pending_ones_fail_by_themselves() {
    // u1 stands for u10 to u19, too.
    for (bad, number) in
        [(&["u0", "u1"][..], 12), (&["u4"], 11), (&["u99"], 1), (&["u1", "u3", "u5", "u7"], 44)]
    {
        for wait in [Duration::ZERO, SECOND * 60] {
            let sandbox = sandbox(100).await;
            let failing = |faults: Faults, user| faults.path(format!("/{user}"), Fault::status(500));
            sandbox.set_faults(bad.iter().fold(Faults::new(), failing)).unwrap();
            let start = Instant::now();
            let planned = Planned::moving(&sandbox, 100);
            let outcomes = planned.verify(&client_of_sandbox(&sandbox), wait).await;
            let (pending, failed) = (count(&outcomes, State::Pending), count(&outcomes, State::Failed));
            assert_eq!((pending, failed), (100 - number, number), "{bad:?}, {wait:?}");
            assert!(start.elapsed() < wait + SECOND * 45, "{bad:?}, {wait:?}: {:?}", start.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reading_for_which_the_token_is_refused_is_refused_among_pending_ones() {
    let sandbox = sandbox(20).await;
    sandbox.set_faults(Faults::new().path("/u7", Fault::status(401))).unwrap();
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 20);
    let outcomes = planned.verify(&elements, SECOND * 10).await;
    assert_eq!((count(&outcomes, State::Pending), outcomes[7].state), (19, State::Refused));
    let (outcomes, summary) = planned.apply_with(&elements, BulkOptions::new()).await;
    assert_eq!((count(&outcomes, Done), outcomes[7].state), (19, State::Refused));
    assert!(summary.stopped.is_none(), "{summary:?}");
}

#[tokio::test]
async fn a_run_that_was_interrupted_passes_over_what_it_did_and_one_that_ended_passes_over_nothing() {
    let sandbox = sandbox(6).await;
    let elements = client_of_sandbox(&sandbox);
    let planned = Planned::moving(&sandbox, 6);
    let (outcomes, summary) = planned.apply_with(&elements, BulkOptions::new().limit(2)).await;
    assert_eq!((count(&outcomes, State::Done), summary.limited), (2, true));
    assert_eq!(received(&sandbox), (2, 2));
    // The values of one of them are reverted, which the run that is gone on with does not look at.
    change(&sandbox, 0, &json!({ "city": "Dresden" }));
    let outcomes = planned.apply(&elements).await;
    assert_eq!(states(&outcomes), [State::Done; 6]);
    assert_eq!(received(&sandbox), (6, 6));
    // That run came to its end.
    let outcomes = planned.apply(&elements).await;
    assert_eq!(count(&outcomes, State::Done), 1);
    assert_eq!((outcomes[0].state, outcomes[1].state), (State::Done, State::Already));
    assert_eq!(received(&sandbox), (12, 7));
}

#[tokio::test]
async fn a_journal_belongs_to_one_plan() {
    let sandbox = sandbox(2).await;
    let elements = client_of_sandbox(&sandbox);
    let (one, other) = (Planned::moving(&sandbox, 1), Planned::moving(&sandbox, 2));
    one.apply(&elements).await;
    let (path, url) = (one.files.path(), elements.base_url());
    let error = Journal::open_for_plan(&path, url, other.plan.sha256()).unwrap_err();
    assert!(error.is_other_plan(), "{error}");
    assert!(Journal::open(&path, url).unwrap_err().is_other_plan());
    let rows = other.files.path();
    Journal::open(&rows, url).unwrap();
    assert!(Journal::open_for_plan(&rows, url, other.plan.sha256()).unwrap_err().is_other_plan());
    let fresh = Journal::fresh_for_plan(&path, url, other.plan.sha256()).unwrap();
    assert!(fresh.previous_path().is_some());
}

#[tokio::test]
async fn what_no_reading_returns_of_a_local_user_is_sent_once() {
    let sandbox = sandbox(0).await;
    let mut local = line(0);
    local["kind"] = json!("local");
    sandbox.add_user(&local).unwrap();
    let elements = client_of_sandbox(&sandbox);
    let mut user = planned(0);
    user.change = Change::default();
    user.local = Some(LocalFields { po_box: "100".to_owned(), ..LocalFields::default() });
    let planned = Planned::of(&sandbox, [user]);
    assert_eq!(states(&planned.apply(&elements).await), [State::Done]);
    assert_eq!(states(&planned.apply(&elements).await), [State::Already]);
    let requests = sandbox.requests();
    assert_eq!(methods(&requests), ["GET", "PUT", "GET"]);
    let sent: Value = serde_json::from_slice(&requests[1].body).unwrap();
    assert_eq!(
        (&sent["poBox"], &sent["city"], &sent["webPage"]),
        (&json!("100"), &json!("Dresden"), &json!(""))
    );
    assert!(requests[1].target.contains("/local-users/"), "{}", requests[1].target);
    let outcomes = planned.verify(&elements, Duration::ZERO).await;
    assert_eq!((outcomes[0].state, outcomes[0].reason_code), (State::Unseen, "unseen"));
}

/// Rows of a customer that the app may reach, between those of one that it may not.
fn of_two_customers(sandbox: &Sandbox, count: usize) -> Planned {
    let other: CustomerId = "outside".parse().unwrap();
    Planned::of(
        sandbox,
        (0..count).map(|number| {
            let mut planned = planned(number);
            if number % 2 == 0 {
                planned.user.customer = other.clone();
            }
            planned
        }),
    )
}

#[tokio::test]
async fn a_customer_that_the_app_may_not_reach_costs_a_few_refusals_and_no_more() {
    for concurrency in [1, 4, 16] {
        let sandbox = Sandbox::builder().directory(directory(200)).customers(["c"]).start().await.unwrap();
        let elements = client_of_sandbox(&sandbox);
        let planned = of_two_customers(&sandbox, 200);
        let (outcomes, _) = planned.apply_with(&elements, BulkOptions::new().concurrency(concurrency)).await;
        assert_eq!(count(&outcomes, State::Done), 100);
        assert_eq!(count(&outcomes, State::Refused), 100);
        let refusals = sandbox.requests().iter().filter(|request| request.status == Some(403)).count();
        let enough = concurrency.min(4);
        assert!((enough..enough + concurrency).contains(&refusals), "{refusals} of {concurrency}");
        let unsent: Vec<_> =
            outcomes.iter().filter(|it| it.state == State::Refused && it.attempts == 0).collect();
        assert_eq!(unsent.len(), 100 - refusals);
        assert!(unsent.iter().all(|outcome| outcome.reason_code == "customer-out-of-scope"));
        // The next run tries again.
        planned.apply(&elements).await;
        let again = sandbox.requests().iter().filter(|request| request.status == Some(403)).count();
        assert!(again > refusals);
    }
}

#[tokio::test]
async fn rows_of_a_file_of_such_a_customer_cost_no_more_either_and_are_tried_again() {
    let sandbox = Sandbox::builder().customers(["c"]).start().await.unwrap();
    let (elements, files) = (client_of_sandbox(&sandbox), Files::new());
    let outside = |number: usize| {
        let mut key = user(number);
        key.customer = "outside".parse().unwrap();
        Item::Send(number, Row::new(key, office("1")))
    };
    let rows = || stream::iter((0..100).map(outside).collect::<Vec<_>>());
    let (outcomes, _) = files.run(BulkOptions::new(), &elements, rows()).await;
    assert_eq!(count(&outcomes, State::Refused), 100);
    let refusals = sandbox.request_count();
    assert!((4..8).contains(&refusals), "{refusals}");
    files.run(BulkOptions::new(), &elements, rows()).await;
    assert!(sandbox.request_count() > refusals);
}

#[tokio::test]
async fn a_refusal_among_answers_is_that_of_its_row() {
    let sandbox = sandbox(30).await;
    let elements = client_of_sandbox(&sandbox);
    sandbox.set_faults(Faults::new().path("/users/u1", Fault::status(403))).unwrap();
    let outcomes = Planned::moving(&sandbox, 30).apply(&elements).await;
    // The users 1 and 10 to 19.
    assert_eq!((count(&outcomes, State::Refused), count(&outcomes, State::Done)), (11, 19));
    assert!(outcomes.iter().all(|outcome| outcome.attempts > 0));
}

#[tokio::test]
async fn where_users_can_be_read_each_refused_update_is_that_of_its_row() {
    let sandbox = sandbox(20).await;
    let elements = client_of_sandbox(&sandbox);
    sandbox.set_faults(Faults::new().path("/office-information", Fault::status(403))).unwrap();
    let outcomes = Planned::moving(&sandbox, 20).apply(&elements).await;
    assert_eq!(count(&outcomes, State::Refused), 20);
    assert_eq!(received(&sandbox), (20, 20));
}

#[tokio::test(start_paused = true)]
async fn an_update_that_is_always_asked_to_wait_costs_no_more_requests_than_one_that_fails() {
    let sandbox = sandbox(50).await;
    let faults = Faults::new().path("7/office", Fault::status(503).retry_after("2"));
    sandbox.set_faults(faults.latency(SECOND / 20)).unwrap();
    let outcomes = Planned::moving(&sandbox, 50).apply(&client_of_sandbox(&sandbox)).await;
    assert_eq!(count(&outcomes, Done), 45);
    let requests = sandbox.counters().requests;
    assert!(requests <= 2 * 50 + 6 * 5, "{requests} requests");
}

/// What comes of a run, and the share of a limit, in requests a second, that it uses after its first minute.
async fn used<T>(sandbox: &Sandbox, limit: u32, run: impl Future<Output = T>) -> (T, f64) {
    let taken = || {
        let counters = sandbox.counters();
        f64::from(u32::try_from(counters.requests - counters.rate_limited).unwrap())
    };
    let start = Instant::now();
    let first_minute = async {
        sleep(SECOND * 60).await;
        taken()
    };
    let (outcomes, before) = tokio::join!(run, first_minute);
    let seconds = start.elapsed().as_secs_f64() - 60.0;
    assert!(seconds > 30.0, "{seconds}");
    (outcomes, (taken() - before) / (f64::from(limit) * seconds))
}

/// Rows by which so many users move to Pirna, and what came of looking for their users.
pub(super) async fn resolved_rows(
    elements: &Elements,
    count: usize,
) -> (std::vec::IntoIter<PlanRow<()>>, Resolved) {
    let wanted = WantedOffice::default().with(OfficeField::City, Wanted::Set("Pirna".to_owned()));
    let row = |number: usize| {
        let (customer, tenant, user) = ("c".to_owned(), "t".to_owned(), format!("u{number}"));
        let keys = RowKeysBuf { line: number as u64 + 2, customer, tenant, user, ..RowKeysBuf::default() };
        PlanRow::new((), keys, Ok(wanted.clone()))
    };
    let rows: Vec<_> = (0..count).map(row).collect();
    let mut index = KeyIndex::new(None, None);
    for row in &rows {
        index.add(&row.keys.as_keys()).unwrap();
    }
    let resolved = resolve(elements, index, ListOptions::new().concurrency(4), |_| ()).await.unwrap();
    (rows.into_iter(), resolved)
}

/// Plans that so many users move to Pirna.
async fn plan(elements: &Elements, count: usize, bulk: BulkOptions) -> Vec<Outcome> {
    let (rows, resolved) = resolved_rows(elements, count).await;
    bulk.run(elements, PlanningItems::new(rows, resolved)).map(|((), outcome)| outcome).collect().await
}

#[tokio::test(start_paused = true)]
async fn a_limit_is_used_up_after_a_minute_by_planning_applying_and_verifying() {
    for (limit, burst, concurrency, most) in [(10, 10, 32, 0.95), (10, 2, 4, 0.85)] {
        // Long enough after the minute that the waits of the last requests weigh little.
        let rows = 130 * limit as usize;
        let sandbox = sandbox(rows).await;
        let faults = Faults::new().rate_limit(RateLimit::per_second(limit).burst(burst));
        sandbox.set_faults(faults.latency(SECOND / 20)).unwrap();
        let elements = client_of_sandbox(&sandbox);
        let bulk = BulkOptions::new().concurrency(concurrency);
        let is_used_up = |what: &str, used: f64| {
            let case = format!("{what}, {concurrency} at a time, burst {burst}");
            assert!(used >= most, "{case}: {used:.3} of the limit are used");
            let counters = sandbox.counters();
            assert!(counters.rate_limited * 20 < counters.requests, "{case}: {counters:?}");
        };
        let (outcomes, share) = used(&sandbox, limit, plan(&elements, rows, bulk.clone())).await;
        assert_eq!(count(&outcomes, State::Planned), rows);
        is_used_up("planning", share);
        let taken = || sandbox.counters().requests - sandbox.counters().rate_limited;
        let before = taken();
        let planned = Planned::moving(&sandbox, rows);
        let ((outcomes, _), share) = used(&sandbox, limit, planned.apply_with(&elements, bulk)).await;
        assert_eq!(count(&outcomes, Done), rows);
        is_used_up("applying", share);
        let readings = taken() - before - rows;
        assert!(readings <= rows * 103 / 100, "{readings} readings of {rows} users");
        let (outcomes, share) = used(&sandbox, limit, planned.verify(&elements, Duration::ZERO)).await;
        assert_eq!(count(&outcomes, Confirmed), rows);
        is_used_up("verifying", share);
    }
}
