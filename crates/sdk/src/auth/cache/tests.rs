//! The cache on a paused clock, with a token endpoint that waits at a gate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Semaphore;

use super::*;
use crate::clock::fake::FakeClock;
use crate::error::{Limit, Stage};

const HOUR: Duration = Duration::from_secs(3600);

/// A token endpoint that waits at a gate, counts, and answers as the test says.
struct Endpoint {
    clock: SharedClock,
    cache: Arc<Cache>,
    gate: Semaphore,
    requests: AtomicU32,
    life: Mutex<Option<Duration>>,
}

impl Endpoint {
    fn new(life: Option<Duration>) -> Arc<Self> {
        let clock: SharedClock = FakeClock::with([]);
        let cache = Arc::new(Cache::new(clock.clone()));
        let (gate, requests) = (Semaphore::new(0), AtomicU32::new(0));
        Arc::new(Self { clock, cache, gate, requests, life: Mutex::new(life) })
    }

    fn open(life: Option<Duration>) -> Arc<Self> {
        let endpoint = Self::new(life);
        endpoint.gate.add_permits(1000);
        endpoint
    }

    async fn token(self: &Arc<Self>) -> Result<AccessToken> {
        self.cache.get_or_fetch(|| self.clone().answer()).await
    }

    async fn answer(self: Arc<Self>) -> Result<AccessToken> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        self.gate.acquire().await.unwrap().forget();
        let life = *self.life.lock().unwrap();
        let life = life.ok_or_else(|| Error::timed_out(Stage::Token, Limit::Attempt(HOUR)))?;
        Ok(AccessToken::new(format!("token-{number}"))?.with_expiry(self.clock.now() + life))
    }

    fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    async fn pass(&self, time: Duration) {
        self.clock.sleep_until(self.clock.now() + time).await;
    }
}

fn text(token: &AccessToken) -> String {
    token.authorization().to_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_at_once_cause_one_request() {
    for _ in 0..1000 {
        let endpoint = Endpoint::new(Some(HOUR));
        let started = Arc::new(AtomicU32::new(0));
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (endpoint, started) = (endpoint.clone(), started.clone());
            calls.spawn(async move {
                started.fetch_add(1, Ordering::Relaxed);
                endpoint.token().await.map(|token| text(&token))
            });
        }
        // Every call has started and waits before the gate opens.
        while started.load(Ordering::Relaxed) < 100 {
            tokio::task::yield_now().await;
        }
        endpoint.gate.add_permits(100);
        let tokens = calls.join_all().await;
        assert!(tokens.iter().all(|token| token.as_ref().unwrap() == "Bearer token-1"));
        assert_eq!(endpoint.requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_by_those_that_waited_for_it() {
    let endpoint = Endpoint::new(None);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let endpoint = endpoint.clone();
        calls.spawn(async move { endpoint.token().await.is_err() });
    }
    tokio::task::yield_now().await;
    endpoint.gate.add_permits(100);
    assert!(calls.join_all().await.into_iter().all(|failed| failed));
    assert_eq!(endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn cancelling_the_call_that_fetches_leaves_the_fetch_to_the_next_call() {
    let endpoint = Endpoint::new(Some(HOUR));
    let spawn = || {
        tokio::spawn({
            let endpoint = endpoint.clone();
            async move { endpoint.token().await }
        })
    };
    let first = spawn();
    tokio::task::yield_now().await;
    let second = spawn();
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    endpoint.gate.add_permits(1);
    second.await.unwrap().unwrap();
    assert_eq!(endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_while_the_others_go_on_with_it() {
    let endpoint = Endpoint::new(Some(HOUR));
    endpoint.gate.add_permits(1);
    endpoint.token().await.unwrap();
    endpoint.pass(HOUR.saturating_sub(REFRESH_WINDOW)).await;
    let start = endpoint.clock.now();
    for _ in 0..3 {
        assert_eq!(text(&endpoint.token().await.unwrap()), "Bearer token-1", "all go on");
        tokio::task::yield_now().await;
        assert_eq!(endpoint.requests(), 2, "one request renews it");
    }
    assert_eq!(endpoint.clock.now(), start, "no call waits");
    // The token endpoint takes its time, and the token comes all the same.
    endpoint.pass(REFRESH_WINDOW / 2).await;
    assert_eq!(text(&endpoint.token().await.unwrap()), "Bearer token-1");
    endpoint.gate.add_permits(1);
    endpoint.pass(Duration::from_millis(1)).await;
    assert_eq!(text(&endpoint.token().await.unwrap()), "Bearer token-2");
    assert_eq!(endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_valid_token_survives_a_failing_endpoint() {
    let endpoint = Endpoint::open(Some(HOUR));
    endpoint.token().await.unwrap();
    *endpoint.life.lock().unwrap() = None;
    endpoint.pass(HOUR.saturating_sub(REFRESH_WINDOW)).await;
    for _ in 0..3 {
        assert_eq!(text(&endpoint.token().await.unwrap()), "Bearer token-1");
        tokio::task::yield_now().await;
    }
    assert_eq!(endpoint.requests(), 2, "the renewal is not tried by every call");
    endpoint.pass(REFRESH_WINDOW).await;
    assert!(endpoint.token().await.is_err(), "it is used up to its end and no longer");
}
