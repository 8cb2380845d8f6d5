//! A secret, a token, a private key and an address are nowhere in logs, spans and errors, whatever happens.

mod certificates;

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use avepoint_elements::{Credential, Elements, OfficeInformation, RetryPolicy};
use avepoint_elements_sandbox::Sandbox;
use e2e::raw::{RawServer, Reply};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::{builder_for, user};

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

/// A writer that keeps everything.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything that any crate logs in this thread, at the finest level, while the guard lives.
fn listen() -> (Log, impl Sized) {
    // The first test to come wins; records of the `log` facade then go to each thread's own subscriber.
    let _ = tracing_log::LogTracer::init();
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    (log, guard)
}

fn office() -> OfficeInformation {
    let builder = OfficeInformation::builder().postal_code("2121").country_region("Angola").state("Luanda");
    builder.address(ADDRESS).build().unwrap()
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
    let sandbox = Sandbox::builder().credentials("client", SECRET).start().await.unwrap();
    let elements = builder_for(&sandbox.base_url())
        .token_url(sandbox.token_url())
        .credential(Credential::client_secret("client", SECRET))
        .build()
        .unwrap();
    let (log, _guard) = listen();
    // A span that another test's thread met for the first time just then misses a new subscriber, until all are asked
    // anew.
    shown(&elements).await;
    tracing::callsite::rebuild_interest_cache();
    let shown = shown(&elements).await;
    let log = log.text();
    assert_clean(&format!("{shown} {log}"));
    for part in ["elements", user().user.as_str(), "status=204", "attempts=1", "updateOfficeInformation"] {
        assert!(log.contains(part), "{part}: {log}");
    }
}

#[tokio::test]
async fn replies_that_repeat_what_they_were_sent_show_no_secret() {
    let (log, _guard) = listen();
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
    assert_clean(&log.text());
}

#[tokio::test]
async fn what_is_hidden_by_escapes_or_stands_in_headers_is_masked_as_well() {
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
}

#[tokio::test]
async fn a_token_that_comes_with_another_success_is_not_shown() {
    for status in [201, 203, 206] {
        let body = format!(r#"{{"access_token":"{TOKEN}","expires_in":3600}}"#);
        let server = RawServer::answering(status, &[], body.as_bytes()).await;
        let builder = builder_for(&server.url()).token_url(server.url()).retry(RetryPolicy::none());
        let elements = builder.credential(Credential::client_secret("client", SECRET)).build().unwrap();
        let error = elements.authenticate().await.unwrap_err();
        assert!(!format!("{error} {error:?} {:?}", error.reply_text()).contains(TOKEN), "{error:?}");
    }
}

#[tokio::test]
async fn calls_that_fail_in_every_way_show_no_canary() {
    let (log, _guard) = listen();
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
    assert_clean(&log.text());
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
