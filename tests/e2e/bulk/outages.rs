//! A service that is down, and rows that fail by themselves.

use super::*;
use avepoint_elements_bulk::Stopped;
use avepoint_elements_sandbox::{Fault, Faults, RateLimit};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn an_outage_costs_time_and_no_rows() {
    let faults = [
        Fault::status(503),
        Fault::status(502),
        Fault::status(500),
        Fault::status(408),
        Fault::dropped_before_applying(),
        Fault::dropped_after_applying(),
        Fault::status(429).retry_after("50"),
        Fault::status(503).retry_after("900"),
        Fault::reply(200, "<html>maintenance"),
    ];
    for fault in faults {
        let sandbox = Sandbox::start().await.unwrap();
        let elements = client_of_sandbox(&sandbox);
        let mut run = Bulk::new().concurrency(8).run(&elements, rows(400, "1"));
        let mut results: Vec<Outcome> = Vec::new();
        for _ in 0..100 {
            results.push(run.next().await.unwrap().1);
        }
        sandbox.set_faults(Faults::new().share(1.0, fault.clone())).unwrap();
        let mended = tokio::time::sleep(HOUR / 2);
        tokio::pin!(mended);
        loop {
            tokio::select! {
                () = &mut mended, if !mended.is_elapsed() => sandbox.set_faults(Faults::new()).unwrap(),
                result = run.next() => match result {
                    Some((_, outcome)) => results.push(outcome),
                    None => break,
                }
            }
        }
        assert_eq!(count(&results, State::Done), 400, "{fault:?}");
        let requests = sandbox.counters().requests;
        assert!(requests < 400 + 300, "{fault:?}: the outage saw {} requests", requests - 400);
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_down_ends_the_run_with_the_rest_not_attempted() {
    let faults = Faults::new().share(1.0, Fault::status(503));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    let start = tokio::time::Instant::now();
    let mut run = Bulk::new().patience(HOUR).run(&elements, rows(1000, "1"));
    let results = results(&mut run).await;
    assert!(matches!(run.summary().stopped, Some(Stopped::Outage)));
    let waited = start.elapsed();
    assert!((HOUR * 59 / 60..HOUR * 2).contains(&waited), "{waited:?}");
    let (failed, rest) = (count(&results, State::Failed), count(&results, State::NotAttempted));
    assert_eq!(failed + rest, 1000);
    assert!(failed < 150, "{failed} rows were tried, one every half minute");
}

#[tokio::test(start_paused = true)]
async fn rows_that_fail_by_themselves_hold_up_nobody_for_long() {
    for concurrency in [1, 8] {
        let faults = Faults::new().path("7/office", Fault::status(500)).latency(Duration::from_millis(50));
        let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
        let elements = client_of_sandbox(&sandbox);
        let start = tokio::time::Instant::now();
        let mut run = Bulk::new().concurrency(concurrency).run(&elements, rows(1000, "1"));
        let results = results(&mut run).await;
        assert_eq!(count(&results, State::Unknown), 100, "{concurrency}");
        assert_eq!(count(&results, State::Done), 900, "{concurrency}");
        assert!(start.elapsed() < HOUR * 2, "{concurrency}: {:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_of_one_row_is_not_waited_for_forever() {
    let faults = Faults::new().share(1.0, Fault::status(503));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let start = tokio::time::Instant::now();
    let mut run = Bulk::new().run(&client_of_sandbox(&sandbox), rows(1, "1"));
    assert_eq!(results(&mut run).await[0].state, State::Failed);
    assert!(start.elapsed() < HOUR / 4, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_last_rows_wait_for_the_service_as_the_first_do() {
    let faults = Faults::new().share(1.0, Fault::status(503));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    let mut run = Bulk::new().run(&elements, rows(4, "1"));
    let mended = tokio::time::sleep(HOUR / 2);
    let (results, ()) = tokio::join!(results(&mut run), async {
        mended.await;
        sandbox.set_faults(Faults::new()).unwrap();
    });
    assert_eq!(count(&results, State::Done), 4, "{results:?}");
}

#[tokio::test(start_paused = true)]
async fn a_quota_with_long_waits_costs_no_row_that_it_holds_back() {
    // A wait that is longer than a call may be asked to take.
    let limit = RateLimit::new(1, Duration::from_secs(90)).burst(10);
    let sandbox = Sandbox::builder().faults(Faults::new().rate_limit(limit)).start().await.unwrap();
    let mut run = Bulk::new().concurrency(32).run(&client_of_sandbox(&sandbox), rows(60, "1"));
    assert_eq!(count(&results(&mut run).await, State::Done), 60);
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_is_down_costs_no_rows_either() {
    let faults = Faults::new().token_share(1.0, Fault::status(503));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let mut run = Bulk::new().run(&client_of_sandbox(&sandbox), rows(100, "1"));
    let mended = tokio::time::sleep(Duration::from_secs(600));
    let (results, ()) = tokio::join!(results(&mut run), async {
        mended.await;
        sandbox.set_faults(Faults::new()).unwrap();
    });
    assert_eq!(count(&results, State::Done), 100);
}
