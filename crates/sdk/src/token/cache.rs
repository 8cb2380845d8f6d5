//! Keeps a token until shortly before it expires.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::AccessToken;
use crate::Result;

/// A token is renewed this long before it expires, so that none expires on its way to the service.
const MARGIN: Duration = Duration::from_secs(60);

/// The one token in use.
#[derive(Default)]
pub(super) struct Cache {
    token: Mutex<Option<AccessToken>>,
}

impl Cache {
    /// The token in use, or a new one by `fetch`.
    ///
    /// While one caller fetches, the others wait for its outcome; a caller that is cancelled leaves the turn
    /// to the next.
    pub(super) async fn get_or_fetch(
        &self,
        fetch: impl Future<Output = Result<AccessToken>>,
    ) -> Result<AccessToken> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| is_fresh(token)) {
            return Ok(token.clone());
        }
        let token = fetch.await?;
        *kept = Some(token.clone());
        Ok(token)
    }

    /// Forgets a token, unless another has taken its place or is just being fetched.
    pub(super) fn forget(&self, token: &AccessToken) {
        if let Ok(mut kept) = self.token.try_lock() {
            kept.take_if(|kept| kept.same(token));
        }
    }
}

fn is_fresh(token: &AccessToken) -> bool {
    token.expires().is_some_and(|expires| Instant::now() + MARGIN < expires)
}
