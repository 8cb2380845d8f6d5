//! Replies that mean harm: bounded memory, no panic, the right verdict.

mod token_endpoint;

use std::time::Duration;

use avepoint_elements::Error;
use test_support::raw::{RawServer, Reply};

use crate::{client_of, office, user};

async fn error_of(reply: Reply) -> Error {
    let server = RawServer::start(reply).await;
    client_of(&server.url()).update_office_information(&user(), &office()).await.unwrap_err()
}

#[tokio::test]
async fn a_gigabyte_that_is_announced_is_not_waited_for() {
    let reply = b"HTTP/1.1 429 Status\r\ncontent-length: 1000000000\r\n\r\n".to_vec();
    let error = error_of(Reply::Endless(reply, vec![b'x'; 8192])).await;
    assert_eq!((error.status(), error.reply_text().unwrap().len()), (Some(429), 4096));
}

#[tokio::test]
async fn a_body_that_breaks_off_keeps_the_verdict() {
    for end in [Reply::Bytes as fn(Vec<u8>) -> Reply, Reply::Reset] {
        let error = error_of(end(b"HTTP/1.1 403 Status\r\ncontent-length: 100\r\n\r\nhalf".to_vec())).await;
        assert!(error.is_permission() && !error.is_outcome_unknown(), "{error}");
    }
}

#[tokio::test]
async fn a_compressed_bomb_stays_as_small_as_it_came() {
    let headers = [("content-encoding", "gzip"), ("content-type", "text/html")];
    let error = error_of(Reply::answer(503, &headers, b"\x1f\x8b\x08\x00bomb")).await;
    assert_eq!(error.status(), Some(503));
    assert!(error.reply_text().unwrap().ends_with("bomb"), "nothing is decompressed");
}

#[tokio::test]
async fn headers_of_many_kibibytes_are_survived() {
    let long = "x".repeat(64 * 1024);
    let error = error_of(Reply::answer(500, &[("request-id", &long)], b"")).await;
    assert_eq!(error.status(), Some(500), "{error}");
    assert_eq!(error.request_id().unwrap(), format!("{}…", "x".repeat(125)));
    assert!(error.to_string().len() < 4096 && format!("{error:?}").len() < 4096);
}

#[tokio::test]
async fn no_text_outgrows_its_bound() {
    let marks = "\u{300}".repeat(4096);
    let error = error_of(Reply::answer(500, &[("request-id", &marks[..256])], marks.as_bytes())).await;
    assert!(error.to_string().len() < 4096, "{}", error.to_string().len());
    assert!(format!("{error:?}").len() < 4096, "{}", format!("{error:?}").len());
}

#[tokio::test]
async fn other_successes_are_not_success() {
    for status in [200, 201, 202, 203, 205, 206, 226] {
        let error = error_of(Reply::answer(status, &[], b"<html>login</html>")).await;
        assert!(error.is_unexpected_reply() && error.is_outcome_unknown(), "{status}: {error}");
    }
}

#[tokio::test]
async fn an_endless_head_is_not_read_for_ever() {
    let reply = Reply::Endless(b"HTTP/1.1 500 Status\r\n".to_vec(), b"a: b\r\n".to_vec());
    let error = error_of(reply).await;
    assert!(error.is_connection() && error.is_outcome_unknown(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_reply_in_interim_replies_for_ever_ends_with_the_attempt() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100);
    let error = error_of(Reply::Drip(interim, Duration::from_secs(1))).await;
    assert!(error.is_timeout(), "{error}");
}
