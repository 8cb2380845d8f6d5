//! Typed mocks of the AvePoint Elements API, on [`httpmock`].
//!
//! For tests of code that calls the API: a mock is written in the contract's terms. A test cannot
//! expect a request or give a reply that the contract does not know.
//!
//! The mock library is re-exported as [`httpmock`], in the right version. Its server has threads of its own: do not use it
//! on a paused clock of tokio (`start_paused`), which would run to the time limits before a reply comes.
//!
//! # Success
//!
//! The code under test takes an `Elements` (of `avepoint-elements`) as an argument. The test makes one whose
//! base URL is the mock server's; the mocks' paths start where the contract's do, behind the `/partner` of
//! the real hosts.
//!
//! ```
//! use avepoint_elements::{Credential, Elements, OfficeInformation, Result, UserKey};
//! use avepoint_elements_httpmock::{MockServerExt, StrictExt};
//! use httpmock::MockServer;
//!
//! /// The code under test.
//! async fn move_to_dresden(elements: &Elements, user: &UserKey) -> Result<()> {
//!     let office = OfficeInformation::builder().postal_code("01067").country_region("Germany");
//!     let office = office.state("Saxony").address("Theaterplatz 2").city("Dresden").build()?;
//!     elements.update_office_information(user, &office).await?;
//!     Ok(())
//! }
//!
//! /// A client of the mock server, with a token that is not checked.
//! fn client_of(server: &MockServer) -> Result<Elements> {
//!     let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
//!     builder.credential(Credential::access_token("token")).build()
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start_async().await;
//! let user = UserKey::new("c-1".parse()?, "t-1".parse()?, "u-1".parse()?);
//! let office = OfficeInformation::builder().postal_code("01067").country_region("Germany");
//! let office = office.state("Saxony").address("Theaterplatz 2").city("Dresden").build()?;
//! let update = server.update_office_information(|when, then| {
//!     when.user_id(&user.user).body(&office);
//!     then.no_content();
//! });
//! // Behind the mocks: it gets what none of them answers, and panics when it is dropped if it got any.
//! let unexpected = server.fail_on_unexpected_requests();
//!
//! move_to_dresden(&client_of(&server)?, &user).await?;
//! update.assert();
//! # drop(unexpected);
//! # Ok(())
//! # }
//! ```
//!
//! # A refusal
//!
//! A refusal is final: it is sent once. What the reply says is part of the error's text.
//!
//! ```
//! # use avepoint_elements::{Credential, Elements, OfficeInformation, Result, UserKey};
//! # use avepoint_elements_httpmock::MockServerExt;
//! # use httpmock::MockServer;
//! # async fn move_to_dresden(elements: &Elements, user: &UserKey) -> Result<()> {
//! #     let office = OfficeInformation::builder().postal_code("01067").country_region("Germany");
//! #     let office = office.state("Saxony").address("Theaterplatz 2").city("Dresden").build()?;
//! #     elements.update_office_information(user, &office).await.map(|_| ())
//! # }
//! # fn client_of(server: &MockServer) -> Result<Elements> {
//! #     let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
//! #     builder.credential(Credential::access_token("token")).build()
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
//! # let user = UserKey::new("c-1".parse()?, "t-1".parse()?, "u-1".parse()?);
//! let server = MockServer::start_async().await;
//! let update = server.update_office_information(|_, then| {
//!     then.forbidden(serde_json::json!({ "message": "the customer is out of scope" }));
//! });
//!
//! let error = move_to_dresden(&client_of(&server)?, &user).await.unwrap_err();
//! assert!(error.is_permission() && !error.is_outcome_unknown());
//! assert!(error.to_string().contains("the customer is out of scope"));
//! update.assert_calls(1);
//! # Ok(())
//! # }
//! ```
//!
//! # Throttling, then success
//!
//! The first mock that matches answers. One that answers `up_to_n_times` lets the next mock have the rest.
//! The typed replies have no headers of their own; `into_inner` gives httpmock's type, which has.
//!
//! ```
//! # use avepoint_elements::{Credential, Elements, OfficeInformation, Result, UserKey};
//! # use avepoint_elements_httpmock::MockServerExt;
//! # use httpmock::MockServer;
//! # async fn move_to_dresden(elements: &Elements, user: &UserKey) -> Result<()> {
//! #     let office = OfficeInformation::builder().postal_code("01067").country_region("Germany");
//! #     let office = office.state("Saxony").address("Theaterplatz 2").city("Dresden").build()?;
//! #     elements.update_office_information(user, &office).await.map(|_| ())
//! # }
//! # fn client_of(server: &MockServer) -> Result<Elements> {
//! #     let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
//! #     builder.credential(Credential::access_token("token")).build()
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
//! # let user = UserKey::new("c-1".parse()?, "t-1".parse()?, "u-1".parse()?);
//! let server = MockServer::start_async().await;
//! let throttled = server.update_office_information(|_, then| {
//!     let then = then.too_many_requests(serde_json::json!({ "message": "slow down" })).into_inner();
//!     then.header("Retry-After", "0");
//! });
//! throttled.up_to_n_times(1);
//! let update = server.update_office_information(|_, then| {
//!     then.no_content();
//! });
//!
//! move_to_dresden(&client_of(&server)?, &user).await?;
//! throttled.assert_calls(1);
//! update.assert_calls(1);
//! # Ok(())
//! # }
//! ```
//!
//! Without `Retry-After` the SDK waits a second of real time before it tries again. A test of code that must
//! give up sets `RetryPolicy::none()` on the builder, and gets the 429 as an error for which `is_throttled`
//! is true.
//!
//! # An expired token
//!
//! When the service answers 401, the SDK tells the token source, asks it for another token, and sends the
//! request again, once a call. The mocks tell the tokens apart by the header.
//!
//! ```
//! use std::sync::atomic::{AtomicBool, Ordering};
//!
//! use avepoint_elements::{AccessToken, BoxFuture, Permissions, TokenSource};
//! # use avepoint_elements::{Credential, Elements, OfficeInformation, Result, UserKey};
//! # use avepoint_elements_httpmock::MockServerExt;
//! # use httpmock::MockServer;
//! # async fn move_to_dresden(elements: &Elements, user: &UserKey) -> Result<()> {
//! #     let office = OfficeInformation::builder().postal_code("01067").country_region("Germany");
//! #     let office = office.state("Saxony").address("Theaterplatz 2").city("Dresden").build()?;
//! #     elements.update_office_information(user, &office).await.map(|_| ())
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
//! # let user = UserKey::new("c-1".parse()?, "t-1".parse()?, "u-1".parse()?);
//! /// Gives the old token until it is refused.
//! #[derive(Default)]
//! struct Renewed(AtomicBool);
//!
//! impl TokenSource for Renewed {
//!     fn token(&self, _: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
//!         let token = if self.0.load(Ordering::Relaxed) { "new" } else { "old" };
//!         Box::pin(async move { AccessToken::new(token) })
//!     }
//!
//!     fn invalidate(&self, _: &AccessToken) {
//!         self.0.store(true, Ordering::Relaxed);
//!     }
//! }
//!
//! let server = MockServer::start_async().await;
//! let expired = server.update_office_information(|when, then| {
//!     when.into_inner().header("authorization", "Bearer old");
//!     then.unauthorized(serde_json::json!({ "message": "expired" }));
//! });
//! let update = server.update_office_information(|when, then| {
//!     when.into_inner().header("authorization", "Bearer new");
//!     then.no_content();
//! });
//!
//! let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
//! let elements = builder.credential(Credential::source(Renewed::default())).build()?;
//! move_to_dresden(&elements, &user).await?;
//! expired.assert_calls(1);
//! update.assert_calls(1);
//! # Ok(())
//! # }
//! ```
//!
//! # Values
//!
//! Matchers and replies take what converts into the contract's type: the SDK's ids and values, borrowed or not, the
//! client's own types and their builders, and texts and numbers. `when.user_id("u-1")` and `when.user_id(&user.user)` say the
//! same; a reading is answered by `then.ok(&user)`, a list by `then.ok(page)`, with values of `avepoint_elements::testing`. A
//! value that the contract refuses fails the test.
//!
//! # Lists
//!
//! `PagesExt` answers every page of a list with one call. A page that is wrong on purpose is a mock of its own, by
//! `list_users` or `list_customers`.
//!
//! # Mock or sandbox
//!
//! A mock answers what the test wrote down, which is best where one reply is the point. The sandbox
//! (`avepoint-elements-sandbox`) is the better tool where the service's behaviour is: it has a token endpoint
//! whose tokens expire, checks every request against the contract, remembers what was written, and can limit
//! the rate, lose a reply after the update was applied, or cut one short.
//!
//! # Matching
//!
//! An id matches in every spelling that means the same, percent-encoded or not, and nothing else: a mock for
//! `a.b` does not answer `aXb`.

#[rustfmt::skip]
mod generated;
mod path;
mod strict;
mod value;

pub use generated::*;
/// The mock library, in the version that these mocks are made for.
pub use httpmock;
pub use strict::{StrictExt, UnexpectedRequests};
