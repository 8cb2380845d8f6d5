//! The access tokens that were issued, and which of them are in force.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use crate::lock::lock;

/// Issues tokens and knows which are in force.
///
/// Time is tokio's: a test that pauses the clock decides when a token expires.
pub(crate) struct Tokens {
    lifetime: Duration,
    granted: Mutex<HashMap<String, IssuedToken>>,
}

struct IssuedToken {
    scopes: BTreeSet<String>,
    /// `None` when the lifetime reaches beyond what the clock can express.
    expires: Option<Instant>,
    /// How many requests it was accepted for.
    uses: u64,
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
        granted.retain(|_, issued| issued.in_force(now));
        granted.insert(token.clone(), IssuedToken { scopes, expires, uses: 0 });
        token
    }

    /// Uses a token for a request and gives its scopes, or `None` when it is unknown, revoked or expired, or was
    /// used for as many requests as a token may be.
    pub(crate) fn accept(&self, token: &str, most: Option<u64>) -> Option<BTreeSet<String>> {
        let mut granted = lock(&self.granted);
        let issued = granted.get_mut(token)?;
        let accepted = issued.in_force(Instant::now()) && most.is_none_or(|most| issued.uses < most);
        issued.uses += u64::from(accepted);
        accepted.then(|| issued.scopes.clone())
    }

    pub(crate) fn revoke_all(&self) {
        lock(&self.granted).clear();
    }
}

impl IssuedToken {
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
        assert!(tokens.accept(&token, None).unwrap().contains("a"));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(tokens.accept(&token, None), None);
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
        assert!(tokens.accept(&token, None).is_some());
        assert_ne!(token, tokens.issue(BTreeSet::new()));
    }
}
