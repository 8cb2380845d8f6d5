//! Settings, checked when the client is built.

use std::time::Duration;

use avepoint_elements_client::{Client, Environment};

use crate::credential::TokenEndpoint;
use crate::endpoint::Endpoint;
use crate::transport::Transport;
use crate::{Credential, Elements, Error, Result};

/// Makes an [`Elements`]. Everything but the credential has a default.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ElementsBuilder {
    environment: Environment,
    base_url: Option<String>,
    token_url: Option<String>,
    allow_loopback_http: bool,
    credential: Option<Credential>,
    transport: Transport,
}

impl ElementsBuilder {
    /// The environment, whose URLs are used where none is set. Default: [`Environment::Commercial`].
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// A base URL of your own in place of the environment's, such as `https://gateway.example/partner`.
    ///
    /// A credential that obtains tokens then needs a [`token_url`](Self::token_url) as well, so that no secret
    /// goes to a host that nobody named.
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

    /// How long making a connection may take, TLS included. Default: 10 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.transport.connect_timeout = limit;
        self
    }

    /// How long a request may take from its start to the end of the reply, the connection included.
    /// A request for a token has a limit of its own, as long. Default: 30 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.transport.timeout = limit;
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
        let credential = self.credential.ok_or_else(|| {
            Error::configuration("no credential is set; give a client id with its secret, or an access token")
        })?;
        if credential.needs_endpoint() && self.base_url.is_some() && self.token_url.is_none() {
            return Err(Error::configuration("a base URL of your own needs a token URL as well"));
        }
        let loopback = base.is_loopback();
        let http = Transport { loopback, ..self.transport.clone() }.client()?;
        let token_http = Transport { loopback: token.is_loopback(), ..self.transport }.client()?;
        let client = Client::new(base.url().as_str(), http)
            .map_err(|error| Error::configuration(format!("the base URL cannot be used: {error}")))?;
        let environment = match self.token_url {
            None => self.environment.to_string(),
            Some(_) => token.url().to_string(),
        };
        let source = credential.into_source(TokenEndpoint { http: token_http, url: token, environment })?;
        Ok(Elements::new(client, source))
    }

    fn endpoint(&self, what: &str, own: Option<&str>, default: &str) -> Result<Endpoint> {
        Endpoint::new(what, own.unwrap_or(default), self.allow_loopback_http)
    }
}
