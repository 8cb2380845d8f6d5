//! The end of a program, and the time of a call.

use std::future::pending;
use std::time::Duration;

use avepoint_elements::{AccessToken, BoxFuture, Credential, ErrorKind, Permissions, Result, TokenSource};
use test_support::raw::{RawServer, Reply};
use tokio::time::Instant;

use crate::retries::{asking_to_wait, error_of, persistent, status};
use crate::{builder_for, office, user};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn waits_for_the_rate_limiter_end_at_once_and_later_calls_are_refused() {
    let server = RawServer::start(asking_to_wait(429, "50")).await;
    let elements = persistent(&server.url());
    let unbounded = elements.with_unbounded_queue_wait();
    let start = Instant::now();
    let (refused, unsent, derived, ()) = tokio::join!(
        async { (error_of(&elements).await, start.elapsed()) },
        async {
            tokio::time::sleep(SECOND).await;
            (error_of(&elements.clone()).await, start.elapsed())
        },
        async {
            tokio::time::sleep(SECOND).await;
            (error_of(&unbounded).await, start.elapsed())
        },
        async {
            tokio::time::sleep(SECOND * 5).await;
            elements.clone().shut_down();
        },
    );
    for ((error, at), kind, attempts) in [
        (refused, ErrorKind::Throttled, 1),
        (unsent, ErrorKind::Cancelled, 0),
        (derived, ErrorKind::Cancelled, 0),
    ] {
        assert_eq!((error.kind(), error.attempts(), at.as_secs()), (kind, attempts, 5), "{error}");
        assert!(!error.is_outcome_unknown(), "{error}");
    }
    tokio::time::sleep(SECOND * 60).await;
    let error = error_of(&elements.with_timeout(SECOND)).await;
    assert!(error.is_cancelled() && error.to_string().contains("shut down"), "{error}");
    assert!(elements.is_shut_down() && elements.authenticate().await.unwrap_err().is_cancelled());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_backoff_ends_with_the_last_answer_and_what_it_leaves_open() {
    let server = RawServer::start(status(500)).await;
    let elements = persistent(&server.url());
    let (error, ()) = tokio::join!(error_of(&elements), async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        elements.shut_down();
    });
    assert_eq!(
        (error.kind(), error.attempts(), error.status()),
        (ErrorKind::Server, 1, Some(500)),
        "{error}"
    );
    assert!(error.is_outcome_unknown(), "{error}");
}

/// Has no token, ever.
struct Never;

impl TokenSource for Never {
    fn token(&self, _: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_token_ends_and_nothing_was_sent() {
    for credential in [Credential::source(Never), Credential::cached(Never)] {
        let elements = builder_for("http://127.0.0.1:9/").credential(credential).build().unwrap();
        let start = Instant::now();
        let (error, ()) = tokio::join!(error_of(&elements), async {
            tokio::time::sleep(SECOND * 5).await;
            elements.shut_down();
        });
        assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Cancelled, SECOND * 5), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_under_way_goes_on_to_its_end() {
    let Reply::Bytes(answer) = Reply::answer(204, &[], b"") else { unreachable!() };
    let server = RawServer::start(Reply::Drip(answer, SECOND / 10)).await;
    let elements = persistent(&server.url());
    let (user, office) = (user(), office());
    let (receipt, ()) = tokio::join!(elements.update_office_information(&user, &office), async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        elements.shut_down();
    });
    assert_eq!(receipt.unwrap().attempts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_never_answered_ends_with_its_attempt_and_is_not_sent_again() {
    let server = RawServer::start(Reply::Silence).await;
    let elements = persistent(&server.url());
    let start = Instant::now();
    let (error, ()) = tokio::join!(error_of(&elements), async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        elements.shut_down();
    });
    assert_eq!(
        (error.kind(), error.attempts(), start.elapsed().as_secs()),
        (ErrorKind::Timeout, 1, 30),
        "{error}"
    );
    assert!(error.is_outcome_unknown() && server.requests().len() == 1, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_takes_the_time_that_it_is_given() {
    let server = RawServer::start(Reply::Silence).await;
    let elements = persistent(&server.url());
    let start = Instant::now();
    let error = error_of(&elements.with_timeout(SECOND * 2)).await;
    assert_eq!((error.kind(), start.elapsed().as_secs()), (ErrorKind::Timeout, 2), "{error}");
    assert!(error.is_outcome_unknown() && server.requests().len() == 1, "{error}");
    let error = error_of(&elements.with_timeout(Duration::ZERO)).await;
    assert_eq!((error.kind(), error.attempts(), server.requests().len()), (ErrorKind::Timeout, 0, 1));
    assert!(!error.is_outcome_unknown());
    // The client that it was made from has its own time: four attempts of 30 s.
    let start = Instant::now();
    error_of(&elements).await;
    assert!(start.elapsed() >= SECOND * 119, "{:?}", start.elapsed());
}
