//! Rows that always fail while others are answered: they are settled at the pace of the rest.

use std::ops::Range;

use super::*;
use avepoint_elements_bulk::Stopped;
use avepoint_elements_sandbox::{Fault, Faults};
use tokio::time::Instant;

const LATENCY: Duration = Duration::from_millis(50);
const MINUTE: Duration = Duration::from_secs(60);

/// A row in a tenant; users whose id begins with `bad` fail.
fn row(number: usize, tenant: &str, is_bad: bool) -> Item<usize> {
    let id = format!("{}{number}", if is_bad { "bad" } else { "good" });
    let user = UserKey::new("c".parse().unwrap(), tenant.parse().unwrap(), id.parse().unwrap());
    Item::Send(number, Row::new(user, office("1")))
}

/// Rows of which those fail that are named.
fn mixed(count: usize, is_bad: impl Fn(usize) -> bool) -> Vec<Item<usize>> {
    (0..count).map(|number| row(number, "t", is_bad(number))).collect()
}

fn bad(fault: Fault) -> Faults {
    Faults::new().path("/bad", fault).latency(LATENCY)
}

/// What a run costs: requests, time, and how many rows came to something else than done.
struct Cost {
    requests: usize,
    time: Duration,
    failed: usize,
}

/// Makes a run to its end.
async fn cost(items: &[Item<usize>], concurrency: usize, fault: Fault) -> Cost {
    let sandbox = Sandbox::builder().faults(bad(fault)).start().await.unwrap();
    let start = Instant::now();
    let rows = stream::iter(items.to_vec());
    let mut run = BulkOptions::new().concurrency(concurrency).run(&client_of_sandbox(&sandbox), rows);
    let results = results(&mut run).await;
    assert!(run.summary().stopped.is_none(), "{:?}", run.summary());
    let failed = results.len() - count(&results, State::Done);
    Cost { requests: sandbox.counters().requests, time: start.elapsed(), failed }
}

/// Rows that fail cost at most six requests more each, and the run twice the time that it takes where they are refused.
async fn assert_settled_at_the_pace_of_the_rest(what: &str, items: Vec<Item<usize>>, slack: Duration) {
    assert_settled(what, &items, slack, 1, Fault::status(500)).await;
    assert_settled(what, &items, slack, 16, Fault::dropped_before_applying()).await;
}

async fn assert_settled(
    what: &str,
    items: &[Item<usize>],
    slack: Duration,
    concurrency: usize,
    fault: Fault,
) {
    let is_bad =
        |item: &&Item<usize>| matches!(item, Item::Send(_, row) if row.user.user.as_str().starts_with("bad"));
    let bad = items.iter().filter(is_bad).count();
    let refused = cost(items, concurrency, Fault::status(422)).await;
    assert_eq!((refused.failed, refused.requests), (bad, items.len()), "{what}");
    let what = format!("{what}, {fault:?}, {concurrency} at a time");
    let Cost { requests, time, failed } = cost(items, concurrency, fault).await;
    assert_eq!(failed, bad, "{what}");
    let most = items.len() + 6 * bad;
    assert!(requests <= most, "{what}: {requests} requests, and not {most}");
    let longest = 2 * refused.time + slack;
    assert!(time <= longest, "{what}: {time:?}, and not {longest:?}");
}

const SLACK: Duration = Duration::from_secs(30);

#[tokio::test(start_paused = true)]
async fn one_row_in_fifty_that_fails_holds_up_no_other() {
    assert_settled_at_the_pace_of_the_rest("1 in 50", mixed(500, |row| row % 50 == 7), SLACK).await;
}

#[tokio::test(start_paused = true)]
async fn one_row_in_ten_that_fails_holds_up_no_other() {
    assert_settled_at_the_pace_of_the_rest("1 in 10", mixed(500, |row| row % 10 == 0), SLACK).await;
}

