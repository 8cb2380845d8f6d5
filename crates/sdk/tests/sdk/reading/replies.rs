//! Replies to readings: what cannot be read is an error of its own kind, and no size is too much.

use std::error::Error as _;
use std::time::Duration;

use avepoint_elements::{Credential, Elements, Error, ErrorKind, OfficeField, RetryPolicy};
use test_support::raw::{RawServer, Reply};
use tokio::time::Instant;

use super::answer;
use crate::{builder_for, client_of, user};

/// A client that tries again.
fn patient_client(server: &RawServer) -> Elements {
    builder_for(&server.url()).credential(Credential::access_token("canary-token")).build().unwrap()
}

/// The operations that read.
const READINGS: [&str; 3] = ["user", "users", "customers"];

async fn read(elements: &Elements, operation: &str) -> Result<(), Error> {
    let user = user();
    match operation {
        "user" => elements.user(&user).await.map(|_| ()),
        "users" => elements.users(&user.customer, &user.tenant).page(1).await.map(|_| ()),
        _ => elements.customers().page(1).await.map(|_| ()),
    }
}

/// The whole chain of causes, and everything else that a log may show.
fn shown(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(format!("{error} {error:?}"), |shown, cause| format!("{shown} {cause} {cause:?}"))
}

#[tokio::test]
async fn what_is_no_user_and_no_page_is_an_error_after_one_request() {
    let bodies = [
        "",
        " ",
        "null",
        "{}",
        "[]",
        "[[]]",
        "12",
        "\"text\"",
        "<html><body>Sign in</body></html>",
        r#"{"error":"denied","message":"the reason"}"#,
        r#"{"id":5}"#,
        r#"{"id":null,"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":[],"#,
        "\u{feff}{}",
    ];
    for operation in READINGS {
        for body in bodies {
            let server = RawServer::start(answer(body)).await;
            let error = read(&patient_client(&server), operation).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnreadableReply, "{operation} {body}: {error}");
            assert!(error.is_unreadable_reply() && !error.is_retryable() && !error.is_outcome_unknown());
            assert_eq!((error.status(), error.request_id(), error.attempts()), (Some(200), Some("r-1"), 1));
            assert_eq!((error.reply_text(), server.requests().len()), (Some(body), 1));
        }
    }
}

