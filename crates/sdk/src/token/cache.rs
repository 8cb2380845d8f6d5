//! Keeps a token for all calls: fetched by one, renewed ahead of time, never asked for too often.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as Turn;
use tokio::time::Instant;

use super::AccessToken;
use crate::clock::SharedClock;
use crate::{Error, Result};

/// A token is not used in its last seconds, so that none expires on its way to the service; of a short life, in
/// its last tenth.
const UNUSABLE: Duration = Duration::from_secs(10);
const UNUSABLE_SHARE: u32 = 10;
/// A token is renewed this long before it expires, by one call, while the others go on with it; of a short
/// life, in its last fifth.
const AHEAD: Duration = Duration::from_secs(300);
const AHEAD_SHARE: u32 = 5;
/// Requests for a token are at least this far apart, whatever the token endpoint answers.
const APART: Duration = Duration::from_secs(1);
/// For how long a refusal of the credential stands, without asking again.
const REFUSED: Duration = Duration::from_secs(10);
/// The longest wait asked for by the token endpoint that is kept to.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How soon a renewal ahead of time that failed is tried again.
const AGAIN: Duration = Duration::from_secs(30);

/// The one token in use.
pub(crate) struct Cache {
    clock: SharedClock,
    /// Held by the one that fetches. A call that is cancelled leaves it to the next.
    turn: Arc<Turn<()>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<AccessToken>,
    /// Up to when `token` may be sent, and when it is to be renewed ahead of that.
    usable: Option<Instant>,
    renew: Option<Instant>,
    /// When a token was last asked for.
    asked: Option<Instant>,
    /// How many requests for a token have ended.
    ended: u64,
    /// How the last one failed, if it did, and when.
    failure: Option<(Instant, Error)>,
}

/// What a call may do, as the cache stands.
enum Verdict {
    Use(AccessToken),
    /// Use it, or renew it if nobody else does.
    Renew(AccessToken),
    Fetch,
}

impl Cache {
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self { clock, turn: Arc::new(Turn::new(())), state: Mutex::default() }
    }

    /// The token in use, or a new one by `fetch`.
    ///
    /// A token is renewed ahead of its end by a task of its own, which holds up nobody. While a token is fetched, those
    /// that have a valid one go on with it, and the others wait for the outcome and share it.
    ///
    /// # Errors
    /// Why no token could be fetched, where none is valid.
    pub(crate) async fn get_or_fetch<F>(self: &Arc<Self>, fetch: impl Fn() -> F) -> Result<AccessToken>
    where
        F: Future<Output = Result<AccessToken>> + Send + 'static,
    {
        match self.verdict() {
            Verdict::Use(token) => return Ok(token),
            Verdict::Renew(token) => {
                self.renew(fetch);
                return Ok(token);
            }
            Verdict::Fetch => {}
        }
        let before = self.state().ended;
        let _turn = self.turn.lock().await;
        if let Verdict::Use(token) | Verdict::Renew(token) = self.verdict() {
            return Ok(token);
        }
        if let Some(error) = self.known_failure(before) {
            return Err(error);
        }
        self.wait_until_asking_is_due().await;
        self.fetch(fetch()).await
    }

    /// Renews the token, unless somebody else does.
    fn renew<F>(self: &Arc<Self>, fetch: impl Fn() -> F)
    where
        F: Future<Output = Result<AccessToken>> + Send + 'static,
    {
        let Ok(turn) = self.turn.clone().try_lock_owned() else { return };
        // Another call may have renewed it since.
        let Verdict::Renew(_) = self.verdict() else { return };
        // Should it fail, the next renewal is not due before then.
        self.state().renew = Some(self.clock.now() + AGAIN);
        let (cache, fetched) = (self.clone(), fetch());
        tokio::spawn(async move {
            let _turn = turn;
            // What became of it stands in the cache.
            let _ = cache.fetch(fetched).await;
        });
    }

    /// Forgets a token, unless another has taken its place.
    pub(crate) fn forget(&self, token: &AccessToken) {
        self.state().token.take_if(|kept| kept.same(token));
    }

    fn verdict(&self) -> Verdict {
        let state = self.state();
        let now = self.clock.now();
        match &state.token {
            Some(token) if state.usable.is_none_or(|usable| now < usable) => {
                let due = state.renew.is_some_and(|renew| now >= renew);
                if due { Verdict::Renew(token.clone()) } else { Verdict::Use(token.clone()) }
            }
            _ => Verdict::Fetch,
        }
    }

    /// A failure that ended while this call was waiting, or a refusal that still stands.
    fn known_failure(&self, before: u64) -> Option<Error> {
        let state = self.state();
        let (at, error) = state.failure.as_ref()?;
        let asked = error.retry_after().unwrap_or_default().min(LONGEST_WAIT);
        let stands = if error.is_authentication() { REFUSED.max(asked) } else { asked };
        let passed = self.clock.now().saturating_duration_since(*at);
        let wait = error.retry_after().map(|asked| asked.saturating_sub(passed));
        (passed < stands || state.ended > before).then(|| error.copy().asking(wait))
    }

    async fn wait_until_asking_is_due(&self) {
        let due = self.state().asked.map(|asked| asked + APART);
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
                state.renew = token.expires().map(|end| now + renewal(end.saturating_duration_since(now)));
                state.usable = token.expires().map(|end| now + use_of(end.saturating_duration_since(now)));
                state.token = Some(token.clone());
                state.failure = None;
            }
            Err(error) => state.failure = Some((now, error.copy())),
        }
        outcome
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For how long a token with this much life left is sent: a second at least, since it was asked for just now.
fn use_of(left: Duration) -> Duration {
    left.saturating_sub(UNUSABLE.min(left / UNUSABLE_SHARE)).max(APART)
}

/// After how long it is renewed.
fn renewal(left: Duration) -> Duration {
    left.saturating_sub(AHEAD.min(left / AHEAD_SHARE)).max(APART)
}

#[cfg(test)]
mod tests;