#[tokio::test(start_paused = true)]
async fn every_other_row_that_fails_holds_up_no_other() {
    assert_settled_at_the_pace_of_the_rest("1 in 2", mixed(400, |row| row % 2 == 1), SLACK).await;
    // As chance has it: several in a row may fail.
    let by_chance = |row: usize| row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 63 == 1;
    assert_settled_at_the_pace_of_the_rest("1 in 2 by chance", mixed(400, by_chance), SLACK).await;
}

#[tokio::test(start_paused = true)]
async fn a_few_rows_that_fail_at_the_end_hold_up_no_other() {
    for bad in [1, 2, 3, 5] {
        let what = format!("the last {bad}");
        assert_settled_at_the_pace_of_the_rest(&what, mixed(100, |row| row >= 100 - bad), SLACK).await;
    }
}

#[tokio::test(start_paused = true)]
async fn more_rows_than_wait_for_their_results_are_settled_all_the_same() {
    assert_settled_at_the_pace_of_the_rest("1 in 50 of many", mixed(1500, |row| row % 50 == 7), SLACK).await;
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_gone_is_no_outage_for_long() {
    for (place, gone) in [("first", 0..150), ("in the middle", 200..350), ("last", 350..500)] {
        let tenants = ["t0", "t1", "t2", "t3"];
        let items = (0..500).map(|number| {
            let is_gone = gone.contains(&number);
            row(number, if is_gone { "gone" } else { tenants[number / 150] }, is_gone)
        });
        let what = format!("a tenant that is gone comes {place}");
        assert_settled_at_the_pace_of_the_rest(&what, items.collect(), SLACK + 2 * MINUTE).await;
    }
    // More rows than wait for their results.
    let items = (0..1500)
        .map(|number| if number < 1200 { row(number, "gone", true) } else { row(number, "t", false) });
    let items: Vec<_> = items.collect();
    assert_settled("most of a file", &items, SLACK + 2 * MINUTE, 16, Fault::status(500)).await;
}

/// Rows of ten tenants in turn, of which those fail that are named.
fn of_ten_tenants(bad: Range<usize>) -> Vec<Item<usize>> {
    (0..300).map(|number| row(number, &format!("t{}", number % 10), bad.contains(&number))).collect()
}

#[tokio::test(start_paused = true)]
async fn rows_of_all_tenants_that_fail_one_after_the_other_are_no_outage() {
    for (place, bad) in [("first", 0..20), ("in the middle", 140..160), ("last", 280..300), ("half", 0..150)]
    {
        let what = format!("rows that fail come {place}");
        assert_settled_at_the_pace_of_the_rest(&what, of_ten_tenants(bad), SLACK).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_behind_first_rows_that_fail_costs_none_of_the_others() {
    for concurrency in [1, 16] {
        let down = || Faults::new().share(1.0, Fault::status(503)).latency(LATENCY);
        let sandbox = Sandbox::builder().faults(down()).start().await.unwrap();
        let rows = stream::iter(of_ten_tenants(0..20));
        let mut run = BulkOptions::new().concurrency(concurrency).run(&client_of_sandbox(&sandbox), rows);
        let outages = async {
            tokio::time::sleep(20 * MINUTE).await;
            sandbox.set_faults(bad(Fault::status(500))).unwrap();
            sandbox.wait_for_requests(sandbox.counters().requests + 100).await;
            sandbox.set_faults(down()).unwrap();
            tokio::time::sleep(20 * MINUTE).await;
            sandbox.set_faults(bad(Fault::status(500))).unwrap();
        };
        let (results, ()) = tokio::join!(results(&mut run), outages);
        assert!(run.summary().stopped.is_none(), "{concurrency}: {:?}", run.summary());
        assert_eq!((count(&results, State::Done), results.len()), (280, 300), "{concurrency}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_real_outage_among_rows_that_fail_costs_none_of_the_others() {
    for (every, concurrency) in [(50, 4), (10, 16), (2, 1), (2, 16)] {
        let sandbox = Sandbox::builder().faults(bad(Fault::status(500))).start().await.unwrap();
        let elements = client_of_sandbox(&sandbox);
        let rows = stream::iter(mixed(1000, |row| row % every == 1));
        let mut run = BulkOptions::new().concurrency(concurrency).run(&elements, rows);
        let start = Instant::now();
        let outage = async {
            sandbox.wait_for_requests(500).await;
            sandbox.set_faults(Faults::new().share(1.0, Fault::status(503)).latency(LATENCY)).unwrap();
            tokio::time::sleep(20 * MINUTE).await;
            sandbox.set_faults(bad(Fault::status(500))).unwrap();
        };
        let (results, ()) = tokio::join!(results(&mut run), outage);
        let what = format!("1 in {every}, {concurrency} at a time");
        assert!(run.summary().stopped.is_none(), "{what}: {:?}", run.summary());
        let failed = 1000 / every;
        assert_eq!(
            (count(&results, State::Done), count(&results, State::Unknown)),
            (1000 - failed, failed),
            "{what}"
        );
        let requests = sandbox.counters().requests;
        assert!(requests <= 1000 + 6 * failed + 200, "{what}: {requests} requests");
        let longest = 20 * MINUTE + 4 * MINUTE;
        assert!(start.elapsed() <= longest, "{what}: {:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_fail_do_not_end_a_run_that_waits_two_minutes_for_the_service() {
    for every in [50, 2] {
        let sandbox = Sandbox::builder().faults(bad(Fault::status(500))).start().await.unwrap();
        let rows = stream::iter(mixed(2000, |row| row % every == 0));
        let bulk = BulkOptions::new().concurrency(16).max_outage(2 * MINUTE);
        let mut run = bulk.run(&client_of_sandbox(&sandbox), rows);
        let results = results(&mut run).await;
        assert!(!matches!(run.summary().stopped, Some(Stopped::Outage)));
        assert_eq!(count(&results, State::Unknown), 2000 / every);
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_always_ask_for_a_wait_cost_no_more_requests_than_others() {
    for every in [50, 10, 2] {
        let items = mixed(200, |row| row % every == 1);
        let bad = 200 / every;
        for concurrency in [1, 16] {
            let what = format!("1 in {every}, {concurrency} at a time");
            let refused = cost(&items, concurrency, Fault::status(422)).await;
            let Cost { requests, time, failed } =
                cost(&items, concurrency, Fault::status(503).retry_after("2")).await;
            assert_eq!(failed, bad, "{what}");
            assert!(requests <= items.len() + 6 * bad, "{what}: {requests} requests");
            // Each of these requests may make all wait.
            let waits = u32::try_from(6 * bad).unwrap() * Duration::from_secs(2);
            let longest = 2 * refused.time + waits + SLACK;
            assert!(time <= longest, "{what}: {time:?}, and not {longest:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_are_always_too_much_fail_in_the_end_and_stop_no_other() {
    let alone = mixed(100, |row| row == 99);
    let (first, some) = (mixed(100, |row| row < 5), mixed(100, |row| row % 10 == 3));
    for (what, items, bad) in [("the last", alone, 1), ("the first five", first, 5), ("1 in 10", some, 10)] {
        for fault in [Fault::status(429), Fault::status(429).retry_after("1")] {
            for concurrency in [1, 16] {
                let what = format!("{what}, {fault:?}, {concurrency} at a time");
                let Cost { requests, time, failed } = cost(&items, concurrency, fault.clone()).await;
                assert_eq!(failed, bad, "{what}");
                assert!(requests <= items.len() + 45 * bad, "{what}: {requests} requests");
                let longest = 5 * u32::try_from(bad).unwrap() * MINUTE;
                assert!(time <= longest, "{what}: {time:?}, and not {longest:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn rows_for_which_the_token_is_refused_are_refused_and_stop_no_other() {
    let some = mixed(200, |row| row % 10 == 3);
    let block = mixed(300, |row| (50..250).contains(&row));
    for (what, items, number, most_controls) in [("1 in 10", some, 20, 20), ("a block", block, 200, 20)] {
        for concurrency in [1, 16] {
            let what = format!("{what}, {concurrency} at a time");
            let sandbox = Sandbox::builder().faults(bad(Fault::status(401))).start().await.unwrap();
            let rows = stream::iter(items.clone());
            let bulk = BulkOptions::new().concurrency(concurrency);
            let mut run = bulk.run(&client_of_sandbox(&sandbox), rows);
            let found = results(&mut run).await;
            assert!(run.summary().stopped.is_none(), "{what}: {:?}", run.summary());
            assert_eq!(count(&found, State::Done), items.len() - number, "{what}");
            let refused: Vec<_> = found.iter().filter(|row| row.state == State::Refused).collect();
            assert_eq!(refused.len(), number, "{what}");
            assert!(
                refused.iter().all(|row| row.status == Some(401) && row.reason.contains("401")),
                "{what}"
            );
            // Each is sent twice, each time with two tokens.
            let requests = sandbox.counters().requests;
            assert!(requests <= items.len() + 3 * number + 2 * most_controls, "{what}: {requests} requests");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_that_are_revoked_all_the_time_cost_no_row_that_is_in_order() {
    for (concurrency, requests) in [(1, 1), (8, 3), (8, 6), (16, 10)] {
        let faults = Faults::new().revoke_after(requests).latency(LATENCY);
        let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
        let rows = stream::iter(mixed(200, |_| false));
        let mut run = BulkOptions::new().concurrency(concurrency).run(&client_of_sandbox(&sandbox), rows);
        let found = results(&mut run).await;
        let refused = count(&found, State::Refused);
        assert_eq!(refused, 0, "{concurrency}, {requests}: {:?}", run.summary());
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_for_all_ends_the_run_and_costs_the_rows_on_their_way() {
    for concurrency in [1, 4] {
        let sandbox = Sandbox::builder().faults(Faults::new().latency(LATENCY)).start().await.unwrap();
        let rows = stream::iter(mixed(400, |_| false));
        let mut run = BulkOptions::new().concurrency(concurrency).run(&client_of_sandbox(&sandbox), rows);
        let mut found: Vec<Outcome> = Vec::new();
        while found.len() < 100 {
            found.push(run.next().await.unwrap().1);
        }
        let before = sandbox.counters().requests;
        sandbox.set_faults(Faults::new().share(1.0, Fault::status(401)).latency(LATENCY)).unwrap();
        found.extend(run.by_ref().map(|(_, outcome)| outcome).collect::<Vec<_>>().await);
        assert!(matches!(run.summary().stopped, Some(Stopped::Authentication(_))), "{:?}", run.summary());
        let refused = count(&found, State::Refused);
        assert!((1..=concurrency).contains(&refused), "{concurrency}: {refused}");
        assert_eq!(count(&found, State::Done) + refused + count(&found, State::NotAttempted), 400);
        let requests = sandbox.counters().requests - before;
        assert!(requests <= 3 * concurrency + 2, "{concurrency}: {requests}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_refuses_the_token_for_some_rows_and_fails_for_all_others_is_an_outage() {
    for concurrency in [1, 4] {
        let sandbox = Sandbox::builder().faults(Faults::new().latency(LATENCY)).start().await.unwrap();
        // The row that was answered last is none of those that are refused.
        let rows = stream::iter(mixed(400, |row| row > 170 && row % 4 > 0));
        let bulk = BulkOptions::new().concurrency(concurrency).max_outage(10 * MINUTE);
        let mut run = bulk.run(&client_of_sandbox(&sandbox), rows);
        for _ in 0..100 {
            assert_eq!(run.next().await.unwrap().1.state, State::Done);
        }
        let before = sandbox.counters().requests;
        let refusing = bad(Fault::status(401)).path("/good", Fault::status(500));
        sandbox.set_faults(refusing).unwrap();
        let rest = run.by_ref().map(|(_, outcome)| outcome).collect::<Vec<_>>();
        let rest = tokio::time::timeout(60 * MINUTE, rest).await.expect("it ends");
        assert!(matches!(run.summary().stopped, Some(Stopped::Outage)), "{:?}", run.summary());
        assert_eq!(rest.len(), 300, "{concurrency}");
        let requests = sandbox.counters().requests - before;
        assert!(requests < 150, "{concurrency}: {requests} requests");
    }
}
