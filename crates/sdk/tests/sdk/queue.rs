//! Calls in the queue of the rate limiter.

use std::time::Duration;

use avepoint_elements::Credential;
use avepoint_elements_sandbox::Sandbox;
use test_support::raw::{RawServer, Reply};
use tokio::time::Instant;

use crate::retries::{asking_to_wait, done, error_of, persistent, status};
use crate::{builder_for, builder_for_sandbox, office, user};

#[tokio::test(start_paused = true)]
async fn time_in_an_unbounded_queue_is_not_the_calls() {
    let slow = || [asking_to_wait(503, "50"), asking_to_wait(429, "50"), asking_to_wait(429, "50"), done()];
    let server = RawServer::script(slow()).await;
    let error = error_of(&persistent(&server.url())).await;
    assert_eq!((error.attempts(), error.retry_after()), (3, Some(Duration::from_secs(50))), "{error}");

    let server = RawServer::script(slow()).await;
    let receipt = persistent(&server.url())
        .with_unbounded_queue_wait()
        .update_office_information(&user(), &office())
        .await;
    assert_eq!(receipt.unwrap().attempts, 4);
    assert!(server.times()[3] - server.times()[0] >= Duration::from_secs(150));
}

#[tokio::test(start_paused = true)]
async fn cancelled_calls_leave_the_queue_and_others_stay() {
    let server = RawServer::script([asking_to_wait(429, "50"), done(), done()]).await;
    let elements = persistent(&server.url());
    let queued = elements.with_unbounded_queue_wait();
    let start = Instant::now();
    let after = |seconds| tokio::time::sleep_until(start + Duration::from_secs(seconds));
    let (refused, unsent, other, ()) = tokio::join!(
        async { (error_of(&queued).await, start.elapsed()) },
        async {
            after(5).await;
            (error_of(&queued.clone()).await, start.elapsed())
        },
        async {
            after(10).await;
            elements.update_office_information(&user(), &office()).await
        },
        async {
            after(20).await;
            queued.cancel_queued();
        },
    );
    for ((error, at), attempts, status) in [(refused, 1, Some(429)), (unsent, 0, None)] {
        assert_eq!((error.attempts(), error.status(), at.as_secs()), (attempts, status, 20), "{error}");
        let wait = error.retry_after().unwrap().as_secs();
        assert!(error.is_throttled() && !error.is_outcome_unknown() && (25..=30).contains(&wait), "{error}");
    }
    assert_eq!((other.unwrap().attempts, server.requests().len()), (1, 2));
    assert!(start.elapsed() >= Duration::from_secs(50));
    // Without a queue there is nothing to cancel.
    after(3600).await;
    queued.update_office_information(&user(), &office()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_backoff_a_call_ends_with_the_first_failure_that_is_not_about_the_rate() {
    let server = RawServer::script([asking_to_wait(429, "50"), asking_to_wait(429, "20"), done()]).await;
    let waits = persistent(&server.url()).without_backoff().with_unbounded_queue_wait();
    assert_eq!(waits.update_office_information(&user(), &office()).await.unwrap().attempts, 3);

    for (failure, status) in [(Reply::answer(500, &[], b""), 500), (asking_to_wait(503, "20"), 503)] {
        let server = RawServer::script([failure, done()]).await;
        let start = Instant::now();
        let error = error_of(&persistent(&server.url()).without_backoff()).await;
        assert_eq!((error.attempts(), error.status(), start.elapsed()), (1, Some(status), Duration::ZERO));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_in_the_queue_is_replaced_before_it_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    // Tokens live for an hour.
    let elements = builder_for_sandbox(&sandbox)
        .max_rate(1, Duration::from_secs(60))
        .build()
        .unwrap()
        .with_unbounded_queue_wait();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let elements = elements.clone();
        calls.spawn(async move { elements.update_office_information(&user(), &office()).await });
    }
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert_eq!(sandbox.request_count(), 200);
}

#[tokio::test(start_paused = true)]
async fn the_most_requests_in_a_period_hold_for_all_calls_and_every_attempt() {
    let flaky = (0..100).flat_map(|_| [status(500), done()]);
    let server = RawServer::script(flaky).await;
    let elements = builder_for(&server.url()).max_rate(10, Duration::from_secs(1));
    let elements =
        elements.credential(Credential::access_token("t")).build().unwrap().with_unbounded_queue_wait();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let elements = elements.clone();
        calls.spawn(async move { elements.update_office_information(&user(), &office()).await });
    }
    calls.join_all().await;
    let times = server.times();
    let crowded = times.windows(11).find(|turns| turns[10] - turns[0] < Duration::from_secs(1));
    assert_eq!(crowded, None);
    assert!(times.len() > 30, "some were tried again: {}", times.len());
}
