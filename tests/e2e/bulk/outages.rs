//! A service that is down, and rows that fail by themselves.

use super::*;
use avepoint_elements::RetryPolicy;
use avepoint_elements_bulk::Stopped;
use avepoint_elements_sandbox::{Fault, Faults, RateLimit};
use e2e::raw::{RawServer, Reply};

use crate::builder_for_sandbox;

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
    ];
    for fault in faults {
        let sandbox = Sandbox::start().await.unwrap();
        let elements = client_of_sandbox(&sandbox);
        let mut run = BulkOptions::new().concurrency(8).run(&elements, rows(400, "1"));
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
    let mut run = BulkOptions::new().max_outage(HOUR).run(&elements, rows(1000, "1"));
    let results = results(&mut run).await;
    assert!(matches!(run.summary().stopped, Some(Stopped::Outage)));
    let waited = start.elapsed();
    assert!((HOUR * 59 / 60..HOUR * 2).contains(&waited), "{waited:?}");
    let (failed, rest) = (count(&results, State::Failed), count(&results, State::NotAttempted));
    assert_eq!(failed + rest, 1000);
    assert!(failed < 150, "{failed} rows were tried, one every half minute");
}

#[tokio::test(start_paused = true)]
async fn rows_that_fail_by_themselves_hold_up_no_other_for_long() {
    for concurrency in [1, 8] {
        let faults = Faults::new().path("7/office", Fault::status(500)).latency(Duration::from_millis(50));
        let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
        let elements = client_of_sandbox(&sandbox);
        let start = tokio::time::Instant::now();
        let mut run = BulkOptions::new().concurrency(concurrency).run(&elements, rows(1000, "1"));
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
    let mut run = BulkOptions::new().run(&client_of_sandbox(&sandbox), rows(1, "1"));
    assert_eq!(results(&mut run).await[0].state, State::Failed);
    assert!(start.elapsed() < HOUR / 4, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_last_rows_wait_for_the_service_as_the_first_do() {
    let faults = Faults::new().share(1.0, Fault::status(503));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    let mut run = BulkOptions::new().run(&elements, rows(4, "1"));
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
    let mut run = BulkOptions::new().concurrency(32).run(&client_of_sandbox(&sandbox), rows(60, "1"));
    assert_eq!(count(&results(&mut run).await, State::Done), 60);
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_is_down_costs_no_rows_either() {
    let faults = Faults::new().token_share(1.0, Fault::status(503));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let mut run = BulkOptions::new().run(&client_of_sandbox(&sandbox), rows(100, "1"));
    let mended = tokio::time::sleep(Duration::from_secs(600));
    let (results, ()) = tokio::join!(results(&mut run), async {
        mended.await;
        sandbox.set_faults(Faults::new()).unwrap();
    });
    assert_eq!(count(&results, State::Done), 100);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_comes_and_goes_costs_no_rows() {
    for (concurrency, answers) in [(1, 1), (4, 1), (4, 5)] {
        let down = || vec![Fault::status(503); 60];
        let script = [down(), vec![Fault::none(); answers], down(), vec![Fault::none()], down()].concat();
        let sandbox = Sandbox::builder().faults(Faults::new().script(script)).start().await.unwrap();
        let elements = client_without_retries(&sandbox);
        let mut run = BulkOptions::new().concurrency(concurrency).run(&elements, rows(40, "1"));
        let results = results(&mut run).await;
        assert_eq!(count(&results, State::Done), 40, "{concurrency}, {answers}: {:?}", run.summary());
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_gone_looks_like_an_outage_and_fails_in_the_end() {
    // u1, u10 to u19 and u100 to u199.
    let gone = Faults::new().path("/users/u1", Fault::status(500)).latency(Duration::from_millis(50));
    let sandbox = Sandbox::builder().faults(gone).start().await.unwrap();
    let start = tokio::time::Instant::now();
    let mut run = BulkOptions::new().run(&client_of_sandbox(&sandbox), rows(400, "1"));
    let results = results(&mut run).await;
    assert_eq!((count(&results, State::Unknown), count(&results, State::Done)), (111, 289));
    assert!(start.elapsed() < HOUR * 2, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn calls_that_fail_together_are_one_reason_to_wait() {
    for concurrency in [4, 32] {
        let latency = || Faults::new().latency(Duration::from_millis(50));
        let sandbox = Sandbox::builder().faults(latency()).start().await.unwrap();
        let elements = client_without_retries(&sandbox);
        let mut run = BulkOptions::new().concurrency(concurrency).run(&elements, rows(400, "1"));
        for _ in 0..100 {
            run.next().await.unwrap();
        }
        sandbox.set_faults(latency().share(1.0, Fault::status(502))).unwrap();
        let start = tokio::time::Instant::now();
        let mended = tokio::time::sleep(Duration::from_millis(500));
        let (rest, ()) = tokio::join!(run.map(|_| ()).collect::<Vec<_>>(), async {
            mended.await;
            sandbox.set_faults(latency()).unwrap();
        });
        assert_eq!(rest.len(), 300);
        assert!(start.elapsed() < Duration::from_secs(15), "{concurrency}: {:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn while_no_row_comes_no_outage_is_counted() {
    let asking = Faults::new().path("/u0/", Fault::status(503).retry_after("90"));
    let sandbox = Sandbox::builder().faults(asking).start().await.unwrap();
    let (sender, coming) = fed();
    let mut run = BulkOptions::new().run(&client_of_sandbox(&sandbox), coming);
    let feed = async {
        for item in rows(8, "1").collect::<Vec<_>>().await {
            let Item::Send(number, _) = &item else { unreachable!("all are to be sent") };
            match number {
                // The first fails by itself, and is given up when the second is answered; then nothing comes for long.
                2 => tokio::time::sleep(HOUR * 3).await,
                // The probe fails as well, once.
                3 => sandbox.set_faults(Faults::new()).unwrap(),
                _ => tokio::time::sleep(Duration::from_secs(10)).await,
            }
            if *number == 2 {
                sandbox.set_faults(Faults::new().path("/u2/", Fault::status(502))).unwrap();
            }
            sender.send(item).unwrap();
            tokio::time::sleep(Duration::from_secs(120)).await;
        }
        drop(sender);
    };
    let (states, ()) = tokio::join!(run.by_ref().map(|(_, outcome)| outcome.state).collect::<Vec<_>>(), feed);
    assert!(run.summary().stopped.is_none(), "{:?}: {states:?}", run.summary());
    assert_eq!(states[3..], [State::Done; 5]);
}

#[tokio::test(start_paused = true)]
async fn replies_of_another_server_end_a_run_at_once_also_after_rows_were_done() {
    let statuses = [501, 505, 511].map(Fault::status);
    for fault in [Fault::reply(200, "<html>"), Fault::reply(302, "")].into_iter().chain(statuses) {
        for before in [0, 100] {
            let sandbox = Sandbox::start().await.unwrap();
            let elements = client_of_sandbox(&sandbox);
            let mut run = BulkOptions::new().concurrency(4).max_outage(HOUR).run(&elements, rows(400, "1"));
            for _ in 0..before {
                run.next().await.unwrap();
            }
            sandbox.set_faults(Faults::new().share(1.0, fault.clone())).unwrap();
            let start = tokio::time::Instant::now();
            let rest: Vec<Outcome> = run.by_ref().map(|(_, outcome)| outcome).collect().await;
            let took = start.elapsed();
            assert!(took < Duration::from_secs(60), "{fault:?} after {before}: {took:?}");
            assert!(matches!(run.summary().stopped, Some(Stopped::Outage)), "{fault:?} after {before}");
            assert!(run.summary().is_another_server(), "{fault:?} after {before}");
            let untried = count(&rest, State::NotAttempted);
            assert!(untried > 250, "{fault:?} after {before}: {untried} were not attempted");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_in_place_of_tokens_end_a_run_at_once_also_after_rows_were_done() {
    for fault in [Fault::reply(200, "<html>"), Fault::reply(302, "")] {
        let sandbox = Sandbox::builder().token_lifetime(Duration::from_secs(20)).start().await.unwrap();
        let elements = client_of_sandbox(&sandbox);
        let mut run = BulkOptions::new().concurrency(4).max_outage(HOUR).run(&elements, rows(400, "1"));
        for _ in 0..100 {
            assert_eq!(run.next().await.unwrap().1.state, State::Done);
        }
        sandbox.set_faults(Faults::new().token_share(1.0, fault.clone())).unwrap();
        tokio::time::sleep(Duration::from_secs(20)).await;
        let start = tokio::time::Instant::now();
        let rest: Vec<Outcome> = run.by_ref().map(|(_, outcome)| outcome).collect().await;
        assert!(start.elapsed() < Duration::from_secs(60), "{fault:?}: {:?}", start.elapsed());
        assert!(matches!(run.summary().stopped, Some(Stopped::Outage)), "{fault:?}");
        assert!(run.summary().is_another_server(), "{fault:?}");
        let untried = count(&rest, State::NotAttempted);
        assert!(untried > 100, "{fault:?}: {untried} were not attempted");
    }
}

#[tokio::test(start_paused = true)]
async fn one_row_that_another_server_answers_is_that_rows_failure() {
    let faults = Faults::new().path("/users/u7/", Fault::reply(302, ""));
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let mut run = BulkOptions::new().max_outage(HOUR).run(&client_of_sandbox(&sandbox), rows(50, "1"));
    let results = results(&mut run).await;
    assert_eq!((count(&results, State::Done), count(&results, State::Unknown)), (49, 1));
    assert!(run.summary().stopped.is_none());
}

/// Each call is one request.
fn client_without_retries(sandbox: &Sandbox) -> Elements {
    crate::builder_for_sandbox(sandbox).retry(RetryPolicy::none()).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_url_of_another_server_ends_the_run_at_once() {
    let page = (Fault::reply(200, "<html>"), Reply::answer(200, &[], b"<html>"));
    let redirect = (Fault::reply(302, ""), Reply::answer(302, &[("location", "/login")], b""));
    for (fault, reply) in [page, redirect] {
        let faults = Faults::new().path("/users/", fault.clone());
        let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
        let start = tokio::time::Instant::now();
        let mut run = BulkOptions::new()
            .concurrency(4)
            .max_outage(HOUR)
            .run(&client_of_sandbox(&sandbox), rows(100, "1"));
        let found = results(&mut run).await;
        assert!(matches!(run.summary().stopped, Some(Stopped::Outage)), "{fault:?}");
        assert!(start.elapsed() < Duration::from_secs(10), "{fault:?}: {:?}", start.elapsed());
        assert!(count(&found, State::NotAttempted) >= 90, "{fault:?}");

        let (sandbox, tokens) = (Sandbox::start().await.unwrap(), RawServer::start(reply).await);
        let elements = builder_for_sandbox(&sandbox).token_url(tokens.url()).build().unwrap();
        let mut run = BulkOptions::new().concurrency(4).max_outage(HOUR).run(&elements, rows(100, "1"));
        let found = results(&mut run).await;
        let Some(Stopped::Authentication(error)) = &run.summary().stopped else { panic!("{fault:?}") };
        assert!(error.is_configuration() && error.to_string().contains("token URL"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(20), "{fault:?}: {:?}", start.elapsed());
        let sent = (tokens.requests().len(), sandbox.request_count());
        assert_eq!((count(&found, State::NotAttempted), sent), (100, (1, 0)), "{fault:?}");
    }
}

/// A client of a service that is not there.
fn client_of_nothing() -> Elements {
    let credential = avepoint_elements::Credential::access_token("token");
    crate::builder_for("http://127.0.0.1:9").credential(credential).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn without_a_connection_one_row_waits_as_many_do() {
    for count in [1, 2, 3, 20] {
        let start = tokio::time::Instant::now();
        let mut run = BulkOptions::new().max_outage(HOUR).run(&client_of_nothing(), rows(count, "1"));
        let found = results(&mut run).await;
        assert!(matches!(run.summary().stopped, Some(Stopped::Outage)), "{count}: {:?}", run.summary());
        assert!(start.elapsed() >= HOUR * 59 / 60, "{count}: {:?}", start.elapsed());
        assert!(found.iter().all(|row| row.state == State::NotAttempted), "{count}: {found:?}");
        assert!(found[0].reason.contains("cannot be reached") || found[0].reason.contains("no connection"));
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_found_no_connection_are_not_attempted_when_the_run_is_stopped() {
    let mut run = BulkOptions::new().run(&client_of_nothing(), rows(20, "1"));
    assert!(tokio::time::timeout(Duration::from_secs(100), run.next()).await.is_err());
    run.stop();
    assert_eq!(count(&results(&mut run).await, State::NotAttempted), 20);
}

#[tokio::test(start_paused = true)]
async fn the_last_row_waits_for_a_service_that_is_gone_since_others_were_done() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sender, coming) = fed();
    let mut run = BulkOptions::new().max_outage(HOUR).run(&client_of_sandbox(&sandbox), coming);
    let items: Vec<_> = rows(2, "1").collect().await;
    let [first, last] = <[Item<usize>; 2]>::try_from(items).unwrap();
    sender.send(first).unwrap();
    assert_eq!(run.next().await.unwrap().1.state, State::Done);
    drop(sandbox);
    sender.send(last).unwrap();
    drop(sender);
    let start = tokio::time::Instant::now();
    let last = run.next().await.unwrap().1;
    assert!(matches!(run.summary().stopped, Some(Stopped::Outage)), "{last:?}: {:?}", run.summary());
    assert!((HOUR * 59 / 60..HOUR * 2).contains(&start.elapsed()), "{:?}", start.elapsed());
}
