//! What the SDK promises, over real connections: to a server that speaks bytes, or to the sandbox.
//!
//! A new test belongs into the file of its subject. Time is tokio's paused clock.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "the clock of these tests is paused")]

#[cfg(feature = "certificate")]
mod certificate_files;
mod connections;
mod examples;
mod faults;
mod hostile;
mod kinds;
mod permissions;
#[cfg(feature = "rustls")]
mod proxies;
mod queue;
mod reading;
mod redirects;
mod replies;
mod retries;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
mod tokens;

use avepoint_elements::{Credential, Elements, ElementsBuilder, OfficeInformation, RetryPolicy, UserKey};
use avepoint_elements_sandbox::Sandbox;

/// The user of the documentation's sample.
fn user() -> UserKey {
    UserKey::new(
        "966f35cc-0000-4000-8000-25cdbcf82a07".parse().unwrap(),
        "0c7715b3-0000-4000-8000-f3634dcfacec".parse().unwrap(),
        "7c18fd6f-0000-4000-8000-5725fa9edc3f".parse().unwrap(),
    )
}

/// The value of the documentation's sample.
fn office() -> OfficeInformation {
    let builder = OfficeInformation::builder().postal_code("2121").country_region(" Angola");
    builder.state("Luanda").address("Dande").build().unwrap()
}

/// A client of any server on this machine, with a token that the server need not know, and without retries.
fn client_of(url: &str) -> Elements {
    let builder = builder_for(url).retry(RetryPolicy::none());
    builder.credential(Credential::access_token("canary-token")).build().unwrap()
}

fn builder_for(url: &str) -> ElementsBuilder {
    Elements::builder().base_url(url).allow_loopback_http()
}

/// A client of the sandbox, with the sandbox's credential.
fn client_of_sandbox(sandbox: &Sandbox) -> Elements {
    builder_for_sandbox(sandbox).build().unwrap()
}

fn builder_for_sandbox(sandbox: &Sandbox) -> ElementsBuilder {
    let builder = builder_for(&sandbox.base_url()).token_url(sandbox.token_url());
    builder.credential(Credential::client_secret(sandbox.client_id(), sandbox.client_secret()))
}
