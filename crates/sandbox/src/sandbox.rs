//! The handle to a running sandbox.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::faults::Faults;
use crate::server;
use crate::server::receive::MAX_BODY;
use crate::state::ServiceState;
use crate::state::counters::Counters;
use crate::state::directory::UserPath;
use crate::state::request_log::{MAX_REQUESTS, ReceivedRequest};
use crate::state::user_store::Office;

/// A running sandbox. It stops when it is dropped, or with its runtime.
///
/// Every method reads or changes it at once, also while requests are being answered.
pub struct Sandbox {
    address: SocketAddr,
    state: Arc<ServiceState>,
    /// Dropping it tells the server to stop.
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// The longest body of a request that is accepted: 1 MiB. A longer one is answered with 413.
    pub const MAX_BODY_BYTES: usize = MAX_BODY;

    /// The most requests that [`requests`](Self::requests) keeps.
    pub const MAX_REQUESTS_KEPT: usize = MAX_REQUESTS;

    pub(crate) fn serve(listener: TcpListener, state: Arc<ServiceState>) -> io::Result<Self> {
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

    /// How many requests the token endpoint has received, refused and waiting ones included.
    pub fn token_requests(&self) -> usize {
        self.counters().token_requests
    }

    /// Replaces every fault that was set: scripts start from their beginning, the rate limit's burst is whole, and
    /// shares are drawn from the start. Requests that wait already keep what they got.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput), with what is allowed, if a share is not from 0 to 1 or
    /// shares add up to more, a status is not from 200 to 599, a header cannot be sent, or a rate is out of
    /// the bounds of [`RateLimit`](crate::RateLimit). The faults then stay as they were.
    pub fn set_faults(&self, faults: Faults) -> io::Result<()> {
        faults.check()?;
        self.state.faults.replace(faults);
        Ok(())
    }

    /// The seed that shares of requests are drawn from: the one of [`Faults::seed`], or a random one.
    pub fn seed(&self) -> u64 {
        self.state.faults.seed()
    }

    /// What was counted so far.
    pub fn counters(&self) -> Counters {
        self.state.counters.counters()
    }

    /// Waits until the API has received at least this many requests since the start. The n-th is then among
    /// [`requests`](Self::requests), and what it does is done; its reply may still be on its way. Waits
    /// forever if they do not come.
    pub async fn wait_for_requests(&self, count: usize) {
        self.state.counters.reached(|counters| counters.requests >= count).await;
    }

    /// The office information of a user, as the last request that was carried out left it, whether readings show it
    /// yet or not.
    /// Ids are compared byte by byte.
    pub fn office_information(&self, customer: &str, tenant: &str, user: &str) -> Option<Value> {
        self.state.users.office(UserPath { customer, tenant, user })
    }

    /// The office information of all users, sorted by customer, tenant and user.
    pub fn offices(&self) -> Vec<Office> {
        self.state.users.offices()
    }

    /// A user as a line of its [`Directory`](crate::Directory), with what readings show of it now; `None` if there is
    /// none.
    pub fn user(&self, customer: &str, tenant: &str, user: &str) -> Option<Value> {
        let line = self.state.users.line(UserPath { customer, tenant, user })?;
        serde_json::from_str(&line).ok()
    }

    /// Adds a user, who stands behind all others of its tenant, by a line of a [`Directory`](crate::Directory).
    ///
    /// # Errors
    ///
    /// As [`Directory::add`](crate::Directory::add).
    pub fn add_user(&self, line: &Value) -> io::Result<()> {
        self.state.users.add(line)
    }

    /// Removes a user. False if there was none.
    pub fn remove_user(&self, customer: &str, tenant: &str, user: &str) -> bool {
        self.state.users.remove(UserPath { customer, tenant, user })
    }

    /// Gives fields of a user new values, as another writer would, and shows them at once. `changes` is an object with
    /// the new values. False if there is no such user, or `changes` is no object.
    pub fn change_user(&self, customer: &str, tenant: &str, user: &str, changes: &Value) -> bool {
        let path = UserPath { customer, tenant, user };
        changes.as_object().is_some_and(|changes| self.state.users.change(path, changes))
    }

    /// The requests that the API has received, oldest first: refusals, faults and unknown paths included,
    /// requests for a token and for `/sandbox/offices` not.
    ///
    /// At most [`MAX_REQUESTS_KEPT`](Self::MAX_REQUESTS_KEPT) are kept, and at most 64 MiB of their
    /// bodies; then the oldest are dropped.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.state.log.all()
    }

    /// How many requests the API has received since the start, those that are no longer kept included.
    pub fn request_count(&self) -> usize {
        self.counters().requests
    }
}

/// Shows the addresses and the client id, but no secret and no token.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url())
            .field("token_url", &self.token_url())
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
    }
}
