//! Settings, checked when the client is built.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use avepoint_elements_client::{Client, Environment};

use crate::api::elements::Elements;
use crate::auth::client_credentials::TokenEndpoint;
use crate::auth::credential::Credential;
use crate::auth::secret::Secret;
use crate::call::budget::Budget;
use crate::call::cancellation::CancellationToken;
use crate::call::retry::RetryPolicy;
use crate::call::{ClientState, Pipeline};
use crate::clock::{ClockOffset, SharedClock, SystemClock};
use crate::error::{Error, Result};
use crate::throttle::Throttle;
use crate::throttle::pace::MaxRate;
use crate::transport::endpoint::Endpoint;
use crate::transport::{ClientBuilderFactory, Transport, proxy};

/// The most that making a connection may take of the time of a request, or of a call.
const CONNECT_TIMEOUT_SHARE: f64 = 0.9;
/// The default time of a call: room for a wait of a minute, the longest that is honoured, and for two attempts that take
/// all their time.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);
/// The most bytes of a success that are read by default: a hundred times a page of a hundred users.
const DEFAULT_MAX_REPLY_BYTES: usize = 8 << 20;

/// Makes an [`Elements`]. Everything but the credential has a default.
#[derive(Clone, Default)]
#[must_use]
pub struct ElementsBuilder {
    environment: Environment,
    base_url: Option<String>,
    token_url: Option<String>,
    allow_loopback_http: bool,
    credential: Option<Credential>,
    transport: Transport,
    proxy: Option<Secret>,
    retry: RetryPolicy,
    timeout: Option<Duration>,
    max_reply: Option<usize>,
    max_rate: Option<MaxRate>,
}

impl Elements {
    /// Starts with the defaults.
    pub fn builder() -> ElementsBuilder {
        ElementsBuilder::default()
    }
}

impl ElementsBuilder {
    /// The environment, whose URLs are used where none is set. Default: [`Environment::Commercial`].
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// A base URL of your own in place of the environment's, such as `https://gateway.example/partner`.
    ///
    /// A credential that obtains tokens then needs a [`token_url`](Self::token_url) as well: no secret
    /// goes to a host that you did not name.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// A token URL of your own in place of the environment's.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// Allows plain http to this machine (127.0.0.0/8, `::1`, `localhost`), for tests. Other hosts need https
    /// in any case.
    pub fn allow_loopback_http(mut self) -> Self {
        self.allow_loopback_http = true;
        self
    }

