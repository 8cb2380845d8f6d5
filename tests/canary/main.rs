//! A secret, a token, a private key and an address are nowhere in logs, spans and errors, whatever happens.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod certificates;
mod logs;

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use avepoint_elements::{
    Credential, Elements, ElementsBuilder, LocalOfficeInformation, OfficeInformation, RetryPolicy, UserKey,
};
use avepoint_elements_sandbox::Sandbox;
use e2e::raw::{RawServer, Reply};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const SECRET: &str = "canary/secret+7f3a";
const TOKEN: &str = "canary-token-9b2c";
const ADDRESS: &str = "Canary Street 4711";

/// What a text looks like: plain, percent-encoded, and in base64 at each of the three offsets.
fn forms(text: &str) -> Vec<String> {
    let mut forms = vec![text.to_owned()];
    for space in ["+", "%20"] {
        forms.extend([percent_encoded(text, space, false), percent_encoded(text, space, true)]);
    }
    for offset in 0..3 {
        let standard = middle_of_base64(text, offset);
        forms.extend([standard.replace('+', "-").replace('/', "_"), standard]);
    }
    forms
}

/// As it stands in forms and URLs.
fn percent_encoded(text: &str, space: &str, lower: bool) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b' ' => space.to_owned(),
        b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ if lower => format!("%{byte:02x}"),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

/// The part of a text's base64 that does not depend on what stands around it.
fn middle_of_base64(text: &str, offset: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[bits as usize & 63]);
    let threes = text.as_bytes()[offset..].chunks_exact(3);
    let encoded = threes.flat_map(|three| {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        [18, 12, 6, 0].map(|shift| digit(bits >> shift))
    });
    encoded.collect()
}

thread_local! {
    /// What was logged in this thread, which is that of one test.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What was logged in this thread so far.
fn logged() -> String {
    LOGGED.with_borrow(|logged| String::from_utf8_lossy(logged).into_owned())
}

/// The same where requests were made. A log without them was not listened to, and what it lacks proves nothing.
fn logged_of_requests() -> String {
    let logged = logged();
    for part in ["hyper_util::client", "reqwest::connect"] {
        assert!(logged.contains(part), "{part}: {logged}");
    }
    logged
}

/// A writer that keeps everything.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what any crate logs, at the finest level. Every test begins with it: a span that is created before any subscriber
/// may stay disabled.
fn listen() {
    static ONCE: Once = Once::new();
    // Records of the `log` facade come to it as well.
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(|| Log)
            .finish()
            .with(logs::Capture)
            .init();
    });
}

fn user() -> UserKey {
    UserKey::new("customer-1".parse().unwrap(), "tenant-1".parse().unwrap(), "user-1".parse().unwrap())
}

fn office() -> OfficeInformation {
    let builder = OfficeInformation::builder().postal_code("2121").country_region("Angola").state("Luanda");
    builder.address(ADDRESS).build().unwrap()
}

fn builder_for(url: &str) -> ElementsBuilder {
    Elements::builder().base_url(url).allow_loopback_http()
}

fn assert_clean(shown: &str) {
    assert_without(&[SECRET, TOKEN, ADDRESS], shown);
}

fn assert_without(canaries: &[&str], shown: &str) {
    for form in canaries.iter().flat_map(|canary| forms(canary)) {
        let found = shown.find(&form).map(|at| &shown[at.saturating_sub(80)..at + form.len()]);
        assert_eq!(found, None, "{form}");
    }
}

/// Makes a call and gives everything that an embedder could print of it.
async fn shown(elements: &Elements) -> String {
    let outcome = elements.update_office_information(&user(), &office()).await;
    let error = outcome.as_ref().err();
    let sources = error.map(|error| {
        std::iter::successors(std::error::Error::source(error), |&source| source.source())
            .map(|source| format!("{source} {source:?}"))
            .collect::<Vec<_>>()
    });
    let said = error.map(|error| (error.to_string(), error.reply_text(), error.request_id()));
    let panic = panic_of(&(&outcome, elements));
    format!("{outcome:?} {said:?} {sources:?} {elements:?} {panic}")
}

/// The message of a panic that carries a value, as `unwrap` and `assert_eq` make it.
fn panic_of(carried: &impl std::fmt::Debug) -> String {
    let panicking = std::panic::AssertUnwindSafe(|| panic!("it carries {carried:?}"));
    let message = std::panic::catch_unwind(panicking).unwrap_err().downcast::<String>();
    *message.unwrap()
}

#[tokio::test]
async fn a_call_that_succeeds_logs_ids_and_outcome_but_no_canary() {
    listen();
    let sandbox = Sandbox::builder().credentials("client", SECRET).start().await.unwrap();
    let elements = builder_for(&sandbox.base_url())
        .token_url(sandbox.token_url())
        .credential(Credential::client_secret("client", SECRET))
        .build()
        .unwrap();
    let shown = shown(&elements).await;
    let log = logged_of_requests();
    assert_clean(&format!("{shown} {log}"));
    for part in
        ["updateOfficeInformation", user().user.as_str(), "http.response.status_code=204", "attempts=1"]
    {
        assert!(log.contains(part), "{part}: {log}");
    }
}

