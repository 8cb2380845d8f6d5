//! The handle to a running sandbox.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::builder::SandboxBuilder;
use crate::log::{MAX_REQUESTS, ReceivedRequest};
use crate::offices::Office;
use crate::receive::MAX_BODY;
use crate::server;
use crate::state::State;

/// A running sandbox. It stops when it is dropped, or with its runtime.
///
/// Every method reads or changes it at once, also while requests are being answered.
pub struct Sandbox {
    address: SocketAddr,
    state: Arc<State>,
    /// Dropping it tells the server to stop.
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// The longest body of a request that is accepted: 1 MiB. A longer one is answered with 413.
    pub const MAX_BODY_BYTES: usize = MAX_BODY;

    /// The most requests that [`requests`](Self::requests) keeps.
    pub const MAX_REQUESTS_KEPT: usize = MAX_REQUESTS;

    /// Starts a sandbox with the defaults of the [`builder`](Self::builder), which let every user's
    /// office information be updated.
    ///
    /// # Errors
    ///
    /// As [`SandboxBuilder::start`].
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// The settings of a sandbox, at their defaults.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    pub(crate) fn serve(listener: TcpListener, state: Arc<State>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::serve(listener, Arc::clone(&state), stopped));
        Ok(Self { address, state, stop, server })
    }

    /// Stops the server: the port is closed and every connection is cut when this returns, in the
    /// middle of a request if there is one.
    pub async fn stop(self) {
        drop(self.stop);
        // The task ends with an error only if it panicked or its runtime is gone: stopped as well.
        let _ = self.server.await;
    }

    /// The API's base URL, such as `http://127.0.0.1:4010/partner`.
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.address, self.state.contract.base_path)
    }

    /// The URL where tokens are obtained, such as `http://127.0.0.1:4010/connect/token`.
    pub fn token_url(&self) -> String {
        format!("http://{}{}", self.address, self.state.contract.token_path)
    }

    /// The address that the sandbox listens at.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The client id that the token endpoint accepts.
    pub fn client_id(&self) -> &str {
        &self.state.app.client_id
    }

    /// The client secret that the token endpoint accepts.
    pub fn client_secret(&self) -> &str {
        &self.state.app.client_secret
    }

    /// A new token with every scope of the app, without a request to the token endpoint.
    ///
    /// It is valid as long as any other, and does not count in
    /// [`token_requests`](Self::token_requests).
    pub fn issue_token(&self) -> String {
        self.state.tokens.issue(self.state.app.scopes.clone())
    }

    /// Makes every token that was issued so far invalid.
    pub fn revoke_tokens(&self) {
        self.state.tokens.revoke_all();
    }

    /// How many requests the token endpoint has answered, refusals included.
    pub fn token_requests(&self) -> usize {
        self.state.token_requests.load(Ordering::Relaxed)
    }

    /// The office information of a user, as the last request that was answered with 204 left it.
    /// Ids are compared byte by byte.
    pub fn office_information(&self, customer: &str, tenant: &str, user: &str) -> Option<Value> {
        let user = (customer.to_owned(), tenant.to_owned(), user.to_owned());
        self.state.offices.get(&user)
    }

    /// The office information of all users, sorted by customer, tenant and user.
    pub fn offices(&self) -> Vec<Office> {
        self.state.offices.all()
    }

    /// The requests that the API has answered, oldest first, refusals and unknown paths included,
    /// requests for a token and for `/sandbox/offices` not.
    ///
    /// At most [`MAX_REQUESTS_KEPT`](Self::MAX_REQUESTS_KEPT) are kept, and at most 64 MiB of their
    /// bodies; then the oldest are dropped.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.state.log.all()
    }

    /// How many requests the API has answered since the start, the dropped ones included.
    pub fn request_count(&self) -> usize {
        self.state.log.seen()
    }
}

/// Shows where the sandbox is and whom it accepts, but no secret and no token.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url())
            .field("token_url", &self.token_url())
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
    }
}
