//! Setting up a sandbox.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use uuid::Uuid;

use crate::contract::Contract;
use crate::faults::Faults;
use crate::faults::active::ActiveFaults;
use crate::sandbox::Sandbox;
use crate::state::counters::CounterWatch;
use crate::state::directory::{Directory, UserPath};
use crate::state::request_log::RequestLog;
use crate::state::user_store::UserStore;
use crate::state::{App, ServiceState};
#[cfg(feature = "certificate")]
use crate::token::certificate::Certificate;
use crate::token::issued::Tokens;

/// Sets up a [`Sandbox`]. Every setting has a default; a later call replaces an earlier one.
#[must_use]
pub struct SandboxBuilder {
    listen: SocketAddr,
    client_id: String,
    client_secret: String,
    scopes: Option<BTreeSet<String>>,
    customers: Option<Vec<String>>,
    directory: Option<Directory>,
    token_lifetime: Duration,
    faults: Faults,
    #[cfg(feature = "certificate")]
    certificate: Option<std::result::Result<Certificate, String>>,
}

/// The ways to start one. They stand here because a handle knows nothing of its builder.
impl Sandbox {
    /// Starts a sandbox with the defaults of the [`builder`](Self::builder), which let every user's
    /// office information be updated.
    ///
    /// # Errors
    ///
    /// As [`SandboxBuilder::start`].
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// The settings of a sandbox, at their defaults.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }
}

impl SandboxBuilder {
    fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            client_id: Uuid::new_v4().to_string(),
            client_secret: Uuid::new_v4().to_string(),
            scopes: None,
            customers: None,
            directory: None,
            token_lifetime: Duration::from_secs(3600),
            faults: Faults::new(),
            #[cfg(feature = "certificate")]
            certificate: None,
        }
    }

    /// The address to listen at; a loopback address, port 0 for one of the system's choice.
    ///
    /// Default: `127.0.0.1:0`.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// The client id and the client secret that the token endpoint accepts; neither may be empty.
    ///
    /// Default: random values.
    pub fn credentials(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client_id = id.into();
        self.client_secret = secret.into();
        self
    }

    /// The scopes (permissions) of the app. A token for any other scope is refused with
    /// `invalid_scope`; a call that needs a scope which its token lacks, with 403.
    ///
    /// They need not be scopes of the contract. Default: every scope of the contract.
    pub fn granted_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// The ids of the customers within the app's customer scope, compared byte by byte. Calls for
    /// others are refused with 403.
    ///
    /// Default: all customers.
    pub fn customers<S: Into<String>>(mut self, customers: impl IntoIterator<Item = S>) -> Self {
        self.customers = Some(customers.into_iter().map(Into::into).collect());
        self
    }

    /// The users that exist, each by the ids of customer, tenant and user, compared byte by byte.
    /// Calls for others are refused with 404. They are cloud users of whom nothing else is known; a
    /// [`directory`](Self::directory) says more.
    ///
    /// Default: every user exists.
    pub fn users<C, T, U>(self, users: impl IntoIterator<Item = (C, T, U)>) -> Self
    where
        C: Into<String>,
        T: Into<String>,
        U: Into<String>,
    {
        let mut directory = Directory::new();
        for (customer, tenant, user) in users {
            let (customer, tenant, user) = (customer.into(), tenant.into(), user.into());
            let path = UserPath { customer: &customer, tenant: &tenant, user: &user };
            directory.user_or_new(path);
        }
        self.directory(directory)
    }

    /// The customers, tenants and users that exist, with what readings show of them. Calls for others are refused
    /// with 404; an update of a hybrid or local user by the operation for cloud users, or the other way round, with
    /// 400.
    ///
    /// Default: every user exists, and has only what updates wrote.
    pub fn directory(mut self, directory: Directory) -> Self {
        self.directory = Some(directory);
        self
    }

    /// How long a token is valid, by tokio's clock. The token endpoint tells it in whole seconds,
    /// rounded down; zero makes tokens that are expired when they arrive.
    ///
    /// Default: one hour.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// What goes wrong on purpose, until [`Sandbox::set_faults`] says otherwise.
    ///
    /// Default: nothing.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// The client's certificate, the first in this PEM text, with an RSA key. The token endpoint then also
    /// accepts assertions that are signed with its private key; the client secret stays good. Its dates and
    /// its issuer are not looked at.
    ///
    /// Default: none, and assertions are refused with `invalid_client`.
    #[cfg(feature = "certificate")]
    pub fn certificate_pem(mut self, pem: &str) -> Self {
        self.certificate = Some(Certificate::parse(pem));
        self
    }

    /// Starts the sandbox on the current tokio runtime, which needs its I/O and time drivers. The
    /// sandbox lives no longer than that runtime.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if the address is not a loopback address, a credential is
    /// empty, a fault is not possible (see [`Sandbox::set_faults`]) or a certificate cannot be used;
    /// [`InvalidData`](ErrorKind::InvalidData) if the contract holds what this crate cannot enforce;
    /// otherwise whatever the system says, such as [`AddrInUse`](ErrorKind::AddrInUse).
    pub async fn start(self) -> Result<Sandbox> {
        self.check()?;
        let contract = Contract::shipped().map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        let listener = TcpListener::bind(self.listen).await?;
        Sandbox::serve(listener, Arc::new(self.into_state(contract)))
    }

    fn check(&self) -> Result<()> {
        #[cfg(feature = "certificate")]
        if let Some(Err(reason)) = &self.certificate {
            return Err(invalid(reason.clone()));
        }
        let reason = if !self.listen.ip().is_loopback() {
            format!("{} is not a loopback address", self.listen)
        } else if self.client_id.is_empty() || self.client_secret.is_empty() {
            "the client id and the client secret must not be empty".to_owned()
        } else {
            return self.faults.check();
        };
        Err(invalid(reason))
    }

    fn into_state(self, contract: &'static Contract) -> ServiceState {
        ServiceState {
            contract,
            app: App {
                client_id: self.client_id,
                client_secret: self.client_secret,
                #[cfg(feature = "certificate")]
                certificate: self.certificate.and_then(std::result::Result::ok),
                scopes: self.scopes.unwrap_or_else(|| contract.scopes.clone()),
                customers: self.customers.map(|ids| ids.into_iter().collect()),
            },
            tokens: Tokens::new(self.token_lifetime),
            users: UserStore::new(self.directory),
            log: RequestLog::default(),
            faults: ActiveFaults::new(self.faults),
            counters: CounterWatch::default(),
        }
    }
}

fn invalid(reason: String) -> Error {
    Error::new(ErrorKind::InvalidInput, reason)
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("listen", &self.listen)
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("customers", &self.customers)
            .field("directory", &self.directory)
            .field("token_lifetime", &self.token_lifetime)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}
