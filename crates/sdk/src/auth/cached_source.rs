//! A token source with the built-in cache before it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use avepoint_elements_client::BoxFuture;

use super::cache::Cache;
use super::token::{AccessToken, Permissions, TokenSource};
use crate::clock::SharedClock;
use crate::error::Result;
use crate::lock::lock;

/// Keeps the tokens of a source, one for each permission that was needed.
///
/// A token for several permissions is refused as a whole where the app lacks one of them.
pub(crate) struct CachedSource {
    source: Arc<dyn TokenSource>,
    clock: SharedClock,
    caches: Mutex<HashMap<Permissions, Arc<Cache>>>,
}

impl CachedSource {
    pub(crate) fn new(source: Arc<dyn TokenSource>, clock: SharedClock) -> Self {
        Self { source, clock, caches: Mutex::default() }
    }

    /// The cache of the tokens with these permissions.
    fn cache(&self, permissions: Permissions) -> Arc<Cache> {
        let mut caches = lock(&self.caches);
        caches.entry(permissions).or_insert_with(|| Arc::new(Cache::new(self.clock.clone()))).clone()
    }

    /// Asks the source, in a future of its own: a refresh runs beside the call that begins it.
    fn fetch(&self, permissions: Permissions) -> impl Future<Output = Result<AccessToken>> + Send + use<> {
        let (source, clock) = (self.source.clone(), self.clock.clone());
        async move {
            let outcome = source.token(permissions).await;
            #[cfg(feature = "tracing")]
            crate::log::token_fetched(permissions, &outcome, clock.now());
            #[cfg(not(feature = "tracing"))]
            let _ = clock;
            outcome
        }
    }
}

impl TokenSource for CachedSource {
    fn token(&self, permissions: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        let cache = self.cache(permissions);
        Box::pin(async move { cache.get_or_fetch(|| self.fetch(permissions)).await })
    }

    fn invalidate(&self, token: &AccessToken) {
        let caches = lock(&self.caches);
        caches.values().for_each(|cache| cache.invalidate(token));
        drop(caches);
        self.source.invalidate(token);
    }
}
