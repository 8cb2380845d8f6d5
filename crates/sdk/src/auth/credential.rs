//! What the caller proves its identity with.

use std::fmt;
use std::sync::Arc;

use crate::auth::cached_source::CachedSource;
use crate::auth::client_credentials::{ClientCredentials, ClientProof, TokenEndpoint};
use crate::auth::secret::Secret;
use crate::auth::token::{AccessToken, StaticToken, TokenSource};
use crate::clock::SharedClock;
use crate::error::{Error, Result};

/// What access tokens are obtained with.
#[derive(Clone)]
pub struct Credential(CredentialKind);

#[derive(Clone)]
enum CredentialKind {
    Token(Secret),
    Client { id: String, proof: ClientProof },
    Source(Arc<dyn TokenSource>),
    Cached(Arc<dyn TokenSource>),
}

impl Credential {
    /// The client id and the client secret of an app registration (Elements > API app registration).
    ///
    /// A token is obtained when it is first needed, kept for all calls, and renewed five minutes before it
    /// expires.
    pub fn client_secret(client_id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self(CredentialKind::Client { id: client_id.into(), proof: ClientProof::Secret(secret.into()) })
    }

    /// The client id of an app registration, and a certificate that is registered with it.
    ///
    /// Tokens are kept and renewed as with [`client_secret`](Self::client_secret).
    #[cfg(feature = "certificate")]
    pub fn certificate(
        client_id: impl Into<String>,
        certificate: crate::auth::certificate::Certificate,
    ) -> Self {
        Self(CredentialKind::Client { id: client_id.into(), proof: ClientProof::Certificate(certificate) })
    }

    /// An access token that was obtained elsewhere. When it expires, requests fail.
    pub fn access_token(token: impl Into<Secret>) -> Self {
        Self(CredentialKind::Token(token.into()))
    }

    /// A source of your own, which keeps the tokens that it gives: it is asked before every request.
    ///
    /// [`cached`](Self::cached) keeps them for a source that does not.
    pub fn source(source: impl TokenSource + 'static) -> Self {
        Self(CredentialKind::Source(Arc::new(source)))
    }

    /// A source of your own, whose tokens are kept and renewed as with [`client_secret`](Self::client_secret).
    ///
    /// The source is asked once for all calls that wait, and for each set of permissions. A token that is known to
    /// [expire](AccessToken::with_expiry) is renewed five minutes ahead, beside the calls; one that is not is used until the
    /// service refuses it, and then fetched anew. The source is asked at most once a second and, after an error that
    /// [is about authentication](Error::is_authentication), once in ten seconds.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use avepoint_elements::{AccessToken, BoxFuture, Credential, Permissions, Result, TokenSource};
    ///
    /// /// Asks a vault each time.
    /// struct Vault;
    ///
    /// impl TokenSource for Vault {
    ///     fn token(&self, _: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
    ///         Box::pin(async {
    ///             let hour = Duration::from_secs(3600);
    ///             Ok(AccessToken::new("from the vault")?.with_expiry(tokio::time::Instant::now() + hour))
    ///         })
    ///     }
    /// }
    ///
    /// let credential = Credential::cached(Vault);
    /// ```
    pub fn cached(source: impl TokenSource + 'static) -> Self {
        Self(CredentialKind::Cached(Arc::new(source)))
    }

    /// Refuses a client id or a secret that is empty, as a missing variable makes them.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.0 {
            CredentialKind::Client { id, .. } if id.trim().is_empty() => {
                Err(Error::configuration("the client id is empty"))
            }
            CredentialKind::Client { proof: ClientProof::Secret(secret), .. }
                if secret.expose().is_empty() =>
            {
                Err(Error::configuration("the client secret is empty"))
            }
            _ => Ok(()),
        }
    }

    /// Whether tokens are obtained from the token endpoint.
    pub(crate) fn needs_endpoint(&self) -> bool {
        matches!(self.0, CredentialKind::Client { .. })
    }

    /// The source of this credential's tokens; `endpoint` is made where one is asked.
    pub(crate) fn into_source(
        self,
        endpoint: impl FnOnce() -> Result<TokenEndpoint>,
        clock: SharedClock,
    ) -> Result<Arc<dyn TokenSource>> {
        Ok(match self.0 {
            CredentialKind::Source(source) => source,
            CredentialKind::Token(token) => Arc::new(StaticToken(AccessToken::new(token)?)),
            CredentialKind::Cached(source) => Arc::new(CachedSource::new(source, clock)),
            CredentialKind::Client { id, proof } => {
                let source = ClientCredentials::new(id, proof, endpoint()?, clock.clone());
                Arc::new(CachedSource::new(Arc::new(source), clock))
            }
        })
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            CredentialKind::Token(_) => f.write_str("AccessToken(..)"),
            CredentialKind::Client { id, .. } => write!(f, "Client({id:?}, ..)"),
            CredentialKind::Source(_) => f.write_str("Source(..)"),
            CredentialKind::Cached(_) => f.write_str("Cached(..)"),
        }
    }
}
