//! Users are read for a sheet by the rules of a run: what fails by itself holds up no other, and an outage costs no user.

#![allow(clippy::disallowed_methods, reason = "the clock of most of these tests is paused")]

use std::time::Duration;

use avepoint_elements::ErrorKind;
use avepoint_elements_bulk::directory::{ListEnd, ListOptions};
use avepoint_elements_bulk::export::{ExportTarget, ExportTenant, TenantUsers, list_users};
use avepoint_elements_bulk::{BulkOptions, Item, Outcome, Run, State, Stopped};
use avepoint_elements_sandbox::{Directory, Fault, Faults, Sandbox};
use futures_util::StreamExt;
use futures_util::stream::{self, Iter};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::elements;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

/// A service with users of tenants; the reading of those whose id begins with `bad` meets the fault.
async fn sandbox(users: &[(&str, String)], bad: Fault) -> Sandbox {
    let mut directory = Directory::new();
    for (tenant, user) in users {
        directory.add(&json!({ "customerId": "c1", "tenantId": tenant, "userId": user })).unwrap();
    }
    let sandbox = Sandbox::builder().directory(directory).start().await.unwrap();
    sandbox.set_faults(Faults::new().path("/users/bad", bad).latency(Duration::from_millis(50))).unwrap();
    sandbox
}

fn tenant(tenant: &str) -> ExportTenant {
    let (customer, tenant) = ("c1".parse().unwrap(), tenant.parse().unwrap());
    ExportTenant { customer, customer_name: String::new(), tenant, tenant_name: String::new() }
}

/// Users of a tenant, of whom those fail that are named.
fn users(tenant: &'static str, count: usize, is_bad: impl Fn(usize) -> bool) -> Vec<(&'static str, String)> {
    let id = |number| format!("{}{number:03}", if is_bad(number) { "bad" } else { "good" });
    (0..count).map(|number| (tenant, id(number))).collect()
}

type Targets = Iter<std::vec::IntoIter<Item<ExportTarget>>>;

/// A run that reads the users of tenants.
async fn export(sandbox: &Sandbox, tenants: &[&str], bulk: BulkOptions) -> Run<ExportTarget, Targets> {
    let elements = elements(sandbox);
    let tenants = tenants.iter().map(|id| tenant(id)).collect();
    let lists = list_users(&elements, tenants, ListOptions::new(), |_| {}).await.unwrap();
    let targets = lists.iter().flat_map(TenantUsers::targets);
    let items: Vec<_> = targets.map(|target| Item::Export(target.clone(), target)).collect();
    bulk.run(&elements, stream::iter(items))
}

/// What comes of users. Those who are exported are those of the rows.
async fn outcomes(run: &mut Run<ExportTarget, Targets>) -> Vec<Outcome> {
    let check = |(target, outcome): (ExportTarget, Outcome)| {
        let exported = outcome.exported.as_ref().map(|row| row.get("user").unwrap());
        let is_exported = outcome.state == State::Exported;
        assert_eq!(exported, is_exported.then_some(target.user.user.as_str()), "{outcome:?}");
        outcome
    };
    run.map(check).collect().await
}

fn count(outcomes: &[Outcome], state: State) -> usize {
    outcomes.iter().filter(|outcome| outcome.state == state).count()
}

