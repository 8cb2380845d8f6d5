//! A token that the caller has already.

use avepoint_elements_client::BoxFuture;

use super::{AccessToken, TokenSource};
use crate::Result;

/// Gives the same token every time; when it expires, requests fail.
pub(crate) struct GivenToken(pub(crate) AccessToken);

impl TokenSource for GivenToken {
    fn token(&self) -> BoxFuture<'_, Result<AccessToken>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}
