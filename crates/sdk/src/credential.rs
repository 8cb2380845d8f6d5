//! What the caller proves its identity with.

use std::fmt;
use std::sync::Arc;

use crate::endpoint::Endpoint;
use crate::token::{ClientSecretSource, GivenToken};
use crate::{AccessToken, Result, Secret, TokenSource};

/// What access tokens are obtained with.
#[derive(Clone)]
pub struct Credential(Kind);

#[derive(Clone)]
enum Kind {
    Token(Secret),
    ClientSecret { client_id: String, secret: Secret },
    Source(Arc<dyn TokenSource>),
}

/// Where tokens are obtained, and by what client.
pub(crate) struct TokenEndpoint {
    pub(crate) http: reqwest::Client,
    pub(crate) url: Endpoint,
    /// The environment's name, or its URL, for messages.
    pub(crate) environment: String,
}

impl Credential {
    /// The client id and the client secret of an app registration (Elements > API app registration).
    ///
    /// A token is obtained when it is first needed and kept until a minute before it expires.
    pub fn client_secret(client_id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self(Kind::ClientSecret { client_id: client_id.into(), secret: secret.into() })
    }

    /// An access token that was obtained elsewhere. When it expires, requests fail.
    pub fn access_token(token: impl Into<Secret>) -> Self {
        Self(Kind::Token(token.into()))
    }

    /// A source of your own.
    pub fn source(source: impl TokenSource + 'static) -> Self {
        Self(Kind::Source(Arc::new(source)))
    }

    /// Whether tokens are obtained from the token endpoint.
    pub(crate) fn needs_endpoint(&self) -> bool {
        matches!(self.0, Kind::ClientSecret { .. })
    }

    /// The source of this credential's tokens.
    pub(crate) fn into_source(self, endpoint: TokenEndpoint) -> Result<Arc<dyn TokenSource>> {
        Ok(match self.0 {
            Kind::Source(source) => source,
            Kind::Token(token) => Arc::new(GivenToken(AccessToken::new(token)?)),
            Kind::ClientSecret { client_id, secret } => {
                let TokenEndpoint { http, url, environment } = endpoint;
                Arc::new(ClientSecretSource::new(http, url, client_id, secret, environment))
            }
        })
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Token(_) => f.write_str("AccessToken(..)"),
            Kind::ClientSecret { client_id, .. } => write!(f, "ClientSecret({client_id:?}, ..)"),
            Kind::Source(_) => f.write_str("Source(..)"),
        }
    }
}
