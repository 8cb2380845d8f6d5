//! Results, journal and pace of a run.

use super::*;
use avepoint_elements_bulk::{MaxFailures, Stopped};
use avepoint_elements_sandbox::{Fault, Faults, RateLimit};

async fn sandbox(faults: Faults) -> (Sandbox, Elements) {
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    (sandbox, elements)
}

#[tokio::test(start_paused = true)]
async fn on_a_bad_day_all_is_accounted_for_and_a_second_run_changes_nothing() {
    for seed in 1..=3 {
        let bad_day = Faults::new()
            .seed(seed)
            .share(0.10, Fault::dropped_after_applying())
            .share(0.05, Fault::status(500))
            .share(0.05, Fault::status(429))
            .share(0.01, Fault::garbled());
        let (sandbox, elements) = sandbox(bad_day).await;
        let files = Files::new();
        let bulk = Bulk::new().concurrency(16);

        let (first, summary) = files.run(bulk.clone(), &elements, rows(10_000, "1")).await;
        assert_eq!((first.len(), summary.rows()), (10_000, 10_000));
        for (number, outcome) in first.iter().enumerate() {
            let applied = applied(&sandbox, number, "1");
            match outcome.state {
                State::Done => assert!(applied, "seed {seed}: {number} is called done"),
                State::Unknown => {}
                state => assert!(!applied, "seed {seed}: {number} is called {state}"),
            }
        }
        let done = count(&first, State::Done);
        assert!(done > 9_990, "seed {seed}: {done} of 10000 are done");

        sandbox.set_faults(Faults::new()).unwrap();
        let (rest, _) = files.run(bulk.clone(), &elements, rows(10_000, "1")).await;
        assert_eq!(count(&rest, State::Unchanged), done);
        assert_eq!(count(&rest, State::Done), 10_000 - done);
        let requests = sandbox.counters().requests;
        let (rest, _) = files.run(bulk, &elements, rows(10_000, "1")).await;
        assert_eq!(count(&rest, State::Unchanged), 10_000);
        assert_eq!(sandbox.counters().requests, requests, "nothing is sent for what is done");
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_ten_a_second_is_used_and_hardly_overrun() {
    for concurrency in [4, 32] {
        let limit = RateLimit::per_second(10).burst(10);
        let (sandbox, elements) =
            sandbox(Faults::new().rate_limit(limit).latency(Duration::from_millis(50))).await;
        let start = tokio::time::Instant::now();
        let mut run = Bulk::new().concurrency(concurrency).run(&elements, rows(1_000, "1"));
        assert_eq!(count(&results(&mut run).await, State::Done), 1_000);
        let used = 1_000.0 / (10.0 + 10.0 * start.elapsed().as_secs_f64());
        assert!(used >= 0.85, "{concurrency} at a time: {used:.2} of the limit is used");
        let counters = sandbox.counters();
        assert!(counters.rate_limited * 20 < counters.requests, "{concurrency} at a time: {counters:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_that_changed_is_sent_and_the_one_before_is_not_believed_any_more() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    files.run(Bulk::new(), &elements, rows(20, "1")).await;
    let (second, _) = files.run(Bulk::new(), &elements, rows(20, "2")).await;
    assert_eq!(count(&second, State::Done), 20);
    let (third, _) = files.run(Bulk::new(), &elements, rows(20, "1")).await;
    assert_eq!(count(&third, State::Done), 20);
    assert!((0..20).all(|number| applied(&sandbox, number, "1")));
}

#[tokio::test(start_paused = true)]
async fn an_update_that_was_under_way_when_the_run_died_is_sent_again() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    files.run(Bulk::new(), &elements, rows(1, "1")).await;

    // The service takes the new value, and the run dies before it knows.
    sandbox.set_faults(Faults::new().latency(Duration::from_secs(20))).unwrap();
    let journal = files.journal();
    let mut run = Bulk::new().journal(journal.clone()).run(&elements, rows(1, "2"));
    tokio::select! {
        _ = run.next() => panic!("it should not be answered yet"),
        () = sandbox.wait_for_requests(2) => {}
    }
    drop(run);
    close(journal).await;
    assert!(applied(&sandbox, 0, "2"));

    sandbox.set_faults(Faults::new()).unwrap();
    let (again, _) = files.run(Bulk::new(), &elements, rows(1, "1")).await;
    assert_eq!(again[0].state, State::Done);
    assert!(applied(&sandbox, 0, "1"), "the old record of the old value does not stand");
}

#[tokio::test(start_paused = true)]
async fn more_failures_than_allowed_stop_the_run() {
    let (sandbox, elements) = sandbox(Faults::new().path("/users/u1", Fault::status(404))).await;
    let bulk = Bulk::new().concurrency(1).max_failures(MaxFailures::rows(2));
    let mut run = bulk.run(&elements, rows(100, "1"));
    let results = results(&mut run).await;
    // u1, u10 and u11.
    assert_eq!(count(&results, State::Refused), 3);
    assert_eq!(count(&results, State::NotAttempted), 100 - 12);
    assert_eq!(sandbox.counters().requests, 12);
    assert!(matches!(run.summary().stopped, Some(Stopped::MaxFailures)));
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_stops_the_run_before_a_second_row() {
    let (sandbox, _) = sandbox(Faults::new()).await;
    let elements = crate::builder_for(&sandbox.base_url())
        .credential(avepoint_elements::Credential::access_token("revoked"))
        .build()
        .unwrap();
    let mut run = Bulk::new().concurrency(1).run(&elements, rows(50, "1"));
    let results = results(&mut run).await;
    assert_eq!(count(&results, State::Refused), 1, "{:?}", results[0]);
    assert_eq!(count(&results, State::NotAttempted), 49);
    assert!(matches!(run.summary().stopped, Some(Stopped::Authentication(_))));
}

#[tokio::test(start_paused = true)]
async fn told_to_stop_a_run_waits_for_what_is_under_way_and_sends_no_more() {
    let (sandbox, elements) = sandbox(Faults::new().latency(Duration::from_secs(1))).await;
    let mut run = Bulk::new().concurrency(3).run(&elements, rows(100, "1"));
    let mut results = vec![run.next().await.unwrap().1];
    run.stop();
    while let Some((_, outcome)) = run.next().await {
        results.push(outcome);
    }
    let done = count(&results, State::Done);
    assert_eq!(done, sandbox.counters().applied);
    assert!(done <= 6, "{done}");
    assert_eq!(count(&results, State::NotAttempted), 100 - done);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_rows_counts_what_is_sent_and_a_second_run_goes_on() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    for sent in [7, 14, 20] {
        let (results, summary) = files.run(Bulk::new().limit(7), &elements, rows(20, "1")).await;
        assert_eq!(sandbox.counters().requests, sent);
        assert_eq!(count(&results, State::NotAttempted), 20 - sent);
        assert_eq!(summary.limited, sent < 20);
    }
}
