//! What is tried again and what is not, when, how often, and for how long.

use std::time::Duration;

use avepoint_elements::{Elements, ElementsBuilder, Error, RetryPolicy};
use test_support::raw::{End, RawServer, Reply};
use tokio::time::Instant;

use avepoint_elements::Credential;

use crate::{builder_for, office, user};

const ATTEMPTS: u32 = 5;

pub(crate) fn persistent(url: &str) -> Elements {
    builder_for(url).credential(Credential::access_token("canary-token")).build().unwrap()
}

pub(crate) async fn error_of(elements: &Elements) -> Error {
    elements.update_office_information(&user(), &office()).await.unwrap_err()
}

pub(crate) fn done() -> Reply {
    Reply::answer(204, &[], b"")
}

pub(crate) fn status(status: u16) -> Reply {
    Reply::answer(status, &[], b"<html>")
}

pub(crate) fn asking_to_wait(status: u16, wait: &str) -> Reply {
    Reply::answer(status, &[("retry-after", wait)], b"")
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again() {
    let truncated = b"HTTP/1.1 204 No Con".to_vec();
    let replies = [
        Reply::Bytes(Vec::new()),
        Reply::Reset(Vec::new()),
        Reply::Reset(truncated.clone()),
        Reply::Bytes(truncated),
        Reply::Bytes(b"\x16\x03\x01garbage".to_vec()),
        Reply::Silence,
        status(408),
        status(429),
        status(500),
        status(502),
        status(503),
        status(504),
    ];
    for reply in replies {
        let server = RawServer::script([reply.clone(), done()]).await;
        let receipt = persistent(&server.url()).update_office_information(&user(), &office()).await;
        assert_eq!(receipt.map(|receipt| receipt.attempts).unwrap(), 2, "{reply:?}");

        let server = RawServer::start(reply.clone()).await;
        let elements = builder_for(&server.url()).timeout(Duration::from_secs(600));
        let elements = elements.credential(Credential::access_token("t")).build().unwrap();
        let error = error_of(&elements).await;
        assert_eq!(error.attempts(), ATTEMPTS, "{reply:?}: {error}");
        assert_eq!(server.requests().len(), ATTEMPTS as usize, "{reply:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_final_is_sent_once() {
    for code in [200, 201, 202, 301, 302, 307, 308, 400, 403, 404, 409, 412, 415, 422, 501] {
        let server = RawServer::script([status(code), done()]).await;
        let error = error_of(&persistent(&server.url())).await;
        assert_eq!((error.status(), error.attempts()), (Some(code), 1), "{error}");
        assert_eq!(server.requests().len(), 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_refused_is_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = error_of(&persistent(&url)).await;
    assert_eq!(error.attempts(), ATTEMPTS);
    assert!(error.is_connection() && !error.is_outcome_unknown(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_asked_for_is_kept_whole() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let dated = Reply::answer(503, &[("retry-after", date), ("date", "Sun, 06 Nov 1994 08:49:17 GMT")], b"");
    let cases = [
        (asking_to_wait(429, "7"), 7000),
        (asking_to_wait(503, "7"), 7000),
        (asking_to_wait(429, "0.25"), 250),
        (asking_to_wait(429, "0"), 0),
        (dated, 20_000),
        (asking_to_wait(429, "soon"), 1000),
        (asking_to_wait(429, "-5"), 1000),
        (status(429), 1000),
        (Reply::answer(429, &[("retry-after", "2"), ("retry-after", "9")], b""), 9000),
    ];
    for (reply, wait) in cases {
        let server = RawServer::script([reply.clone(), done()]).await;
        let elements = persistent(&server.url());
        elements.update_office_information(&user(), &office()).await.unwrap();
        let times = server.times();
        let waited = (times[1] - times[0]).as_millis();
        // Up to a second more: calls that were told to wait do not start at the same instant.
        assert!((wait..=wait + 1100).contains(&waited), "{reply:?}: {waited} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_that_are_not_named_grow() {
    let server = RawServer::start(status(429)).await;
    error_of(&persistent(&server.url())).await;
    let apart: Vec<_> = server.times().windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).collect();
    assert_eq!(apart, [1, 2, 4, 8]);
}

#[tokio::test(start_paused = true)]
async fn calls_never_outlive_their_time_however_long_the_queue() {
    let server = RawServer::script([asking_to_wait(503, "9"), done()]).await;
    let elements = builder_for(&server.url()).timeout(Duration::from_millis(9200));
    let elements = elements.credential(Credential::access_token("t")).build().unwrap();
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let elements = elements.clone();
        calls.spawn(async move { elements.update_office_information(&user(), &office()).await });
        tokio::task::yield_now().await;
    }
    let outcomes = calls.join_all().await;
    assert!(start.elapsed() < Duration::from_millis(9250), "{:?}", start.elapsed());
    let counted: u32 = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().map_or_else(Error::attempts, |receipt| receipt.attempts))
        .sum();
    assert_eq!(counted as usize, server.requests().len());
    assert!(outcomes.iter().any(Result::is_err), "the queue was too long for all");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_is_not_begun_and_is_told() {
    for (wait, seconds) in [("61", 61), ("3600", 3600), ("1e12", 1_000_000_000_000)] {
        let server = RawServer::start(asking_to_wait(429, wait)).await;
        let start = Instant::now();
        let error = error_of(&persistent(&server.url())).await;
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)), "{error}");
        assert!(start.elapsed() < Duration::from_secs(1), "no time is spent on it");
        assert!(error.is_throttled() && error.attempts() == 1, "{error}");
        assert!(error.to_string().contains(&format!("wait {seconds} s")), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_longer_than_the_time_left_is_not_begun() {
    let server = RawServer::start(asking_to_wait(503, "30")).await;
    let elements = builder_for(&server.url()).timeout(Duration::from_secs(20));
    let elements = elements.credential(Credential::access_token("t")).build().unwrap();
    let start = Instant::now();
    let error = error_of(&elements).await;
    assert_eq!((error.status(), error.retry_after()), (Some(503), Some(Duration::from_secs(30))));
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_another_call_was_told_is_told_with_what_was_heard_before() {
    let server = RawServer::script([status(500), asking_to_wait(503, "100")]).await;
    let elements = persistent(&server.url());
    let first = tokio::spawn({
        let elements = elements.clone();
        async move { error_of(&elements).await }
    });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(error_of(&elements).await.retry_after(), Some(Duration::from_secs(100)));
    let error = first.await.unwrap();
    assert_eq!((error.status(), error.attempts()), (Some(500), 1), "{error}");
    assert!(error.retry_after().is_some_and(|wait| wait > Duration::from_secs(60)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn when_one_call_is_told_to_wait_the_others_wait_as_well() {
    let server = RawServer::script([asking_to_wait(429, "10"), done()]).await;
    let elements = persistent(&server.url());
    let start = Instant::now();
    let call =
        |elements: Elements| async move { elements.update_office_information(&user(), &office()).await };
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(call(elements.clone()));
    while elements.throttle_pause().is_none() {
        tokio::task::yield_now().await;
    }
    for _ in 0..8 {
        calls.spawn(call(elements.clone()));
    }
    let receipts = calls.join_all().await;
    assert!(receipts.iter().all(Result::is_ok));
    let times: Vec<_> = server.times().iter().skip(1).map(|at| *at - start).collect();
    assert!(times.iter().all(|at| *at >= Duration::from_secs(10)), "{times:?}");
    let mut distinct = times.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), 9, "they do not all start at the same instant: {times:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_down_sees_at_most_a_fifth_more_requests_than_calls() {
    let server = RawServer::start(status(500)).await;
    let elements = persistent(&server.url());
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let elements = elements.clone();
        calls.spawn(async move {
            let mut sent = 0;
            for _ in 0..50 {
                sent += error_of(&elements).await.attempts() as usize;
            }
            sent
        });
    }
    let sent: usize = calls.join_all().await.into_iter().sum();
    assert_eq!((sent, server.requests().len()), (1050, 1050));
}

/// What eight tasks counted that make fifty calls each, one behind the other; and how many of these were done.
async fn counted_by_many(elements: &Elements) -> (usize, usize) {
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let elements = elements.clone();
        calls.spawn(async move {
            let (mut attempts, mut done) = (0, 0);
            for _ in 0..50 {
                let outcome = elements.update_office_information(&user(), &office()).await;
                done += usize::from(outcome.is_ok());
                attempts +=
                    outcome.map_or_else(|error| error.attempts(), |receipt| receipt.attempts) as usize;
            }
            (attempts, done)
        });
    }
    calls.join_all().await.into_iter().fold((0, 0), |sum, task| (sum.0 + task.0, sum.1 + task.1))
}

#[tokio::test(start_paused = true)]
async fn what_the_server_saw_is_what_the_calls_counted() {
    for replies in [2, 3, 7] {
        // A request on a connection that was used before, and that then goes without an answer, is the one that
        // HTTP libraries like to send again.
        let server = RawServer::keeping_connections(done(), replies, End::Unanswered).await;
        let (counted, done) = counted_by_many(&persistent(&server.url())).await;
        let (seen, connections) = (server.requests().len(), server.connections());
        assert_eq!(seen, counted, "{replies}");
        assert!(done > 350 && seen > done, "{replies}: {done} calls are done, {seen} requests were seen");
        assert!(connections <= seen / (replies + 1) + 16, "{replies}: {connections} for {seen} requests");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_closed_while_idle_costs_no_second_request() {
    for replies in [1, 2, 7] {
        let server = RawServer::keeping_connections(done(), replies, End::Closed).await;
        let (counted, done) = counted_by_many(&persistent(&server.url())).await;
        // A request that is written to a connection while it closes is an attempt that the server does not see.
        assert_eq!((done, server.requests().len()), (400, 400), "{replies}");
        assert!(counted >= 400, "{replies}: {counted}");
        let connections = server.connections();
        assert!(connections <= 400 / replies + 16, "{replies}: {connections} for 400 requests");
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_are_bounded_by_the_policy() {
    for attempts in [1, 2, 3] {
        let server = RawServer::start(status(503)).await;
        let elements = builder_for(&server.url()).retry(RetryPolicy::default().max_attempts(attempts));
        let elements = elements.credential(Credential::access_token("t")).build().unwrap();
        assert_eq!(error_of(&elements).await.attempts(), attempts);
        assert_eq!(server.requests().len(), attempts as usize);
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_attempt_left_open_stays_open() {
    let server = RawServer::script([Reply::Reset(Vec::new()), status(404)]).await;
    let error = error_of(&persistent(&server.url())).await;
    assert!(error.is_not_found() && error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("may have been applied"), "{error}");
}

/// A client whose limits differ, each named by its error.
fn limited(url: &str, total: u64) -> Elements {
    builder_for(url)
        .credential(Credential::access_token("t"))
        .retry(RetryPolicy::none())
        .connect_timeout(Duration::from_secs(3))
        .attempt_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(total))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_silent_or_dripping_server_ends_with_the_attempt() {
    let drip = Reply::Drip(vec![b'H'; 1000], Duration::from_secs(1));
    let body = b"HTTP/1.1 500 Status\r\ncontent-length: 1000\r\n\r\n".to_vec();
    for reply in [Reply::Silence, drip] {
        let server = RawServer::start(reply).await;
        let start = Instant::now();
        let error = error_of(&limited(&server.url(), 60)).await;
        assert!(error.is_timeout() && error.is_outcome_unknown(), "{error}");
        assert!(error.to_string().contains("within 5 s, the limit of one attempt"), "{error}");
        assert_eq!(start.elapsed().as_secs(), 5);
    }
    // A status that has come is kept, even if its body never ends.
    let server =
        RawServer::start(Reply::Drip([body, vec![b'x'; 1000]].concat(), Duration::from_millis(50))).await;
    let error = error_of(&limited(&server.url(), 60)).await;
    assert_eq!(error.status(), Some(500), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_its_own_limit() {
    let server = RawServer::start(Reply::Silence).await;
    let start = Instant::now();
    let error = error_of(&limited(&server.url(), 2)).await;
    assert!(error.is_timeout() && error.to_string().contains("the call's time ended"), "{error}");
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_black_hole_ends_with_the_connection_s_limit_and_nothing_sent() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    // Nothing accepts, and one connection fills the queue: the next is never made.
    let _listener = socket.listen(0).unwrap();
    let mut filled = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_secs(1), tokio::net::TcpStream::connect(address)).await
    {
        filled.push(stream);
    }
    let url = format!("http://{address}");
    let bounded = |builder: ElementsBuilder| {
        let builder = builder.credential(Credential::access_token("t"));
        builder.retry(RetryPolicy::none()).build().unwrap()
    };
    let two = Duration::from_secs(2);
    let cases = [
        (limited(&url, 60), "3 s", 3),
        // Where no limit is set for it, or one that is too long, it still comes before the others.
        (bounded(builder_for(&url).attempt_timeout(two)), "1.8 s", 1),
        (bounded(builder_for(&url).timeout(two)), "1.8 s", 1),
    ];
    for (elements, limit, seconds) in cases {
        let start = Instant::now();
        let error = error_of(&elements).await;
        assert!(error.is_timeout() && !error.is_outcome_unknown(), "{error}");
        let message = format!("no connection to the service was made within {limit}");
        assert!(error.to_string().contains(&message), "{error}");
        assert_eq!(start.elapsed().as_secs(), seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_is_silent_ends_with_the_call() {
    let server = RawServer::start(Reply::Silence).await;
    let elements = builder_for(&server.url())
        .token_url(server.url())
        .credential(Credential::client_secret("id", "secret"))
        .timeout(Duration::from_secs(7))
        .build()
        .unwrap();
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let elements = elements.clone();
        calls.spawn(async move { error_of(&elements).await });
    }
    for error in calls.join_all().await {
        assert!(error.is_timeout() && error.attempts() == 0 && !error.is_outcome_unknown(), "{error}");
    }
    assert_eq!(start.elapsed().as_secs(), 7, "they do not queue one behind the other");
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_recovers_is_asked_again() {
    let grant = Reply::answer(200, &[], br#"{"access_token":"t","expires_in":3600}"#);
    let cut = Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"access_token\"".to_vec());
    let tokens = RawServer::script([status(503), cut, grant]).await;
    let server = RawServer::start(done()).await;
    let elements = builder_for(&server.url())
        .token_url(tokens.url())
        .credential(Credential::client_secret("id", "secret"))
        .build()
        .unwrap();
    let receipt = elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!((receipt.attempts, tokens.requests().len()), (1, 3));
    let apart: Vec<_> = tokens.times().windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(apart.iter().all(|apart| *apart >= Duration::from_secs(1)), "{apart:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_the_token_endpoint_that_is_too_long_is_told_to_all_at_once() {
    let tokens = RawServer::start(asking_to_wait(429, "3600")).await;
    let elements = builder_for("http://127.0.0.1:9").token_url(tokens.url());
    let elements = elements.credential(Credential::client_secret("id", "secret")).build().unwrap();
    let start = Instant::now();
    for _ in 0..3 {
        assert!(error_of(&elements).await.retry_after().unwrap() > Duration::from_secs(3590));
    }
    assert_eq!(tokens.requests().len(), 1);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn to_be_told_to_come_back_now_is_no_reason_to_do_so_at_once() {
    for code in [408, 500, 502, 503, 504] {
        let server = RawServer::start(asking_to_wait(code, "0")).await;
        let minute = Duration::from_secs(60);
        let elements = builder_for(&server.url()).retry(RetryPolicy::default().backoff(minute, minute));
        let elements =
            elements.timeout(10 * minute).credential(Credential::access_token("t")).build().unwrap();
        let start = Instant::now();
        assert_eq!(error_of(&elements).await.attempts(), ATTEMPTS);
        assert!(start.elapsed() > Duration::from_secs(1), "{code}: {:?}", start.elapsed());
    }
}