#[tokio::test]
async fn every_operation_has_a_span_with_ids_and_outcome() {
    listen();
    let sandbox = Sandbox::start().await.unwrap();
    let token = Credential::access_token(sandbox.issue_token());
    let elements = builder_for(&sandbox.base_url()).credential(token).build().unwrap();
    let key = user();
    elements.user(&key).await.unwrap();
    elements.users(&key.customer, &key.tenant).page(1).await.unwrap();
    elements.customers().page(1).await.unwrap();
    elements.update_office_information(&key, &office()).await.unwrap();
    let local = LocalOfficeInformation::builder().address(ADDRESS).postal_code("1").country_region("Angola");
    let local =
        local.state("Luanda").city("Dande").web_page("w").po_box("p").personal_title("t").build().unwrap();
    elements.update_local_office_information(&key, &local).await.unwrap();
    let log = logged();
    for (operation, ids, status) in [
        ("getUser", "customer=customer-1 tenant=tenant-1 user=user-1", 200),
        ("listUsers", "customer=customer-1 tenant=tenant-1 page=1", 200),
        ("listCustomers", "page=1", 200),
        ("updateOfficeInformation", "customer=customer-1 tenant=tenant-1 user=user-1", 204),
        ("updateLocalOfficeInformation", "customer=customer-1 tenant=tenant-1 user=user-1", 204),
    ] {
        let span =
            format!("elements{{operation=\"{operation}\" {ids} otel.kind=\"client\" http.request.method=");
        let ends = format!(" http.response.status_code={status} attempts=1");
        let is_whole = |line: &str| line.contains(&span) && line.contains(&ends);
        assert!(log.lines().any(is_whole), "{span} {ends}: {log}");
    }
    assert_clean(&log);
}

#[tokio::test]
async fn replies_that_repeat_what_they_were_sent_show_no_secret() {
    listen();
    let echo = format!("Bearer {TOKEN}; client_secret=canary%2Fsecret%2B7f3a; {SECRET}; {}", &TOKEN[..12]);
    for status in [400, 401, 403, 500, 503] {
        let server = RawServer::answering(status, &[("content-type", "text/html")], echo.as_bytes()).await;
        let token = builder_for(&server.url()).credential(Credential::access_token(TOKEN));
        let elements = token.retry(RetryPolicy::none()).build().unwrap();
        let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
        assert!(!error.reply_text().unwrap().contains(TOKEN), "{error}");
        assert!(!format!("{error} {error:?}").contains(TOKEN));

        let secret = builder_for(&server.url()).token_url(server.url());
        let secret = secret.credential(Credential::client_secret("client", SECRET));
        let elements = secret.retry(RetryPolicy::none()).build().unwrap();
        let error = elements.authenticate().await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", error.reply_text());
        assert!(!shown.contains(SECRET) && !shown.contains("canary%2F"), "{shown}");
    }
    assert_clean(&logged_of_requests());
}

#[tokio::test]
async fn what_is_hidden_by_escapes_or_stands_in_headers_is_masked_as_well() {
    listen();
    let escaped = format!(r#"{{"message":"bad {}","requestId":"{TOKEN}"}}"#, TOKEN.replace('-', "\\u002D"));
    let header = format!("Bearer {TOKEN}");
    for headers in [vec![], vec![("x-request-id", header.as_str())]] {
        let server = RawServer::answering(400, &headers, escaped.as_bytes()).await;
        let elements =
            builder_for(&server.url()).credential(Credential::access_token(TOKEN)).build().unwrap();
        let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", error.request_id());
        assert!(!shown.contains(TOKEN), "{shown}");
        let server = RawServer::answering(204, &headers, b"").await;
        let elements =
            builder_for(&server.url()).credential(Credential::access_token(TOKEN)).build().unwrap();
        let receipt = elements.update_office_information(&user(), &office()).await.unwrap();
        assert!(!format!("{receipt:?}").contains(TOKEN));
    }
    assert_clean(&logged_of_requests());
}

#[tokio::test]
async fn a_token_that_comes_with_another_success_is_not_shown() {
    listen();
    for status in [201, 203, 206] {
        let body = format!(r#"{{"access_token":"{TOKEN}","expires_in":3600}}"#);
        let server = RawServer::answering(status, &[], body.as_bytes()).await;
        let builder = builder_for(&server.url()).token_url(server.url()).retry(RetryPolicy::none());
        let elements = builder.credential(Credential::client_secret("client", SECRET)).build().unwrap();
        let error = elements.authenticate().await.unwrap_err();
        assert!(!format!("{error} {error:?} {:?}", error.reply_text()).contains(TOKEN), "{error:?}");
    }
    assert_clean(&logged_of_requests());
}

#[tokio::test]
async fn calls_that_fail_in_every_way_show_no_canary() {
    listen();
    let replies = [
        Reply::Bytes(Vec::new()),
        Reply::Reset(b"HTTP/1.1 2".to_vec()),
        Reply::Bytes(b"\x00\x01 not http".to_vec()),
        Reply::answer(200, &[], b"<html>"),
        Reply::answer(307, &[("location", "https://elsewhere.example/")], b""),
        Reply::answer(401, &[], br#"{"error":"invalid_client"}"#),
    ];
    for reply in replies {
        let server = RawServer::start(reply).await;
        let builder = || builder_for(&server.url()).token_url(server.url()).retry(RetryPolicy::none());
        let by_token = builder().credential(Credential::access_token(TOKEN)).build().unwrap();
        let by_secret = builder().credential(Credential::client_secret("client", SECRET)).build().unwrap();
        assert_clean(&shown(&by_token).await);
        assert_clean(&shown(&by_secret).await);
    }
    assert_clean(&logged_of_requests());
}

#[test]
fn the_search_finds_what_it_looks_for() {
    // "xcanary/secret+7f3a" and "Bearer canary-token-9b2c" in base64.
    for hidden in [
        "eGNhbmFyeS9zZWNyZXQrN2YzYQ==",
        "QmVhcmVyIGNhbmFyeS10b2tlbi05YjJj",
        "client_secret=canary%2Fsecret%2B7f3a",
    ] {
        assert!(std::panic::catch_unwind(|| assert_clean(hidden)).is_err(), "{hidden}");
    }
}
