//! The events and spans of `docs/logs.md`: their names, levels and fields.

use std::cell::RefCell;
use std::time::Duration;

use avepoint_elements::{
    AccessToken, BoxFuture, Credential, Permissions, Result, RetryPolicy, TokenSource, UserKey,
};
use avepoint_elements_bulk::{BulkOptions, Item, Row};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use e2e::raw::{RawServer, Reply};
use futures_util::{StreamExt, stream};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::{ADDRESS, TOKEN, assert_clean, builder_for, listen, logged, office, user};

const PAGE: &str = include_str!("../../docs/logs.md");

thread_local! {
    /// The events of this thread, which is that of one test: name, level and fields.
    static EVENTS: RefCell<Vec<(&'static str, String)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the events of the SDK.
pub(crate) struct Capture;

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if !matches!(metadata.target(), "avepoint_elements" | "avepoint_elements_bulk") {
            return;
        }
        let fields = metadata.fields().iter().map(|field| field.name()).filter(|name| *name != "message");
        let fields: Vec<_> = fields.map(|name| format!("`{name}`")).collect();
        let row = format!("| `{}` | {} | {} |", metadata.name(), metadata.level(), fields.join(", "));
        EVENTS.with_borrow_mut(|events| events.push((metadata.name(), row)));
    }
}

/// Gives another token each time.
#[derive(Default)]
struct Numbered(std::sync::atomic::AtomicU32);

impl TokenSource for Numbered {
    fn token(&self, _: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin(async move { AccessToken::new(format!("{TOKEN}-{number}")) })
    }
}

#[tokio::test(start_paused = true)]
async fn retries_pauses_and_tokens_have_the_events_of_the_page_and_show_no_canary() {
    listen();
    let repeats = |status| Reply::answer(status, &[("retry-after", "2")], ADDRESS.as_bytes());
    let server = RawServer::script([
        Reply::answer(500, &[], b""),
        repeats(429),
        repeats(429),
        Reply::answer(401, &[], b""),
        Reply::answer(204, &[], b""),
    ])
    .await;
    let elements = builder_for(&server.url()).credential(Credential::cached(Numbered::default()));
    elements.build().unwrap().update_office_information(&user(), &office()).await.unwrap();
    let events = EVENTS.take();
    let names: Vec<_> = events.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "elements.token.obtained",
            "elements.retry",
            "elements.throttle.paused",
            "elements.retry",
            "elements.throttle.paused",
            "elements.throttle.slowed",
            "elements.retry",
            "elements.retry",
            "elements.token.obtained",
        ]
    );
    for (name, row) in events {
        assert!(PAGE.contains(&row), "{name} stands in the page as:\n{row}");
    }
    let log = logged();
    assert!(
        log.contains("attempts=2 wait_ms=2000 error.type=\"throttled\" http.response.status_code=429"),
        "{log}"
    );
    assert_clean(&log);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_says_so_in_its_span_and_a_token_that_fails_in_an_event() {
    listen();
    let server = RawServer::answering(500, &[], ADDRESS.as_bytes()).await;
    let builder = builder_for(&server.url()).retry(RetryPolicy::default().max_attempts(3));
    let elements = builder.clone().credential(Credential::access_token(TOKEN)).build().unwrap();
    elements.update_office_information(&user(), &office()).await.unwrap_err();
    let secret =
        builder.token_url(server.url()).credential(Credential::client_secret("client", crate::SECRET));
    let elements = secret.build().unwrap().with_timeout(Duration::from_secs(1));
    elements.update_office_information(&user(), &office()).await.unwrap_err();
    let log = logged();
    for part in [
        "http.request.method=\"PUT\"",
        "server.address=\"127.0.0.1\"",
        "http.response.status_code=500 attempts=3 http.request.resend_count=2 error.type=\"server\" \
         otel.status_code=\"ERROR\" outcome_unknown=true",
    ] {
        assert!(log.contains(part), "{part}: {log}");
    }
    let failed = EVENTS.take().into_iter().find(|(name, _)| *name == "elements.token.failed");
    let (_, row) = failed.unwrap();
    assert!(PAGE.contains(&row), "it stands in the page as:\n{row}");
    assert_clean(&log);
}

/// The events of a run over twelve users, against a sandbox that has these faults.
async fn breaker_events_of_a_run(faults: Faults) -> Vec<&'static str> {
    listen();
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let builder = builder_for(&sandbox.base_url()).retry(RetryPolicy::none());
    let elements = builder.credential(Credential::access_token(sandbox.issue_token())).build().unwrap();
    let row = |number: usize| {
        let UserKey { customer, tenant, .. } = user();
        let user = UserKey::new(customer, tenant, format!("u{number}").parse().unwrap());
        Item::Send((), Row::new(user, office()))
    };
    let bulk = BulkOptions::new().concurrency(1).max_outage(Duration::from_secs(600));
    bulk.run(&elements, stream::iter((0..12).map(row))).collect::<Vec<_>>().await;
    let mut events = EVENTS.take();
    events.retain(|(name, _)| name.starts_with("elements.breaker."));
    for (name, row) in &events {
        assert!(PAGE.contains(row), "{name} stands in the page as:\n{row}");
    }
    assert_clean(&logged());
    events.into_iter().map(|(name, _)| name).collect()
}

#[tokio::test(start_paused = true)]
async fn each_change_of_a_runs_circuit_breaker_has_its_event() {
    let fails = [500; 6].map(Fault::status);
    let script = [Fault::status(429).retry_after("2"), Fault::none()].into_iter().chain(fails);
    let events = breaker_events_of_a_run(Faults::new().script(script)).await;
    let names = ["paused", "closed", "opened", "closed"].map(|name| format!("elements.breaker.{name}"));
    assert_eq!(events, names);
    let log = logged();
    assert!(log.contains("wait_ms=2000 http.response.status_code=429"), "{log}");
}

#[tokio::test(start_paused = true)]
async fn an_outage_that_is_too_long_has_its_event() {
    let down = Faults::new().script([500; 1000].map(Fault::status));
    let events = breaker_events_of_a_run(down).await;
    assert_eq!(events, ["elements.breaker.opened", "elements.breaker.exhausted"]);
}
