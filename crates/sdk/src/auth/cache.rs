//! The token cache: one fetch serves all calls, a refresh runs ahead of the expiry, and fetches have a minimum interval.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Mutex as FetchLock;
use tokio::time::Instant;

use super::token::AccessToken;
use crate::clock::SharedClock;
use crate::error::{Error, Result};
use crate::lock::lock;

/// A token is not sent in its last seconds, since it could expire on its way to the service; a token with a short life,
/// in its last tenth.
const EXPIRY_MARGIN: Duration = Duration::from_secs(10);
const EXPIRY_MARGIN_SHARE: u32 = 10;
/// A refresh starts this long before a token expires, while calls go on with that token; of a short life, in its last
/// fifth.
const REFRESH_WINDOW: Duration = Duration::from_secs(300);
const REFRESH_WINDOW_SHARE: u32 = 5;
/// The least time between two requests for a token, whatever the token endpoint answers.
const MIN_FETCH_INTERVAL: Duration = Duration::from_secs(1);
/// For how long a refused credential, or a wrong token URL, fails calls without another request.
const CREDENTIAL_ERROR_TTL: Duration = Duration::from_secs(10);
/// The longest `Retry-After` of the token endpoint that is honoured.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// How soon a failed refresh is tried again.
const REFRESH_RETRY_DELAY: Duration = Duration::from_secs(30);

/// The one token in use.
pub(crate) struct Cache {
    clock: SharedClock,
    /// Held during a fetch. A cancelled call leaves it to the next call.
    fetching: Arc<FetchLock<()>>,
    state: Mutex<CacheState>,
}

#[derive(Default)]
struct CacheState {
    token: Option<AccessToken>,
    /// Up to when `token` may be sent, and when a refresh is due.
    usable_until: Option<Instant>,
    refresh_at: Option<Instant>,
    /// When a token was last asked for.
    asked: Option<Instant>,
    /// How many requests for a token have ended.
    ended: u64,
    /// How the last one failed, if it did, and when.
    failure: Option<(Instant, Error)>,
}

/// What a call may do, as the cache stands.
enum Lookup {
    Use(AccessToken),
    /// Use it, and refresh it unless a refresh is under way.
    Refresh(AccessToken),
    Fetch,
}

impl Cache {
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self { clock, fetching: Arc::new(FetchLock::new(())), state: Mutex::default() }
    }

    /// The token in use, or a new one by `fetch`.
    ///
    /// A refresh ahead of the expiry is a task of its own, and no call waits for it. Calls without a valid token wait for
    /// the fetch under way and share its outcome.
    ///
    /// # Errors
    /// Why no token could be fetched, where none is valid.
    pub(crate) async fn get_or_fetch<F>(self: &Arc<Self>, fetch: impl Fn() -> F) -> Result<AccessToken>
    where
        F: Future<Output = Result<AccessToken>> + Send + 'static,
    {
        match self.lookup() {
            Lookup::Use(token) => return Ok(token),
            Lookup::Refresh(token) => {
                self.refresh(fetch);
                return Ok(token);
            }
            Lookup::Fetch => {}
        }
        let before = self.state().ended;
        let _guard = self.fetching.lock().await;
        if let Lookup::Use(token) | Lookup::Refresh(token) = self.lookup() {
            return Ok(token);
        }
        if let Some(error) = self.known_failure(before) {
            return Err(error);
        }
        self.wait_for_min_interval().await;
        self.fetch(fetch()).await
    }

    /// Refreshes the token, unless a refresh is under way.
    fn refresh<F>(self: &Arc<Self>, fetch: impl Fn() -> F)
    where
        F: Future<Output = Result<AccessToken>> + Send + 'static,
    {
        let Ok(guard) = self.fetching.clone().try_lock_owned() else { return };
        // Another call may have renewed it since.
        let Lookup::Refresh(_) = self.lookup() else { return };
        // Should it fail, the next renewal is not due before then.
        self.state().refresh_at = Some(self.clock.now() + REFRESH_RETRY_DELAY);
        let (cache, fetched) = (self.clone(), fetch());
        tokio::spawn(async move {
            let _guard = guard;
            // What became of it stands in the cache.
            let _ = cache.fetch(fetched).await;
        });
    }

    /// Forgets a token, unless another has taken its place.
    pub(crate) fn invalidate(&self, token: &AccessToken) {
        self.state().token.take_if(|kept| kept == token);
    }

    fn lookup(&self) -> Lookup {
        let state = self.state();
        let now = self.clock.now();
        match &state.token {
            Some(token) if state.usable_until.is_none_or(|usable| now < usable) => {
                let due = state.refresh_at.is_some_and(|renew| now >= renew);
                if due { Lookup::Refresh(token.clone()) } else { Lookup::Use(token.clone()) }
            }
            _ => Lookup::Fetch,
        }
    }

    /// A failure that ended while this call was waiting, or a refusal that still stands.
    fn known_failure(&self, before: u64) -> Option<Error> {
        let state = self.state();
        let (at, error) = state.failure.as_ref()?;
        let asked = error.retry_after().unwrap_or_default().min(MAX_WAIT);
        let stands = if error.is_authentication() || error.is_configuration() {
            CREDENTIAL_ERROR_TTL.max(asked)
        } else {
            asked
        };
        let passed = self.clock.now().saturating_duration_since(*at);
        let wait = error.retry_after().map(|asked| asked.saturating_sub(passed));
        (passed < stands || state.ended > before).then(|| error.clone().asking(wait))
    }

    async fn wait_for_min_interval(&self) {
        let due = self.state().asked.map(|asked| asked + MIN_FETCH_INTERVAL);
        if let Some(due) = due.filter(|due| *due > self.clock.now()) {
            self.clock.sleep_until(due).await;
        }
    }

    async fn fetch(&self, fetched: impl Future<Output = Result<AccessToken>>) -> Result<AccessToken> {
        self.state().asked = Some(self.clock.now());
        let outcome = fetched.await;
        let now = self.clock.now();
        let mut state = self.state();
        state.ended += 1;
        match &outcome {
            Ok(token) => {
                state.refresh_at =
                    token.expiry().map(|end| now + refresh_after(end.saturating_duration_since(now)));
                state.usable_until =
                    token.expiry().map(|end| now + usable_for(end.saturating_duration_since(now)));
                state.token = Some(token.clone());
                state.failure = None;
            }
            Err(error) => state.failure = Some((now, error.clone())),
        }
        outcome
    }

    fn state(&self) -> MutexGuard<'_, CacheState> {
        lock(&self.state)
    }
}

/// For how long a token with this much life left is sent: a second at least, since it was asked for just now.
fn usable_for(left: Duration) -> Duration {
    left.saturating_sub(EXPIRY_MARGIN.min(left / EXPIRY_MARGIN_SHARE)).max(MIN_FETCH_INTERVAL)
}

/// After how long it is renewed.
fn refresh_after(left: Duration) -> Duration {
    left.saturating_sub(REFRESH_WINDOW.min(left / REFRESH_WINDOW_SHARE)).max(MIN_FETCH_INTERVAL)
}

#[cfg(test)]
mod tests;
