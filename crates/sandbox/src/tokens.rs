//! The access tokens in force.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use crate::state::lock;

/// Issues tokens and knows which are in force.
///
/// Time is tokio's, so that a test that pauses the clock decides when a token expires.
pub(crate) struct Tokens {
    lifetime: Duration,
    granted: Mutex<HashMap<String, Grant>>,
}

struct Grant {
    scopes: BTreeSet<String>,
    /// `None` when the lifetime reaches beyond what the clock can express.
    expires: Option<Instant>,
}

impl Tokens {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { lifetime, granted: Mutex::default() }
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A new token for these scopes. Expired ones are forgotten on the way, which bounds the memory.
    pub(crate) fn issue(&self, scopes: BTreeSet<String>) -> String {
        // Twice 122 random bits, and nothing in it that a client could read.
        let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let now = Instant::now();
        let expires = now.checked_add(self.lifetime);
        let mut granted = lock(&self.granted);
        granted.retain(|_, grant| grant.in_force(now));
        granted.insert(token.clone(), Grant { scopes, expires });
        token
    }

    /// The scopes of a token, or `None` when it is unknown, revoked or expired.
    pub(crate) fn scopes(&self, token: &str) -> Option<BTreeSet<String>> {
        let granted = lock(&self.granted);
        let grant = granted.get(token)?;
        grant.in_force(Instant::now()).then(|| grant.scopes.clone())
    }

    pub(crate) fn revoke_all(&self) {
        lock(&self.granted).clear();
    }
}

impl Grant {
    fn in_force(&self, now: Instant) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }
}

#[cfg(test)]
mod tests {
    use super::Tokens;
    use std::collections::BTreeSet;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_in_force_until_its_lifetime_is_over() {
        let tokens = Tokens::new(Duration::from_secs(10));
        let token = tokens.issue(BTreeSet::from(["a".to_owned()]));
        tokio::time::advance(Duration::from_millis(9_999)).await;
        assert!(tokens.scopes(&token).unwrap().contains("a"));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(tokens.scopes(&token), None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_expired_token_is_forgotten_when_the_next_is_issued() {
        let tokens = Tokens::new(Duration::from_secs(10));
        tokens.issue(BTreeSet::new());
        tokio::time::advance(Duration::from_secs(10)).await;
        tokens.issue(BTreeSet::new());
        assert_eq!(tokens.granted.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_lifetime_beyond_the_clock_never_ends() {
        let tokens = Tokens::new(Duration::MAX);
        let token = tokens.issue(BTreeSet::new());
        assert!(tokens.scopes(&token).is_some());
        assert_ne!(token, tokens.issue(BTreeSet::new()));
    }
}
