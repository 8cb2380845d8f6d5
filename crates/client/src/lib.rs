//! Generated client for the AvePoint Elements API: its operations, types and limits.
//!
//! Most programs want the crate `avepoint-elements` instead, which adds credentials, checked values,
//! deadlines and errors that say what to do. This crate is the layer below: what the contract says and
//! nothing more, for programs that bring their own policies.
//!
//! ```no_run
//! use avepoint_elements_client::{Client, Environment, types::OfficeInformation};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Environment::Commercial.base_url(), reqwest::Client::new())?;
//! let office = OfficeInformation::builder()
//!     .postal_code("2121")
//!     .country_region("Angola")
//!     .state("Luanda")
//!     .address("Dande");
//! // The update replaces the whole value: without a city, the user's city may be blanked.
//! client
//!     .update_office_information()
//!     .customer_id("966f35cc-0000-4000-8000-25cdbcf82a07")
//!     .tenant_id("0c7715b3-0000-4000-8000-f3634dcfacec")
//!     .user_id("7c18fd6f-0000-4000-8000-5725fa9edc3f")
//!     .body(OfficeInformation::try_from(office)?)
//!     .send()
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! That request carries no access token: [`Hooks`] is where a program adds one.
//!
//! # What is generated
//! [`Client`], [`builder`], [`types`], [`limits`], [`fields`], [`operations`] and [`Environment`] are written
//! by `cargo xtask` from [`CONTRACT`]. The rest is the hand-written seam.
//!
//! # What to know before using it directly
//! * [`Error`] shows whole replies, headers and URLs in its texts: do not log it where those are secret.
//! * [`Error::is_retryable`] says yes to mistakes made on this side, such as a URL that does not parse.
//! * Timeouts, redirects and the size of replies are as the given `reqwest::Client` sets them: by default
//!   there is no timeout, and a redirect replays the body to another host.
//!
//! This is an unofficial client.

mod base_url;
mod environment;
#[rustfmt::skip]
mod environments;
mod field;
/// The fields of each object of the contract, as data.
#[rustfmt::skip]
pub mod fields;
#[rustfmt::skip]
mod generated;
mod hooks;
// Contracts without optional fields in replies have no use for it.
#[allow(dead_code)]
mod lenient;
/// Every bound of the contract as a constant. Lengths are in Unicode code points.
#[rustfmt::skip]
pub mod limits;
mod operation;
/// Method, path and permissions of each operation, as data.
#[rustfmt::skip]
pub mod operations;
#[cfg(feature = "schemars")]
mod schema;
/// Every schema of the contract by its name, to publish or compare them.
#[cfg(feature = "schemars")]
#[rustfmt::skip]
pub mod schemas;
mod segment;

pub use base_url::InvalidBaseUrl;
pub use environment::UnknownEnvironment;
pub use environments::Environment;
pub use field::Field;
pub use generated::{ByteStream, Client, ClientInfo, Error, ResponseValue, builder, prelude, types};
pub use hooks::{BoxFuture, Hooks, SharedHooks};
pub use operation::Operation;
pub use progenitor_client::OperationInfo;

/// The contract itself, an `OpenAPI` 3.0 document in YAML.
pub const CONTRACT: &str = include_str!("../elements.yaml");
