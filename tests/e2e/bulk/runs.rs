//! Results, journal and pace of a run.

use super::*;
use avepoint_elements_bulk::{CountOrPercent, Stopped, UserHash};
use avepoint_elements_sandbox::{Fault, Faults, RateLimit};

async fn sandbox(faults: Faults) -> (Sandbox, Elements) {
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    (sandbox, elements)
}

#[tokio::test(start_paused = true)]
async fn on_a_bad_day_all_is_accounted_for_and_a_second_run_changes_nothing() {
    let all = bad_day_rows();
    for seed in 1..=3 {
        let bad_day = Faults::new()
            .seed(seed)
            .share(0.10, Fault::dropped_after_applying())
            .share(0.05, Fault::status(500))
            .share(0.05, Fault::status(429))
            .share(0.01, Fault::garbled());
        let (sandbox, elements) = sandbox(bad_day).await;
        let files = Files::new();
        let bulk = BulkOptions::new().concurrency(16);

        let (first, summary) = files.run(bulk.clone(), &elements, rows(all, "1")).await;
        assert_eq!((first.len(), summary.rows()), (all, all as u64));
        for (number, outcome) in first.iter().enumerate() {
            let applied = applied(&sandbox, number, "1");
            match outcome.state {
                State::Done => assert!(applied, "seed {seed}: {number} is called done"),
                State::Unknown => {}
                state => assert!(!applied, "seed {seed}: {number} is called {state}"),
            }
        }
        let done = count(&first, State::Done);
        assert!(all - done <= all / 1000, "seed {seed}: {done} of {all} are done");

        sandbox.set_faults(Faults::new()).unwrap();
        let (rest, _) = files.run(bulk.clone(), &elements, rows(all, "1")).await;
        assert_eq!(count(&rest, State::Unchanged), done);
        assert_eq!(count(&rest, State::Done), all - done);
        let requests = sandbox.counters().requests;
        let (rest, _) = files.run(bulk, &elements, rows(all, "1")).await;
        assert_eq!(count(&rest, State::Unchanged), all);
        assert_eq!(sandbox.counters().requests, requests, "nothing is sent for what is done");
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_ten_a_second_is_used_and_hardly_overrun() {
    for (concurrency, burst) in [(4, 10), (32, 10), (4, 1), (32, 1)] {
        let limit = RateLimit::per_second(10).burst(burst);
        let (sandbox, elements) =
            sandbox(Faults::new().rate_limit(limit).latency(Duration::from_millis(50))).await;
        let start = tokio::time::Instant::now();
        let mut run = BulkOptions::new().concurrency(concurrency).run(&elements, rows(2_000, "1"));
        assert_eq!(count(&results(&mut run).await, State::Done), 2_000);
        let used = 2_000.0 / (f64::from(burst) + 10.0 * start.elapsed().as_secs_f64());
        assert!(used >= 0.85, "{concurrency} at a time, bursts of {burst}: {used:.2} of the limit is used");
        let counters = sandbox.counters();
        assert!(counters.rate_limited * 20 < counters.requests, "{concurrency} at a time: {counters:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_that_changed_is_sent_and_the_one_before_is_not_believed_any_more() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    files.run(BulkOptions::new(), &elements, rows(20, "1")).await;
    let (second, _) = files.run(BulkOptions::new(), &elements, rows(20, "2")).await;
    assert_eq!(count(&second, State::Done), 20);
    let (third, _) = files.run(BulkOptions::new(), &elements, rows(20, "1")).await;
    assert_eq!(count(&third, State::Done), 20);
    assert!((0..20).all(|number| applied(&sandbox, number, "1")));
}

#[tokio::test(start_paused = true)]
async fn an_update_that_was_under_way_when_the_run_died_is_sent_again() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    files.run(BulkOptions::new(), &elements, rows(1, "1")).await;

    // The service has the new value and holds its reply back when the run dies.
    sandbox.set_faults(Faults::new().latency(Duration::from_secs(20))).unwrap();
    let mut run = BulkOptions::new().journal(files.journal(&elements)).run(&elements, rows(1, "2"));
    tokio::select! {
        _ = run.next() => panic!("it should not be answered yet"),
        () = sandbox.wait_for_requests(2) => {}
    }
    // Neither the end of the run nor that of its journal may write what should have been written before the send.
    let left = files.left_by_a_crash();
    drop(run);
    assert!(applied(&sandbox, 0, "2"));

    sandbox.set_faults(Faults::new()).unwrap();
    let (again, _) = left.run(BulkOptions::new(), &elements, rows(1, "1")).await;
    assert_eq!(again[0].state, State::Done);
    assert!(applied(&sandbox, 0, "1"), "the old record of the old value does not stand");
}

#[tokio::test(start_paused = true)]
async fn more_failures_than_allowed_stop_the_run() {
    let (sandbox, elements) = sandbox(Faults::new().path("/users/u1", Fault::status(404))).await;
    let bulk = BulkOptions::new().concurrency(1).max_failures(CountOrPercent::count(2));
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
    let mut run = BulkOptions::new().concurrency(1).run(&elements, rows(50, "1"));
    let results = results(&mut run).await;
    assert_eq!(count(&results, State::Refused), 1, "{:?}", results[0]);
    assert_eq!(count(&results, State::NotAttempted), 49);
    assert!(matches!(run.summary().stopped, Some(Stopped::Authentication(_))));
}

#[tokio::test(start_paused = true)]
async fn what_a_token_endpoint_says_is_not_said_of_a_row() {
    use e2e::raw::{RawServer, Reply};
    let server = RawServer::answering(401, &[], b"").await;
    let grant = Reply::answer(200, &[], br#"{"access_token":"t","expires_in":3600}"#);
    let tokens = RawServer::script([grant, Reply::answer(404, &[("request-id", "the-token-s")], b"")]).await;
    let elements = crate::builder_for(&server.url())
        .token_url(tokens.url())
        .credential(avepoint_elements::Credential::client_secret("id", "secret"))
        .build()
        .unwrap();
    let mut run = BulkOptions::new().concurrency(1).run(&elements, rows(3, "1"));
    let results = results(&mut run).await;
    let said = |outcome: &Outcome| (outcome.state, outcome.status, outcome.request_id.clone());
    assert_eq!(said(&results[0]), (State::Failed, None, None), "{:?}", results[0]);
    assert_eq!(count(&results, State::NotAttempted), 2);
    assert!(matches!(run.summary().stopped, Some(Stopped::Authentication(_))));
}

#[tokio::test(start_paused = true)]
async fn told_to_stop_a_run_waits_for_what_is_under_way_and_sends_no_more() {
    let (sandbox, elements) = sandbox(Faults::new().latency(Duration::from_secs(1))).await;
    let mut run = BulkOptions::new().concurrency(3).run(&elements, rows(100, "1"));
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
async fn told_to_stop_a_run_does_not_sit_out_the_wait_that_the_service_asks_for() {
    let (sandbox, elements) = sandbox(Faults::new().script([Fault::status(429).retry_after("50")])).await;
    let (files, start) = (Files::new(), tokio::time::Instant::now());
    let bulk = BulkOptions::new().concurrency(4).journal(files.journal(&elements));
    let mut run = bulk.run(&elements, rows(20, "1"));
    let pause = Duration::from_secs(10);
    assert!(tokio::time::timeout(pause, run.next()).await.is_err(), "the first row waits");
    run.stop();
    let stopped = results(&mut run).await;
    drop(run);
    assert_eq!(start.elapsed(), pause);
    assert_eq!((stopped[0].state, stopped[0].status), (State::Failed, Some(429)), "{:?}", stopped[0]);
    let done = count(&stopped, State::Done);
    assert_eq!((done <= 3, sandbox.counters().applied), (true, done));
    assert_eq!(count(&stopped, State::NotAttempted), 19 - done);
    assert!(
        stopped.iter().all(|row| row.state != State::NotAttempted || row.reason.contains("run it again"))
    );

    let (resumed, _) = files.run(BulkOptions::new(), &elements, rows(20, "1")).await;
    assert_eq!((count(&resumed, State::Unchanged), count(&resumed, State::Done)), (done, 20 - done));
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_rows_counts_what_is_sent_and_a_second_run_goes_on() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    for sent in [7, 14, 20] {
        let (results, summary) = files.run(BulkOptions::new().limit(7), &elements, rows(20, "1")).await;
        assert_eq!(sandbox.counters().requests, sent);
        assert_eq!(count(&results, State::NotAttempted), 20 - sent);
        assert_eq!(summary.limited, sent < 20);
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_come_one_by_one_are_sent_as_they_come() {
    let (sandbox, elements) = sandbox(Faults::new().path("/users/u3", Fault::status(500))).await;
    let (sender, coming) = fed();
    let mut run = BulkOptions::new().run(&elements, coming);
    for (number, item) in rows(6, "1").enumerate().collect::<Vec<_>>().await {
        sender.send(item).unwrap();
        if number == 3 {
            // Nothing else is answered, and nothing comes: it is tried again in its time.
            let waited = tokio::time::timeout(Duration::from_secs(600), run.next()).await;
            assert!(waited.is_err(), "{waited:?}");
        } else if number < 3 {
            assert_eq!(run.next().await.unwrap().1.state, State::Done, "{number}");
        }
    }
    drop(sender);
    let rest: Vec<_> = run.by_ref().map(|(_, outcome)| outcome.state).collect().await;
    assert_eq!(rest, [State::Unknown, State::Done, State::Done]);
    assert_eq!(sandbox.counters().applied, 5);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_shut_down_ends_its_runs() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let mut run = BulkOptions::new().concurrency(2).run(&elements, rows(500, "1"));
    let (all, ()) = tokio::join!(results(&mut run), async {
        while sandbox.counters().requests < 10 {
            tokio::task::yield_now().await;
        }
        elements.shut_down();
    });
    let (done, left) = (count(&all, State::Done), count(&all, State::NotAttempted));
    assert!(done + left == 500 && left > 400, "{done} done, {left} left");
    assert!(matches!(run.summary().stopped, Some(Stopped::Requested)), "{:?}", run.summary());
    assert_eq!(sandbox.counters().applied, done);
}

#[tokio::test(start_paused = true)]
async fn who_takes_results_slowly_may_use_the_same_client_meanwhile() {
    let limit = RateLimit::per_second(2).burst(2);
    let (sandbox, elements) = sandbox(Faults::new().rate_limit(limit)).await;
    let mut run = BulkOptions::new().concurrency(8).run(&elements, rows(40, "1"));
    let mut results = 0;
    while let Some((_, outcome)) = run.next().await {
        assert_eq!(outcome.state, State::Done, "{}", outcome.reason);
        elements
            .with_unbounded_queue_wait()
            .update_office_information(&user(100 + results), &office("1"))
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        results += 1;
    }
    assert_eq!((results, sandbox.counters().applied), (40, 80));
}

#[tokio::test]
async fn rows_that_are_passed_over_leave_others_their_turn() {
    let (_sandbox, elements) = sandbox(Faults::new()).await;
    let done = || Item::Settled((), Outcome::new(State::Unchanged, ""));
    let run = BulkOptions::new().run(&elements, stream::repeat_with(done));
    let mut results = run.map(|_| ()).boxed_local();
    // Endless, but for the task that ends it.
    tokio::select! {
        biased;
        () = async { while results.next().await.is_some() {} } => unreachable!("it has no end"),
        () = async { for _ in 0..10 { tokio::task::yield_now().await } } => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_of_another_service_stops_the_run_before_its_first_row() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&folder.path().join("journal"), "https://other.example/partner").unwrap();
    let mut run = BulkOptions::new().journal(Arc::new(journal)).run(&elements, rows(5, "1"));
    assert_eq!(count(&results(&mut run).await, State::NotAttempted), 5);
    let Some(Stopped::Journal(error)) = &run.summary().stopped else { panic!("{:?}", run.summary()) };
    assert!(error.is_other_service(), "{error}");
    assert_eq!(sandbox.counters().requests, 0);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_found_no_connection_leaves_no_intent_open() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    let run = |value| {
        let bulk = BulkOptions::new().journal(files.journal(&elements)).max_outage(Duration::from_secs(30));
        bulk.run(&elements, rows(2, value))
    };
    let mut first = run("1");
    assert_eq!(count(&results(&mut first).await, State::Done), 2);
    drop((first, sandbox));
    let mut second = run("2");
    assert_eq!(count(&results(&mut second).await, State::NotAttempted), 2);
    drop(second);
    let journal = std::fs::read_to_string(files.path()).unwrap();
    let with = |state: &str| journal.matches(&format!("\"{state}\"")).count();
    assert!(with("intent") > 0 && with("intent") == with("failed"), "{journal}");
}

#[tokio::test(start_paused = true)]
async fn a_journal_serves_one_run() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    let bulk = BulkOptions::new().journal(files.journal(&elements));
    let mut first = bulk.clone().run(&elements, rows(5, "1"));
    assert_eq!(count(&results(&mut first).await, State::Done), 5);
    // It knows nothing of the first.
    let mut second = bulk.run(&elements, rows(5, "2"));
    assert_eq!(count(&results(&mut second).await, State::NotAttempted), 5);
    let Some(Stopped::Journal(error)) = &second.summary().stopped else { panic!("{:?}", second.summary()) };
    assert!(error.is_in_use() && error.to_string().contains("open it again"), "{error}");
    assert_eq!(sandbox.counters().requests, 5);
}

#[test]
fn a_run_whose_runtime_has_ended_says_so() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (runtime(), runtime());
    let (_sandbox, elements) = second.block_on(sandbox(Faults::new()));
    let mut run = BulkOptions::new().run(&elements, rows(5, "1"));
    // Its calls are begun, and have no turn any more.
    first.block_on(async {
        tokio::select! {
            biased;
            _ = run.next() => unreachable!("no request is answered"),
            () = async {} => {}
        }
    });
    drop(first);
    let rest = std::panic::AssertUnwindSafe(|| second.block_on(run.next()));
    let message = std::panic::catch_unwind(rest).unwrap_err().downcast::<&str>().unwrap();
    assert!(message.contains("has ended before the run"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn without_its_journal_a_run_calls_nothing_done_but_what_was_written_down() {
    let (sandbox, elements) = sandbox(Faults::new()).await;
    let files = Files::new();
    let journal = files.journal(&elements);
    let (sender, fed) = fed();
    let send = |numbers: std::ops::Range<usize>| {
        numbers
            .for_each(|number| sender.send(Item::Send(number, Row::new(user(number), office("1")))).unwrap());
    };
    send(0..5);
    let mut run = BulkOptions::new().concurrency(1).journal(journal.clone()).run(&elements, fed);
    assert_eq!(run.next().await.unwrap().1.state, State::Done);
    journal.close().await.unwrap();
    // However far the run is by then, rows come for which there is no journal.
    send(5..10);
    drop(sender);
    let rest: Vec<_> = run.by_ref().map(|(_, outcome)| outcome).collect().await;
    assert!(matches!(run.summary().stopped, Some(Stopped::Journal(_))));
    drop(run);
    // A row that was answered before that may be done as well: then it is written down.
    let (done, unknown) = (1 + count(&rest, State::Done), count(&rest, State::Unknown));
    let journal = files.journal(&elements);
    let newest = |number| journal.snapshot().newest(&UserHash::of(&user(number))).unwrap();
    let recorded = (0..10).filter(|number| newest(*number).is_some());
    assert_eq!(recorded.count(), done);
    assert_eq!((done < 10, sandbox.counters().applied), (true, done + unknown));
}
