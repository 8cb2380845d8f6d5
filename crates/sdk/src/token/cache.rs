//! Keeps a token for all calls: fetched by one, renewed ahead of time, never asked for too often.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as Turn;
use tokio::time::Instant;

use super::AccessToken;
use crate::call::Deadline;
use crate::clock::SharedClock;
use crate::{Error, Result};

/// A token is not used in its last seconds, so that none expires on its way to the service.
const UNUSABLE: Duration = Duration::from_secs(10);
/// A token is renewed this long before it expires, by one call, while the others go on with it; of a short
/// life, in its last fifth.
const AHEAD: Duration = Duration::from_secs(300);
const AHEAD_SHARE: u32 = 5;
/// Requests for a token are at least this far apart, whatever the token endpoint answers.
const APART: Duration = Duration::from_secs(1);
/// For how long a refusal of the credential stands, without asking again.
const REFUSED: Duration = Duration::from_secs(10);
/// For how long the call that renews ahead of time waits for it, since it has a token that is still valid.
const PATIENCE: Duration = Duration::from_secs(5);
/// How soon a renewal ahead of time that failed is tried again.
const AGAIN: Duration = Duration::from_secs(30);

/// The one token in use.
pub(crate) struct Cache {
    clock: SharedClock,
    /// Held by the one call that fetches. A call that is cancelled leaves it to the next.
    turn: Turn<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<AccessToken>,
    /// When `token` is to be renewed ahead of its end.
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
        Self { clock, turn: Turn::new(()), state: Mutex::default() }
    }

    /// The token in use, or a new one by `fetch`.
    ///
    /// While one call fetches, those that have a valid token go on with it, and the others wait for the
    /// outcome and share it.
    ///
    /// # Errors
    /// Why no token could be fetched, where none is valid.
    pub(crate) async fn get_or_fetch<F>(&self, fetch: impl Fn() -> F) -> Result<AccessToken>
    where
        F: Future<Output = Result<AccessToken>>,
    {
        let before = self.state().ended;
        match self.verdict() {
            Verdict::Use(token) => return Ok(token),
            Verdict::Renew(token) => {
                let Ok(_turn) = self.turn.try_lock() else { return Ok(token) };
                // Another call may have renewed it since.
                let Verdict::Renew(token) = self.verdict() else { return Ok(self.current(token)) };
                let renewed = Deadline::after(&self.clock, PATIENCE).bound(self.fetch(&fetch)).await;
                if renewed.is_none() {
                    self.state().renew = Some(self.clock.now() + AGAIN);
                }
                return Ok(renewed.and_then(Result::ok).unwrap_or(token));
            }
            Verdict::Fetch => {}
        }
        let _turn = self.turn.lock().await;
        if let Verdict::Use(token) | Verdict::Renew(token) = self.verdict() {
            return Ok(token);
        }
        if let Some(error) = self.known_failure(before) {
            return Err(error);
        }
        self.wait_until_asking_is_due().await;
        self.fetch(&fetch).await
    }

    /// Forgets a token, unless another has taken its place.
    pub(crate) fn forget(&self, token: &AccessToken) {
        self.state().token.take_if(|kept| kept.same(token));
    }

    /// The token in use, or `token` where there is none any more.
    fn current(&self, token: AccessToken) -> AccessToken {
        self.state().token.clone().unwrap_or(token)
    }

    fn verdict(&self) -> Verdict {
        let state = self.state();
        let now = self.clock.now();
        match &state.token {
            Some(token) if is_usable(&state, token, now) => {
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
        let stands = error.is_authentication() && self.clock.now() < *at + REFUSED;
        (stands || state.ended > before).then(|| error.copy())
    }

    async fn wait_until_asking_is_due(&self) {
        let due = self.state().asked.map(|asked| asked + APART);
        if let Some(due) = due.filter(|due| *due > self.clock.now()) {
            self.clock.sleep_until(due).await;
        }
    }

    async fn fetch<F>(&self, fetch: &impl Fn() -> F) -> Result<AccessToken>
    where
        F: Future<Output = Result<AccessToken>>,
    {
        self.state().asked = Some(self.clock.now());
        let outcome = fetch().await;
        let now = self.clock.now();
        let mut state = self.state();
        state.ended += 1;
        match &outcome {
            Ok(token) => {
                state.renew = token.expires().map(|end| renewal(now, end));
                state.token = Some(token.clone());
                state.failure = None;
            }
            Err(error) => {
                state.renew = state.renew.map(|_| now + AGAIN);
                state.failure = Some((now, error.copy()));
            }
        }
        outcome
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a token may be sent: not in its last seconds, unless it was asked for just now and has no more.
fn is_usable(state: &State, token: &AccessToken, now: Instant) -> bool {
    let Some(end) = token.expires() else { return true };
    let just_now = state.asked.is_some_and(|asked| now < asked + APART);
    just_now || now + UNUSABLE < end
}

fn renewal(now: Instant, end: Instant) -> Instant {
    let left = end.saturating_duration_since(now);
    now + left.saturating_sub(AHEAD.min(left / AHEAD_SHARE)).max(APART)
}

#[cfg(test)]
mod tests;
