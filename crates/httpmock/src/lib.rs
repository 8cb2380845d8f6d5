//! Typed mocks of the AvePoint Elements API, on [`httpmock`].
//!
//! For tests of code that calls the API: a mock is written in the contract's terms, so that a test cannot
//! expect a request or give a reply that the contract does not know.
//!
//! ```
//! use avepoint_elements_httpmock::{MockServerExt, StrictExt};
//! use httpmock::MockServer;
//!
//! let server = MockServer::start();
//! let user = "7c18fd6f-0000-4000-8000-5725fa9edc3f".parse().unwrap();
//! let update = server.update_office_information(|when, then| {
//!     when.user_id(&user);
//!     then.no_content();
//! });
//! // Behind the mocks, so that it gets what none of them answers.
//! let unexpected = server.fail_on_unexpected_requests();
//!
//! // … run the code under test against `server.base_url()` …
//! # let url = format!("{}/external/v3/um/customers/c/tenants/t/users/7c18fd6f-0000-4000-8000-5725fa9edc3f/office-information", server.base_url());
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! #     reqwest::Client::new().put(url).send().await.unwrap();
//! # });
//! update.assert();
//! ```
//!
//! The base URL is the server's own, [`MockServer::base_url`](httpmock::MockServer::base_url): the mocks'
//! paths start where the contract's do, behind the `/partner` of the real hosts.
//!
//! An id matches in every spelling that means the same, percent-encoded or not, and nothing else: a mock for
//! `a.b` does not answer `aXb`.

#[allow(clippy::all, clippy::pedantic)]
#[rustfmt::skip]
mod generated;
mod path;
mod strict;

pub use generated::{MockServerExt, operations};
pub use strict::{StrictExt, UnexpectedRequests};
