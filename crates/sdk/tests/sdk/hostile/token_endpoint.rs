//! The same from the token endpoint: bounded memory and time, the right verdict, and nothing for the service.

use std::time::Duration;

use avepoint_elements::{Credential, Error, Receipt, RetryPolicy};
use test_support::raw::{RawServer, Reply};

use crate::{builder_for, office, user};

/// The largest reply of the token endpoint that is read, in bytes.
const MAX_BYTES: usize = 65_536;
const SECRET: &str = "canary-secret";
const TOKEN: &str = "canary-token";

/// Makes a call for which the token endpoint is asked once; the service itself would do it.
async fn call(reply: Reply) -> Result<Receipt, Error> {
    let tokens = RawServer::start(reply).await;
    let server = RawServer::answering(204, &[], b"").await;
    let builder = builder_for(&server.url()).token_url(tokens.url()).retry(RetryPolicy::none());
    let elements = builder.credential(Credential::client_secret("id", SECRET)).build().unwrap();
    let outcome = elements.update_office_information(&user(), &office()).await;
    assert_eq!((tokens.requests().len(), server.requests().len()), (1, usize::from(outcome.is_ok())));
    outcome
}

/// An error that leaves no doubt about the update, is short, and shows neither secret nor token.
async fn error_of(reply: Reply) -> Error {
    let error = call(reply).await.unwrap_err();
    assert!(error.attempts() == 0 && !error.is_outcome_unknown(), "{error}");
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(shown.len() < 4096 && !shown.contains("canary"), "{shown}");
    }
    error
}

/// A grant in so many bytes.
fn grant(length: usize) -> Vec<u8> {
    let mut grant = format!(r#"{{"access_token":"{TOKEN}","expires_in":3600}}"#).into_bytes();
    grant.resize(length, b' ');
    grant
}

#[tokio::test]
async fn a_token_that_comes_with_a_redirect_is_not_shown() {
    for status in [300, 302, 307] {
        let error = error_of(Reply::answer(status, &[("location", "/again")], &grant(100))).await;
        assert!(error.is_unexpected_reply() && error.status() == Some(status), "{error}");
    }
}

#[tokio::test]
async fn a_grant_of_64_kibibytes_is_taken_and_one_of_a_byte_more_is_not() {
    call(Reply::answer(200, &[], &grant(MAX_BYTES))).await.unwrap();
    let error = error_of(Reply::answer(200, &[], &grant(MAX_BYTES + 1))).await;
    assert!(error.is_unexpected_reply() && error.status() == Some(200), "{error}");
}

#[tokio::test(start_paused = true)]
async fn of_a_gigabyte_that_is_announced_no_more_than_64_kibibytes_are_waited_for() {
    // No further byte comes: waiting for one takes until the time-out.
    for (status, read) in [(200, MAX_BYTES + 1), (503, 4096)] {
        let head = format!("HTTP/1.1 {status} Status\r\ncontent-length: 1000000000\r\n\r\n");
        let error = error_of(Reply::Stall([head.as_bytes(), &vec![b' '; read]].concat())).await;
        assert_eq!((error.status(), error.is_timeout()), (Some(status), false), "{error}");
    }
}

#[tokio::test]
async fn endless_chunks_are_cut() {
    for status in [200, 203, 401, 503] {
        let head = format!("HTTP/1.1 {status} Status\r\ntransfer-encoding: chunked\r\n\r\n");
        let error = error_of(Reply::Endless(head.into_bytes(), b"5\r\nabcde\r\n".to_vec())).await;
        assert_eq!(error.status(), Some(status), "{error}");
        let kept = error.reply_text().unwrap().len();
        assert_eq!(kept, if status < 300 { 0 } else { 4096 }, "{status}");
    }
}

#[tokio::test]
async fn a_page_is_no_grant() {
    for media_type in ["text/html", "application/json"] {
        let page = format!("<html>{TOKEN}</html>");
        let error = error_of(Reply::answer(200, &[("content-type", media_type)], page.as_bytes())).await;
        assert!(error.is_unexpected_reply() && !error.is_authentication(), "{error}");
    }
}

#[tokio::test]
async fn a_compressed_grant_is_not_unpacked() {
    let error = error_of(Reply::answer(200, &[("content-encoding", "gzip")], b"\x1f\x8b\x08\x00bomb")).await;
    assert!(error.is_unexpected_reply(), "{error}");
}

#[tokio::test]
async fn a_grant_that_breaks_off_is_none() {
    // All of the grant is there, but not all that was announced.
    let head = b"HTTP/1.1 200 Status\r\ncontent-length: 9999\r\n\r\n";
    for end in [Reply::Bytes as fn(Vec<u8>) -> Reply, Reply::Reset] {
        let error = error_of(end([head, grant(100).as_slice()].concat())).await;
        assert!(error.is_connection() && error.status().is_none(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_drips_ends_with_the_attempt() {
    let head = b"HTTP/1.1 200 Status\r\ncontent-length: 9999\r\n\r\n";
    let body = Reply::Drip([head, grant(9999).as_slice()].concat(), Duration::from_millis(100));
    let interim = Reply::Drip(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100), Duration::from_secs(1));
    for reply in [Reply::Drip(vec![b'H'; 1000], Duration::from_secs(1)), body, interim] {
        let start = tokio::time::Instant::now();
        let error = error_of(reply.clone()).await;
        assert!(error.is_timeout(), "{error}");
        assert_eq!(start.elapsed().as_secs(), 30, "the limit of one request");
    }
}

#[tokio::test]
async fn headers_of_many_kibibytes_are_survived() {
    let long = "x".repeat(64 * 1024);
    call(Reply::answer(200, &[("request-id", &long)], &grant(100))).await.unwrap();
    let error = error_of(Reply::answer(500, &[("request-id", &long)], b"")).await;
    assert_eq!(error.status(), Some(500), "{error}");
    assert_eq!(error.request_id().unwrap(), format!("{}…", "x".repeat(125)));
}

#[tokio::test]
async fn an_endless_head_is_not_read_for_ever() {
    let error = error_of(Reply::Endless(b"HTTP/1.1 200 Status\r\n".to_vec(), b"a: b\r\n".to_vec())).await;
    assert!(error.is_connection(), "{error}");
}

#[tokio::test]
async fn other_successes_and_redirects_are_no_grants() {
    for status in [201, 202, 203, 205, 206, 226] {
        let error = error_of(Reply::answer(status, &[], &grant(100))).await;
        assert!(error.is_unexpected_reply() && error.status() == Some(status), "{error}");
    }
    for status in [300, 301, 302, 303, 304, 307, 308] {
        let error = error_of(Reply::answer(status, &[("location", "/again")], b"")).await;
        assert!(error.is_unexpected_reply() && error.status() == Some(status), "{error}");
    }
}