    /// What access tokens are obtained with. Required.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// How long making a connection may take, TLS included. Default: 10 s. It is never more than
    /// nine tenths of the limit of one request, or of a call.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.transport.connect_timeout = limit;
        self
    }

    /// How long one request may take, from its start to the end of the reply; a request for a token as well.
    /// Default: 30 s.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.transport.attempt_timeout = limit;
        self
    }

    /// How long a call may take in all: tokens, waiting and every attempt. Default: 120 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// The most bytes of a reply that are read; a larger one is refused, and is not asked for again. Default: 8 MiB.
    ///
    /// A page of a hundred users has some 60 KiB. Of a reply that is not a success, 4 KiB are read in any case.
    pub fn max_reply_size(mut self, bytes: usize) -> Self {
        self.max_reply = Some(bytes);
        self
    }

    /// How calls are tried again. Default: [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The most requests of all calls in a period, those that are tried again included; requests for tokens are
    /// not counted. They go out one by one, evenly spread. Default: as many as the service takes.
    ///
    /// It is a ceiling, not a goal: when the service says that it is too much, the pace falls below it.
    pub fn max_rate(mut self, requests: u32, period: Duration) -> Self {
        self.max_rate = Some(MaxRate { requests, period });
        self
    }

    /// Trusts the certificate authorities in a PEM text, beside the platform's. Verification itself cannot be
    /// turned off.
    pub fn add_certificate_authorities(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.transport.authorities.push(pem.into());
        self
    }

    /// Sends everything through a proxy, such as `http://proxy.example:3128`, in place of the one that the
    /// environment names (`HTTPS_PROXY`, `ALL_PROXY`). Requests to this machine go there directly in any case.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Whether a connection serves several requests, one after the other. Default: true.
    ///
    /// Without it, each request has a connection of its own. That costs a connection and a TLS handshake a request, and
    /// rules out that a reply without a request, sent while the next request is under way, is taken for that request's
    /// reply. A connection on which bytes arrive while it is idle is closed in any case.
    pub fn keep_alive(mut self, keep_alive: bool) -> Self {
        self.transport.keep_alive = keep_alive;
        self
    }

    /// Builds the HTTP clients, for the API and for the token endpoint, from a builder of your own in place of
    /// [`reqwest::ClientBuilder::new`]: for a TLS configuration, a resolver, a local address, the pool's size, or
    /// headers that a gateway wants. It is called for the API, and once more for a token endpoint that is asked.
    ///
    /// What this crate promises is set last and holds in any case: its time limits and `User-Agent`, no redirect,
    /// no `Referer`, no retry by reqwest, no decompression, no log of a connection's bytes, and verified
    /// certificates. The one exception is a TLS backend that is preconfigured on the builder
    /// (`tls_backend_preconfigured`): it verifies what it was configured to. Take reqwest from
    /// [`avepoint_elements::reqwest`](crate::reqwest), which has the right version.
    pub fn http_client<F>(self, builder: F) -> Self
    where
        F: Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    {
        self.try_http_client(move || Ok::<_, Infallible>(builder()))
    }

    /// As [`http_client`](Self::http_client), with a builder that may fail: one that reads a certificate from a file, for
    /// instance. [`build`](Self::build) then gives a configuration error with that cause as its
    /// [source](std::error::Error::source).
    ///
    /// ```
    /// use avepoint_elements::{Credential, Elements, reqwest};
    ///
    /// let builder = Elements::builder().credential(Credential::access_token("token"));
    /// let builder = builder.try_http_client(|| {
    ///     let address = "no address".parse::<std::net::IpAddr>()?;
    ///     Ok::<_, std::net::AddrParseError>(reqwest::ClientBuilder::new().local_address(address))
    /// });
    /// let error = builder.build().unwrap_err();
    /// assert!(error.is_configuration());
    /// assert!(std::error::Error::source(&error).is_some_and(|cause| cause.is::<std::net::AddrParseError>()));
    /// ```
    pub fn try_http_client<F, E>(mut self, builder: F) -> Self
    where
        F: Fn() -> Result<reqwest::ClientBuilder, E> + Send + Sync + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.transport.make_builder = ClientBuilderFactory(Arc::new(move || builder().map_err(Into::into)));
        self
    }

    /// The `User-Agent` header. Default: `avepoint-elements/` and this crate's version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.transport.user_agent = user_agent.into();
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// No credential, an access token that cannot be one, a URL that cannot be used or is not https, or
    /// settings from which no HTTP client can be made; [`Error::is_configuration`] or
    /// [`Error::is_authentication`] is true.
    pub fn build(self) -> Result<Elements> {
        let base = self.endpoint("base URL", self.base_url.as_deref(), self.environment.base_url())?;
        let token = self.endpoint("token URL", self.token_url.as_deref(), self.environment.token_url())?;
        let credential = self.credential.clone().ok_or_else(|| {
            Error::configuration("no credential is set; give a client id with its secret, or an access token")
        })?;
        if credential.needs_endpoint() && self.base_url.is_some() && self.token_url.is_none() {
            return Err(Error::configuration("a base URL of your own needs a token URL as well"));
        }
        credential.check()?;
        self.check_limits()?;
        let transport = self.transport()?;
        let client = Client::new(base.url().as_str(), transport.client(&base)?)
            .map_err(|error| Error::configuration(format!("the base URL cannot be used: {error}")))?;
        let clock: SharedClock = Arc::new(SystemClock);
        let timeout = self.limit();
        let (clock_offset, proxy) = (Arc::new(ClockOffset::default()), transport.proxy_use(&base)?);
        let endpoint = || {
            Ok(TokenEndpoint {
                http: transport.client(&token)?,
                environment: self.token_url.map_or(self.environment.to_string(), |_| token.without_query()),
                url: token,
                connect_timeout: transport.connect_timeout,
                attempt_timeout: transport.attempt_timeout,
                clock_offset: clock_offset.clone(),
            })
        };
        let tokens = credential.into_source(endpoint, clock.clone())?;
        let state = ClientState {
            retry: self.retry,
            budget: Budget::default(),
            throttle: Throttle::new(clock.clone(), self.max_rate),
            clock,
            connect_timeout: transport.connect_timeout,
            attempt_timeout: transport.attempt_timeout,
            max_reply: self.max_reply.unwrap_or(DEFAULT_MAX_REPLY_BYTES),
            clock_offset,
            proxy,
            shutdown: CancellationToken::default(),
            #[cfg(feature = "tracing")]
            server: crate::call::trace::Server::of(base.url()),
        };
        Ok(Elements {
            pipeline: Pipeline {
                client,
                tokens,
                shared: Arc::new(state),
                timeout,
                unbounded_queue: None,
                backs_off: true,
                once_within: None,
                has_reserved_slot: Arc::default(),
            },
        })
    }

    /// How long a whole call may take.
    fn limit(&self) -> Duration {
        self.timeout.unwrap_or(DEFAULT_TIMEOUT)
    }

    /// No time at all is a mistake, not a limit.
    fn check_limits(&self) -> Result<()> {
        let Transport { connect_timeout, attempt_timeout, .. } = self.transport;
        if [connect_timeout, attempt_timeout, self.limit()].iter().any(Duration::is_zero) {
            return Err(Error::configuration("a time limit is zero; leave it unset for the default"));
        }
        if self.max_reply == Some(0) {
            return Err(Error::configuration(
                "the largest reply has no bytes; leave it unset for the default",
            ));
        }
        if self.max_rate.is_some_and(|rate| rate.requests == 0 || rate.period.is_zero()) {
            return Err(Error::configuration("a rate of nothing sends nothing; leave it unset for none"));
        }
        Ok(())
    }

    fn transport(&self) -> Result<Transport> {
        let proxy = self.proxy.as_ref().map(|url| proxy::parse(url.expose())).transpose()?;
        // A request that ends while its connection is still being made would look as if it had been sent: this
        // limit comes first, by more than timers differ.
        let Transport { connect_timeout, attempt_timeout, .. } = self.transport;
        let connect_timeout =
            connect_timeout.min(attempt_timeout.min(self.limit()).mul_f64(CONNECT_TIMEOUT_SHARE));
        Ok(Transport { connect_timeout, proxy, ..self.transport.clone() })
    }

    fn endpoint(&self, what: &str, own: Option<&str>, default: &str) -> Result<Endpoint> {
        Endpoint::new(what, own.unwrap_or(default), self.allow_loopback_http)
    }
}

/// Shows no URL: they are not checked yet, and may hold a password.
impl fmt::Debug for ElementsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ElementsBuilder");
        debug.field("environment", &self.environment).field("credential", &self.credential);
        debug.finish_non_exhaustive()
    }
}