#[tokio::test(start_paused = true)]
async fn users_whose_reading_always_fails_are_left_out_at_the_pace_of_the_rest() {
    let gone = [users("t1", 40, |_| true), users("t2", 40, |_| false)].concat();
    for (what, users, bad, slack) in [
        ("the first", users("t1", 300, |user| user < 20), 20, MINUTE / 2),
        ("1 in 10", users("t1", 300, |user| user % 10 == 0), 30, MINUTE / 2),
        ("a tenant", gone, 40, 2 * MINUTE),
    ] {
        let mut refused = None;
        for (fault, state) in [
            (Fault::status(422), State::Refused),
            (Fault::status(500), State::Failed),
            (Fault::dropped_before_applying(), State::Failed),
        ] {
            let what = format!("{what}, {fault:?}");
            let sandbox = sandbox(&users, fault).await;
            let mut run = export(&sandbox, &["t1", "t2"], BulkOptions::new()).await;
            let start = Instant::now();
            let outcomes = outcomes(&mut run).await;
            assert!(run.summary().stopped.is_none(), "{what}: {:?}", run.summary());
            assert_eq!(count(&outcomes, state), bad, "{what}");
            assert_eq!(count(&outcomes, State::Exported), users.len() - bad, "{what}");
            let refused = *refused.get_or_insert(start.elapsed());
            let longest = 2 * refused + slack;
            assert!(start.elapsed() <= longest, "{what}: {:?}, and not {longest:?}", start.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_while_users_are_read_costs_time_and_no_user() {
    for fault in [
        Fault::status(503),
        Fault::dropped_after_applying(),
        Fault::status(429).retry_after("50"),
        Fault::status(503).retry_after("900"),
    ] {
        let sandbox = sandbox(&users("t1", 300, |_| false), Fault::none()).await;
        let mut run = export(&sandbox, &["t1"], BulkOptions::new()).await;
        let outage = async {
            sandbox.wait_for_requests(sandbox.request_count() + 100).await;
            sandbox.set_faults(Faults::new().share(1.0, fault.clone())).unwrap();
            sleep(HOUR / 2).await;
            sandbox.set_faults(Faults::new()).unwrap();
        };
        let (outcomes, ()) = tokio::join!(outcomes(&mut run), outage);
        assert_eq!(count(&outcomes, State::Exported), 300, "{fault:?}");
        assert!(sandbox.request_count() < 600, "{fault:?}: {} requests", sandbox.request_count());
    }
}

#[tokio::test(start_paused = true)]
async fn readings_end_with_the_longest_outage_with_another_servers_replies_and_where_they_are_told_to() {
    let users = users("t1", 300, |_| true);
    for (fault, shortest, longest) in [
        (Fault::status(500), HOUR * 59 / 60, HOUR * 2),
        (Fault::reply(200, "<html>"), Duration::ZERO, MINUTE),
        (Fault::reply(302, ""), Duration::ZERO, MINUTE),
    ] {
        let sandbox = sandbox(&users, fault.clone()).await;
        let mut run = export(&sandbox, &["t1"], BulkOptions::new().max_outage(HOUR)).await;
        let start = Instant::now();
        assert_eq!(outcomes(&mut run).await.len(), 300);
        assert!(matches!(run.summary().stopped, Some(Stopped::Outage)), "{fault:?}: {:?}", run.summary());
        assert!((shortest..longest).contains(&start.elapsed()), "{fault:?}: {:?}", start.elapsed());
    }
    // Also where the service asks for a wait.
    let sandbox = sandbox(&users, Fault::status(503).retry_after("50")).await;
    let mut run = export(&sandbox, &["t1"], BulkOptions::new()).await;
    assert!(tokio::time::timeout(MINUTE / 2, run.next()).await.is_err());
    run.stop();
    let start = Instant::now();
    assert_eq!(count(&outcomes(&mut run).await, State::Exported), 0);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_reading_that_failed_has_the_sdks_error_and_a_token_that_is_refused_for_all_ends_the_run() {
    let users = ["cy", "ben", "bad", "dan"].map(|user| ("t1", user.to_owned()));
    let sandbox = sandbox(&users, Fault::status(401)).await;
    let faults = Faults::new()
        .path("/users/bad", Fault::status(401))
        .path("/users/ben", Fault::none().with_value("/city", 7))
        .path("/users/cy", Fault::status(404));
    sandbox.set_faults(faults).unwrap();
    let mut run = export(&sandbox, &["t1"], BulkOptions::new().concurrency(1)).await;
    let found = outcomes(&mut run).await;
    let kinds: Vec<_> = found.iter().map(|outcome| (outcome.state, outcome.error_kind())).collect();
    let refused = (State::Refused, Some(ErrorKind::Authentication));
    // The second reading came, and a sheet cannot hold it; the token is accepted for it.
    let expected = [(State::Gone, Some(ErrorKind::NotFound)), (State::Unreadable, None), refused];
    assert_eq!((&kinds[..3], kinds[3]), (&expected[..], (State::Exported, None)));
    assert!(run.summary().stopped.is_none(), "{:?}", run.summary());

    let refuse = |faults: Faults, user: &str| faults.path(format!("/users/{user}"), Fault::status(401));
    sandbox.set_faults(["cy", "ben", "bad", "dan"].into_iter().fold(Faults::new(), refuse)).unwrap();
    let mut run = export(&sandbox, &["t1"], BulkOptions::new().concurrency(1)).await;
    let found = outcomes(&mut run).await;
    assert_eq!((count(&found, State::Refused), count(&found, State::NotAttempted)), (1, 3));
    assert!(matches!(run.summary().stopped, Some(Stopped::Authentication(_))), "{:?}", run.summary());
}

#[tokio::test]
async fn a_list_that_was_refused_has_the_sdks_error() {
    let sandbox = sandbox(&users("t1", 2, |_| false), Fault::none()).await;
    sandbox.set_faults(Faults::new().path("/users/batch", Fault::status(403))).unwrap();
    let lists =
        list_users(&elements(&sandbox), vec![tenant("t1")], ListOptions::new(), |_| {}).await.unwrap();
    let TenantUsers { users, end, .. } = &lists[0];
    assert!(users.is_empty() && matches!(end, ListEnd::OutOfReach(_)), "{end:?}");
    assert_eq!(end.error().map(avepoint_elements::Error::kind), Some(ErrorKind::Permission));
    assert!(lists[0].problem().is_some_and(|problem| problem.contains("403")), "{lists:?}");
}