#[tokio::test]
async fn an_error_says_what_is_wrong_with_a_reply_and_shows_no_value_of_it() {
    for (body, expected) in [
        (r#"{"id":{"mail":"canary@b.example"}}"#, "does not have the contract's shape (line 1"),
        (r#"{"mail":"canary@b.example"}"#, "lacks `id`"),
        (r#"{"id":"canary"#, "ends early"),
        ("canary", "is not JSON"),
    ] {
        let server = RawServer::start(answer(body)).await;
        let error = read(&client_of(&server.url()), "user").await.unwrap_err();
        let shown = shown(&error);
        assert!(shown.contains(expected) && !shown.contains("canary"), "{shown}");
        assert_eq!(error.reply_text(), Some(body));
    }
    let server = RawServer::start(answer(r#"{"message":"maintenance until noon"}"#)).await;
    let error = read(&client_of(&server.url()), "user").await.unwrap_err();
    assert!(error.to_string().contains("The reply says: maintenance until noon"), "{error}");
}

#[tokio::test]
async fn a_token_that_an_unreadable_reply_repeats_is_masked() {
    let server = RawServer::start(answer(r#"{"message":"canary-token"}"#)).await;
    let error = read(&client_of(&server.url()), "user").await.unwrap_err();
    assert!(!shown(&error).contains("canary-token") && !error.reply_text().unwrap().contains("canary"));
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_cut_off_is_asked_for_again() {
    let whole = || answer(r#"{"id":"u","data":[],"metadata":{"totalCount":0}}"#);
    for head in [
        "content-length: 400\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n9\r\n",
        // Only the end of the connection tells the end of this one.
        "\r\n",
    ] {
        let cut_off = Reply::Bytes(format!("HTTP/1.1 200 OK\r\n{head}{{\"data\":[").into_bytes());
        for operation in READINGS {
            let server = RawServer::script([cut_off.clone(), whole()]).await;
            read(&patient_client(&server), operation).await.unwrap();
            assert_eq!(server.requests().len(), 2, "{operation} {head}");
            let error = read(&client_of(&RawServer::start(cut_off.clone()).await.url()), operation)
                .await
                .unwrap_err();
            assert!(error.is_connection() && error.is_retryable() && !error.is_outcome_unknown(), "{error}");
        }
    }
}

#[tokio::test]
async fn a_reply_that_is_too_large_is_refused_with_both_numbers() {
    let head = "HTTP/1.1 200 OK\r\nx-request-id: r-2\r\n";
    let announced = format!("{head}content-length: 67108864\r\n\r\n{{\"id\":\"").into_bytes();
    let endless = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
    let chunk = [b"10000\r\n".as_slice(), &vec![b'a'; 65_536], b"\r\n"].concat();
    for (reply, size) in [
        (Reply::Endless(announced, vec![b'a'; 65_536]), "it has 67108864 bytes, and"),
        (Reply::Endless(endless, chunk), "bytes or more, and"),
    ] {
        let server = RawServer::start(reply).await;
        let error = read(&patient_client(&server), "user").await.unwrap_err();
        let message = error.to_string();
        assert!(message.contains(size) && message.contains("at most 8388608 are read"), "{message}");
        assert!(error.is_unreadable_reply() && error.request_id() == Some("r-2"), "{message}");
        assert_eq!((error.reply_text().unwrap().len(), server.requests().len()), (4096, 1));
    }
}

#[tokio::test]
async fn the_largest_reply_is_the_builders_to_set() {
    let body = r#"{"id":"u"}"#;
    let server = RawServer::start(answer(body)).await;
    let limited = |bytes| {
        let builder = builder_for(&server.url()).credential(Credential::access_token("t"));
        builder.max_reply_size(bytes).build()
    };
    limited(body.len()).unwrap().user(&user()).await.unwrap();
    let error = limited(body.len() - 1).unwrap().user(&user()).await.unwrap_err();
    assert!(error.to_string().contains("it has 10 bytes, and at most 9 are read"), "{error}");
    assert!(limited(0).unwrap_err().is_configuration());
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_drips_is_given_up_at_the_limit_of_an_attempt() {
    let dripping = format!("HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{}", " ".repeat(400)).into_bytes();
    let server = RawServer::start(Reply::Drip(dripping, Duration::from_secs(1))).await;
    let start = Instant::now();
    let error = read(&patient_client(&server), "user").await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_outcome_unknown(), "{error}");
    assert!(start.elapsed() <= Duration::from_secs(120) && server.requests().len() > 1);
}

#[tokio::test]
async fn a_reading_leaves_no_outcome_unknown_whatever_comes_back() {
    for status in [201, 302, 400, 404, 408, 429, 500, 502, 503] {
        for operation in READINGS {
            let server = RawServer::answering(status, &[], br#"{"id":"u","data":[]}"#).await;
            let error = read(&client_of(&server.url()), operation).await.unwrap_err();
            assert!(
                !error.is_outcome_unknown() && !error.is_unreadable_reply(),
                "{status} {operation}: {error}"
            );
            assert!(!error.to_string().contains("update"), "{status} {operation}: {error}");
        }
    }
}

#[tokio::test]
async fn each_wrong_type_in_a_field_that_may_be_missing_counts_as_missing() {
    let values = [
        "null",
        "true",
        "-1",
        "1.5",
        "1e300",
        "18446744073709551616",
        "[]",
        "{}",
        "[null]",
        "[[1]]",
        "{\"a\":1}",
    ];
    for value in values {
        let fields = [
            "loginName",
            "mail",
            "manager",
            "template",
            "isExternal",
            "age",
            "status",
            "sponsor",
            "birthday",
        ];
        let fields: Vec<_> = fields.into_iter().map(|field| format!("\"{field}\":{value}")).collect();
        let server = RawServer::start(answer(&format!("{{\"id\":\"u\",{}}}", fields.join(",")))).await;
        let user = client_of(&server.url()).user(&user()).await.unwrap();
        assert_eq!(
            (user.id(), user.login_name(), user.mail(), user.manager()),
            ("u", None, None, None),
            "{value}"
        );
        assert!(user.office(OfficeField::City).text().is_none());
        let listed = format!("{{\"data\":[{{\"id\":\"u\",{}}}],\"metadata\":{value}}}", fields.join(","));
        let server = RawServer::start(answer(&listed)).await;
        let error = read(&client_of(&server.url()), "users").await.err();
        assert!(error.is_none(), "{value}: {error:?}");
    }
}

#[tokio::test]
async fn advice_is_the_operations_own() {
    for (operation, status, has, has_not) in [
        ("user", 404, "check the three ids", "cloud user:"),
        ("users", 404, "check the two ids", "user ("),
        ("customers", 404, "check the base URL", "ids"),
        ("user", 403, "elements.um.user.read.all and include this customer", "readwrite"),
        ("customers", 403, "elements.customers.read.all", "include this customer"),
    ] {
        let server = RawServer::answering(status, &[], b"").await;
        let error = read(&client_of(&server.url()), operation).await.unwrap_err().to_string();
        assert!(error.contains(has) && !error.contains(has_not), "{operation}: {error}");
    }
    let server = RawServer::answering(503, &[], b"").await;
    let builder = builder_for(&server.url()).retry(RetryPolicy::none());
    let elements = builder.credential(Credential::access_token("t")).build().unwrap();
    assert_eq!(read(&elements, "users").await.unwrap_err().kind(), ErrorKind::Server);
}
