//! The `AvePoint` Elements API in a process: a server on a loopback port that issues tokens, enforces the
//! contract, holds users and customers, and remembers what it was told. For tests and rehearsals; unofficial, and
//! no copy of the vendor's service.
//!
//! ```
//! use avepoint_elements_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//!
//! let url = format!(
//!     "{}/external/v3/um/customers/c1/tenants/t1/users/u1/office-information",
//!     sandbox.base_url(),
//! );
//! let office = serde_json::json!({
//!     "postalCode": "2121",
//!     "countryRegion": "Angola",
//!     "state": "Luanda",
//!     "address": "Dande",
//! });
//! let client = reqwest::Client::builder().no_proxy().build()?;
//! let reply = client
//!     .put(url)
//!     .bearer_auth(sandbox.issue_token())
//!     .json(&office)
//!     .send()
//!     .await?;
//!
//! assert_eq!(reply.status(), 204);
//! assert_eq!(sandbox.office_information("c1", "t1", "u1"), Some(office));
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What it enforces
//!
//! The rules come from the contract's `OpenAPI` document itself, not from code generated from it: a client
//! and the sandbox cannot share a mistake. A request is checked in this order, and the first
//! check that fails answers:
//!
//! | check | status |
//! |---|---|
//! | the body has at most [`Sandbox::MAX_BODY_BYTES`] | 413 |
//! | the path is the contract's; an empty id makes another path | 404 |
//! | the method is one of the path's | 405, with `Allow` |
//! | the token is in force | 401, with `WWW-Authenticate` |
//! | the token has the operation's scope | 403 |
//! | the customer is in the app's customer scope | 403 |
//! | parameters, content type, JSON and schema; the error lists every violation | 400 |
//! | the customer, the tenant and the user exist | 404 |
//! | the operation takes users of this kind: cloud, or hybrid and local | 400 |
//!
//! Fields that the contract does not know are accepted and kept. The contract lists no 413 and no 405,
//! which stand for what a gateway in front of the service would say.
//!
//! Every reply of the API has a `request-id` header. An error's body is a JSON object with `statusCode`,
//! `message`, `errors` (each with `code`, `field` and `message`) and `requestId`; a message never repeats
//! a value of the request's body. What is not HTTP at all gets a bare 400, outside of all this.
//!
//! # Users and customers
//!
//! Without users, any id is accepted: a user that is not known has its id, and the office information that it was
//! sent. With users, the sandbox is strict, and only those exist:
//!
//! ```
//! use avepoint_elements_sandbox::{Directory, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let users = r#"
//! {"customerId":"c1","customerName":"Contoso","tenantId":"t1","userId":"u1","mail":"a@contoso.example"}
//! {"customerId":"c1","tenantId":"t1","userId":"u2","kind":"local","employeeId":"00417","city":"Dresden"}
//! "#;
//! let directory = Directory::from_ndjson(users.as_bytes())?;
//! let sandbox = Sandbox::builder().directory(directory).start().await?;
//!
//! let url = format!("{}/external/v3/um/customers/c1/tenants/t1/users/u2", sandbox.base_url());
//! let client = reqwest::Client::builder().no_proxy().build()?;
//! let reply = client.get(url).bearer_auth(sandbox.issue_token()).send().await?;
//!
//! let user: serde_json::Value = reply.json().await?;
//! assert_eq!(user, serde_json::json!({ "id": "u2", "employeeId": "00417", "city": "Dresden" }));
//! # Ok(())
//! # }
//! ```
//!
//! Lists have the order of the file. [`user`](Sandbox::user) reads back what is held of a user;
//! [`add_user`](Sandbox::add_user), [`change_user`](Sandbox::change_user) and
//! [`remove_user`](Sandbox::remove_user) are another writer.
//!
//! # Beside the API
//!
//! `POST /connect/token` is the token endpoint (OAuth 2.0 client credentials with a client secret or, with the
//! feature `certificate` and a certificate given, with an assertion that its key has signed).
//! Without a token, `GET /sandbox/users` shows the users as a file of the same form (NDJSON), and
//! `GET /sandbox/offices` the office information alone.
//!
//! # Faults
//!
//! [`Faults`] make the sandbox behave like a service on a bad day: a rate limit, latency, replies that fail,
//! break off or never come, by chance or as a script says, at the API and at the token endpoint. They come
//! before the checks above; tokens that are revoked after so many requests are found out by one of these.
//!
//! Replies to readings can be wrong as well: updates that show late
//! ([`show_updates_after`](Faults::show_updates_after)), pages that shift ([`shift_pages`](Faults::shift_pages))
//! or repeat ([`repeated_page`](Fault::repeated_page)), a `totalCount` that is off, any value replaced
//! ([`with_value`](Fault::with_value)) or left out, and another writer behind a request
//! ([`then_changes`](Fault::then_changes)).
//!
//! [`Counters`] tell what was done, and [`wait_for_requests`](Sandbox::wait_for_requests) when.

mod api;
mod builder;
mod contract;
mod faults;
mod lock;
mod sandbox;
mod server;
mod state;
mod token;

pub use builder::SandboxBuilder;
pub use faults::Faults;
pub use faults::fault::Fault;
pub use faults::gate::Gate;
pub use faults::rate_limit::RateLimit;
pub use sandbox::Sandbox;
pub use state::counters::Counters;
pub use state::directory::Directory;
pub use state::request_log::ReceivedRequest;
pub use state::user_store::Office;
