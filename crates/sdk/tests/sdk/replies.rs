//! Whatever a reply looks like, its status, request id and text survive, and the verdict is right.

use avepoint_elements::Error;
use test_support::raw::{RawServer, Reply};

use crate::{client_of, office, user};

const LISTED: [u16; 7] = [400, 401, 403, 404, 429, 500, 503];

const BODIES: [(&str, &str); 4] = [
    ("application/json", r#"{"statusCode":400,"message":"the reason","errors":[]}"#),
    ("text/html", "<html><body>the reason</body></html>"),
    ("application/json", r#"{"message":"the reason"#),
    ("text/plain", ""),
];

async fn error_of(server: &RawServer) -> Error {
    client_of(&server.url()).update_office_information(&user(), &office()).await.unwrap_err()
}

#[tokio::test]
async fn each_listed_status_keeps_status_request_id_and_text() {
    for status in LISTED {
        for (media_type, body) in BODIES {
            let headers = [("content-type", media_type), ("x-request-id", "r-1")];
            let server = RawServer::answering(status, &headers, body.as_bytes()).await;
            let error = error_of(&server).await;
            assert_eq!(error.status(), Some(status), "{body}");
            assert_eq!(error.request_id(), Some("r-1"), "{status} {body}");
            assert_eq!(error.reply_text(), Some(body));
            let message = error.to_string();
            assert!(message.contains("r-1") && message.contains(&status.to_string()), "{message}");
            assert_eq!(message.contains("the reason"), !body.is_empty(), "{message}");
        }
    }
}

#[tokio::test]
async fn every_known_name_of_the_request_id_is_found() {
    for name in ["request-id", "x-request-id", "x-ms-request-id", "x-correlation-id"] {
        let server = RawServer::answering(404, &[(name, "r-2")], b"").await;
        assert_eq!(error_of(&server).await.request_id(), Some("r-2"), "{name}");
    }
    let server = RawServer::answering(404, &[], br#"{"requestId":"r-3"}"#).await;
    assert_eq!(error_of(&server).await.request_id(), Some("r-3"));
}

/// The predicates that are true of an error, in the order of their documentation.
fn predicates(error: &Error) -> Vec<&'static str> {
    let all = [
        ("validation", error.is_validation()),
        ("configuration", error.is_configuration()),
        ("authentication", error.is_authentication()),
        ("permission", error.is_permission()),
        ("not_found", error.is_not_found()),
        ("throttled", error.is_throttled()),
        ("rejected", error.is_rejected()),
        ("server", error.is_server()),
        ("connection", error.is_connection()),
        ("timeout", error.is_timeout()),
        ("unexpected_reply", error.is_unexpected_reply()),
        ("unreadable_reply", error.is_unreadable_reply()),
        ("token_unavailable", error.is_token_unavailable()),
        ("outcome_unknown", error.is_outcome_unknown()),
    ];
    all.into_iter().filter_map(|(name, holds)| holds.then_some(name)).collect()
}

#[tokio::test]
async fn each_status_has_its_verdict() {
    let verdicts: [(u16, &[&str]); 19] = [
        (200, &["unexpected_reply", "outcome_unknown"]),
        (201, &["unexpected_reply", "outcome_unknown"]),
        (202, &["unexpected_reply", "outcome_unknown"]),
        (206, &["unexpected_reply", "outcome_unknown"]),
        (301, &["unexpected_reply", "outcome_unknown"]),
        (307, &["unexpected_reply", "outcome_unknown"]),
        (400, &["rejected"]),
        (401, &["authentication"]),
        (403, &["permission"]),
        (404, &["not_found"]),
        (408, &["timeout", "outcome_unknown"]),
        (409, &["rejected"]),
        (412, &["rejected"]),
        (422, &["rejected"]),
        (429, &["throttled"]),
        (500, &["server", "outcome_unknown"]),
        (502, &["server", "outcome_unknown"]),
        (503, &["server"]),
        (504, &["server", "outcome_unknown"]),
    ];
    for (status, expected) in verdicts {
        let server = RawServer::answering(status, &[], b"x").await;
        assert_eq!(predicates(&error_of(&server).await), expected, "{status}");
    }
}

#[tokio::test]
async fn a_refusal_of_access_names_permission_and_customer_scope() {
    let server = RawServer::answering(403, &[], b"").await;
    let message = error_of(&server).await.to_string();
    assert!(message.contains("elements.um.user.readwrite.all"), "{message}");
    assert!(message.contains("customer scope"), "{message}");
}

#[tokio::test]
async fn an_endless_reply_is_cut_at_four_kibibytes() {
    let head = b"HTTP/1.1 500 Status\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let server = RawServer::start(Reply::Endless(head, b"5\r\nabcde\r\n".to_vec())).await;
    let error = error_of(&server).await;
    assert_eq!(error.reply_text().unwrap().len(), 4096);
    assert!(error.to_string().len() < 4096 && format!("{error:?}").len() < 4096);
}

#[tokio::test]
async fn bytes_that_are_not_text_are_shown_harmlessly() {
    let body = [b"\x1b[2J\xff\xfe\x00".as_slice(), &[b'"'; 4096]].concat();
    let server = RawServer::answering(500, &[("request-id", "\u{202e}x")], &body).await;
    let error = error_of(&server).await;
    for shown in [error.to_string(), format!("{error:?}")] {
        let steering = |character: char| character.is_control() || character == '\u{202e}';
        assert!(!shown.contains(steering), "{shown:?}");
        assert!(shown.len() < 4096, "{}", shown.len());
    }
    assert!(error.reply_text().unwrap().len() <= 4096);
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_the_outcome_unknown() {
    let server = RawServer::start(Reply::Bytes(Vec::new())).await;
    let error = error_of(&server).await;
    assert_eq!(predicates(&error), ["connection", "outcome_unknown"]);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_connection_that_is_refused_leaves_no_doubt() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client_of(&url).update_office_information(&user(), &office()).await.unwrap_err();
    assert_eq!(predicates(&error), ["connection"]);
}
