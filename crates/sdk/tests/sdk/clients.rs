//! Clients of servers on this machine, and the documentation's sample. The end-to-end tests have them, too.

use avepoint_elements::{Credential, Elements, ElementsBuilder, OfficeInformation, RetryPolicy, UserKey};
use avepoint_elements_sandbox::Sandbox;

/// The user of the documentation's sample.
pub(crate) fn user() -> UserKey {
    UserKey::new(
        "966f35cc-0000-4000-8000-25cdbcf82a07".parse().unwrap(),
        "0c7715b3-0000-4000-8000-f3634dcfacec".parse().unwrap(),
        "7c18fd6f-0000-4000-8000-5725fa9edc3f".parse().unwrap(),
    )
}

/// The value of the documentation's sample.
pub(crate) fn office() -> OfficeInformation {
    let builder = OfficeInformation::builder().postal_code("2121").country_region(" Angola");
    builder.state("Luanda").address("Dande").build().unwrap()
}

/// A client of any server on this machine, with a token that the server need not know, and without retries.
pub(crate) fn client_of(url: &str) -> Elements {
    let builder = builder_for(url).retry(RetryPolicy::none());
    builder.credential(Credential::access_token("canary-token")).build().unwrap()
}

pub(crate) fn builder_for(url: &str) -> ElementsBuilder {
    Elements::builder().base_url(url).allow_loopback_http()
}

/// A client of the sandbox, with the sandbox's credential.
pub(crate) fn client_of_sandbox(sandbox: &Sandbox) -> Elements {
    builder_for_sandbox(sandbox).build().unwrap()
}

pub(crate) fn builder_for_sandbox(sandbox: &Sandbox) -> ElementsBuilder {
    let builder = builder_for(&sandbox.base_url()).token_url(sandbox.token_url());
    builder.credential(Credential::client_secret(sandbox.client_id(), sandbox.client_secret()))
}
