//! Client for the AvePoint Elements API: read users and customers, and update the office information of users in
//! customers' tenants.
//!
//! ```no_run
//! use avepoint_elements::{Credential, Elements, Environment, OfficeInformation, UserKey};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let elements = Elements::builder()
//!     .environment(Environment::Commercial)
//!     .credential(Credential::client_secret("client id", std::env::var("CLIENT_SECRET")?))
//!     .build()?;
//! let user = UserKey::new(
//!     "966f35cc-0000-4000-8000-25cdbcf82a07".parse()?,
//!     "0c7715b3-0000-4000-8000-f3634dcfacec".parse()?,
//!     "7c18fd6f-0000-4000-8000-5725fa9edc3f".parse()?,
//! );
//! let office = OfficeInformation::builder()
//!     .postal_code("2121")
//!     .country_region("Angola")
//!     .state("Luanda")
//!     .address("Dande")
//!     // An update replaces the whole value: without a city, the user's city may be blanked.
//!     .city("Barra do Dande")
//!     .build()?;
//! elements.update_office_information(&user, &office).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Operations
//! | method | does | permission |
//! |---|---|---|
//! | [`user`](Elements::user) | reads a user | `elements.um.user.read.all` |
//! | [`users`](Elements::users) | lists the users of a tenant, by page or as a stream | `elements.um.user.read.all` |
//! | [`customers`](Elements::customers) | lists customers with their tenants | `elements.customers.read.all` |
//! | [`update_office_information`](Elements::update_office_information) | updates a cloud user | `elements.um.user.readwrite.all` |
//! | [`update_local_office_information`](Elements::update_local_office_information) | updates a hybrid or local user | `elements.um.user.readwrite.all` |
//!
//! A token is asked for with the permission that the operation needs, and kept for each: an app needs no more than it
//! uses.
//!
//! # What it promises
//! * Nothing is sent that the contract refuses: ids and values are checked when they are made, all at once.
//! * Success means that the service answered as the contract says: 204 to an update. Any other reply is an error,
//!   redirects, other successes and a body that cannot be read included, and [`Error::is_outcome_unknown`] tells when an update may have been applied all the same.
//! * Secrets go to the configured hosts only, over TLS with verified certificates, and into no log, error or `Debug`
//!   text. Plain http is refused but for this machine, when [asked for](ElementsBuilder::allow_loopback_http). A TLS
//!   backend that is [preconfigured](ElementsBuilder::http_client) is the one that this crate cannot make verify.
//! * Of a reply that is not a success at most 4 KiB are kept, of a success at most 8 MiB are read, every wait has an end, and no redirect is followed.
//! * What may pass is tried again, within bounds: see [`RetryPolicy`]. When the service tells one call to wait,
//!   all calls of the client wait, and go on at a pace that follows the service's limit.
//! * A token is obtained by one call for all, renewed ahead of its end while the others go on, and replaced
//!   once when the service refuses it.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `rustls` (default) | TLS by rustls, with the platform's certificate store |
//! | `rustls-no-provider` | the same, with the crypto provider that the program installs |
//! | `native-tls` | TLS by the system's library |
//! | `tracing` (default) | a span for each call, and events of retries, pauses and tokens; never a value |
//! | `uuid` (default) | ids from `uuid::Uuid` |
//! | `certificate` | a certificate in place of a client secret |
//! | `schemars` | JSON Schemas of ids and values |
//! | `testing` | errors, receipts and readings for tests |
//!
//! Without a TLS feature, https is refused when the client is built.
//!
//! # The runtime
//! Calls run on tokio, with time and I/O enabled: `#[tokio::main]`, or `enable_all` of its builder. The flavor is yours. Of
//! tokio's features your package needs those that it uses itself: `macros` and `rt`, or `rt-multi-thread`.
//! WebAssembly is not supported. A program without a runtime blocks on one:
//!
//! ```no_run
//! # fn update(elements: &avepoint_elements::Elements, user: &avepoint_elements::UserKey, office: &avepoint_elements::OfficeInformation) -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! let receipt = runtime.block_on(elements.update_office_information(user, office))?;
//! println!("done at attempt {}", receipt.attempts);
//! # Ok(())
//! # }
//! ```
//!
//! # Beside it
//! | for | take |
//! |---|---|
//! | thousands of users from a file, resumable | [`avepoint-elements-bulk`](https://docs.rs/avepoint-elements-bulk) |
//! | tests against the service in a process | [`avepoint-elements-sandbox`](https://docs.rs/avepoint-elements-sandbox) |
//! | tests of one request and one reply | [`avepoint-elements-httpmock`](https://docs.rs/avepoint-elements-httpmock) |
//!
//! The guide in the repository's folder `docs` has pages on access, errors, logs, testing and upgrading.
//!
//! This is an unofficial client.

#[cfg(target_family = "wasm")]
compile_error!(
    "avepoint-elements does not support WebAssembly: its time limits need tokio's clock, and its HTTP client sockets"
);

mod api;
mod auth;
mod call;
mod clock;
mod error;
mod lock;
#[cfg(feature = "tracing")]
mod log;
mod named_enum;
pub mod terminal;
#[cfg(feature = "testing")]
pub mod testing;
mod throttle;
mod transport;

pub use api::builder::ElementsBuilder;
pub use api::customers::{Customer, Tenant};
pub use api::elements::{Authentication, Elements};
pub use api::ids::{CustomerId, TenantId, UserId, UserKey};
pub use api::list_stream::{ListStream, ListSummary};
pub use api::listing::{Listing, Page};
pub use api::local_office::{LocalOfficeInformation, LocalOfficeInformationBuilder};
pub use api::office::{OfficeInformation, OfficeInformationBuilder, OptionalText};
pub use api::office_field::{OfficeField, Violation, ViolationKind};
pub use api::reading::FieldReading;
pub use api::user::User;
pub use api::users::ListedUser;
#[cfg(feature = "certificate")]
pub use auth::certificate::Certificate;
pub use auth::credential::Credential;
pub use auth::secret::Secret;
pub use auth::token::{AccessToken, Permissions, TokenSource};
/// Every JSON Schema of the contract, by its name.
#[cfg(feature = "schemars")]
pub use avepoint_elements_client::schemas;
pub use avepoint_elements_client::types::{DateTimeOrTicks, StringOrInteger};
pub use avepoint_elements_client::{
    BoxFuture, Environment, Field, Operation, UnknownEnvironment, fields, limits, operations,
};
pub use call::classify::Receipt;
pub use call::retry::RetryPolicy;
pub use error::{Error, ErrorKind, Result};
/// The HTTP library, for [`ElementsBuilder::http_client`] and nothing else.
pub use reqwest;
pub use transport::ProxyUse;
