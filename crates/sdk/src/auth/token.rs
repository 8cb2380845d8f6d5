//! Access tokens and where they come from.

use std::fmt;
use std::sync::Arc;

use avepoint_elements_client::BoxFuture;
use bytes::Bytes;
use reqwest::header::HeaderValue;
use tokio::time::Instant;

use crate::auth::secret::Secret;
use crate::error::{Error, Result};

/// The permissions that an operation needs, as the contract names them: all of them, in one token.
pub type Permissions = &'static [&'static str];

/// Where access tokens come from. Implement it to bring your own.
///
/// [`token`](Self::token) is called before every request, so a source keeps the token it has for as long as
/// it is valid. It is told which permissions the request needs: a source may have one token for all, or one for each.
///
/// ```
/// use avepoint_elements::{AccessToken, BoxFuture, Permissions, Result, TokenSource};
///
/// /// Reads the token from where another program keeps it current.
/// struct Shared(std::path::PathBuf);
///
/// impl TokenSource for Shared {
///     fn token(&self, _: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
///         Box::pin(async {
///             let text = std::fs::read_to_string(&self.0).map_err(|error| {
///                 avepoint_elements::Error::authentication("no token was left for us").with_source(error)
///             })?;
///             AccessToken::new(text)
///         })
///     }
/// }
/// ```
pub trait TokenSource: Send + Sync {
    /// A token that is valid now, with these permissions.
    ///
    /// # Errors
    /// Why there is none: [`Error::authentication`] where it will not pass by itself, and
    /// [`Error::token_unavailable`] where it may, which is tried again as other failures are.
    fn token(&self, permissions: Permissions) -> BoxFuture<'_, Result<AccessToken>>;

    /// The service refused a token: the source must not give it again, and keeps another one that it has since (tokens can be
    /// compared). Does nothing unless implemented.
    fn invalidate(&self, token: &AccessToken) {
        let _ = token;
    }
}

/// What stands before the token in its header (RFC 6750, section 2.1).
const SCHEME: &str = "Bearer ";

/// An access token. A clone shares the text, which is wiped when the last one is dropped.
#[derive(Clone)]
pub struct AccessToken(Arc<Token>);

#[derive(Clone)]
struct Token {
    /// The whole value of the header.
    text: Arc<Secret>,
    /// The same memory, as every request shares it.
    authorization: HeaderValue,
    expires: Option<Instant>,
    scopes: Vec<String>,
}

impl AccessToken {
    /// A token of unknown lifetime. White space around it, such as a file's last line end, is dropped.
    ///
    /// # Errors
    /// A text that cannot stand in an `Authorization` header: empty, or with other than visible ASCII.
    pub fn new(text: impl Into<Secret>) -> Result<Self> {
        let text = text.into();
        let token = text.expose().trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::authentication(
                "the access token is empty or holds something else than visible ASCII characters",
            ));
        }
        // In one piece, since a text that grows leaves parts of itself behind.
        let text = Arc::new(Secret::from([SCHEME, token].concat()));
        let mut authorization = HeaderValue::from_maybe_shared(Bytes::from_owner(SharedSecret(text.clone())))
            .map_err(|_| Error::authentication("the access token cannot stand in a header"))?;
        authorization.set_sensitive(true);
        Ok(Self(Arc::new(Token { text, authorization, expires: None, scopes: Vec::new() })))
    }

    /// The same token, known to be valid until `instant`.
    #[must_use]
    pub fn with_expiry(mut self, instant: Instant) -> Self {
        Arc::make_mut(&mut self.0).expires = Some(instant);
        self
    }

    /// The same token, known to have these permissions.
    #[must_use]
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        Arc::make_mut(&mut self.0).scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// When it expires, where that is known.
    pub fn expiry(&self) -> Option<Instant> {
        self.0.expires
    }

    /// The permissions that it is known to have.
    pub fn scopes(&self) -> &[String] {
        &self.0.scopes
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0.text.expose()[SCHEME.len()..]
    }

    /// The value of the `Authorization` header, which HTTP libraries keep out of their logs.
    pub(crate) fn authorization(&self) -> HeaderValue {
        self.0.authorization.clone()
    }
}

/// Two are equal that have the same text, whatever is known of them: a source compares the one that was refused with its own.
impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for AccessToken {}

/// Shows everything but the token.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("AccessToken");
        debug.field("expires", &self.0.expires).field("scopes", &self.0.scopes).finish_non_exhaustive()
    }
}

/// Gives the caller's own token every time; when it expires, requests fail.
pub(crate) struct StaticToken(pub(crate) AccessToken);

impl TokenSource for StaticToken {
    fn token(&self, _: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

/// A text as a buffer that lives as long as any request that it is part of.
struct SharedSecret(Arc<Secret>);

impl AsRef<[u8]> for SharedSecret {
    fn as_ref(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_wiped_with_the_last_request_that_holds_it() {
        let token = AccessToken::new("token").unwrap();
        let text = Arc::downgrade(&token.0.text);
        let header = token.authorization();
        assert_eq!(header.as_bytes(), b"Bearer token");
        drop((token.clone(), token));
        assert!(text.upgrade().is_some(), "a request still holds it");
        drop(header);
        assert!(text.upgrade().is_none(), "nothing holds it any more");
    }
}
