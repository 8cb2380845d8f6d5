//! A limit to the rate of requests: the generic cell rate algorithm, on tokio's clock.

use std::time::Duration;

use tokio::time::Instant;

/// How many requests the API takes in how much time.
///
/// Requests beyond it are answered with 429. Capacity comes back evenly: at 50 a second, one request every
/// 20 ms. After a pause, some may come at once, the burst. Unless
/// [`without_retry_after`](Self::without_retry_after) is said, a 429 tells in `Retry-After` when the next
/// request would be taken, in whole seconds, rounded up and at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct RateLimit {
    requests: u32,
    period: Duration,
    burst: u32,
    retry_after: bool,
}

/// More, and the pace in nanoseconds would be too rough.
const MAX_PER_SECOND: u32 = 1_000_000;

const MAX_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

impl RateLimit {
    /// At most this many requests a second, from 1 to 1,000,000.
    ///
    /// The burst is a tenth of them, rounded down and at least 1.
    pub fn per_second(requests: u32) -> Self {
        Self::new(requests, Duration::from_secs(1))
    }

    /// At most this many requests, at least 1, in a period of at most a day, and no more than 1,000,000 a
    /// second.
    ///
    /// The burst is what a tenth of a second brings, rounded down and at least 1.
    pub fn new(requests: u32, period: Duration) -> Self {
        let tenth = Duration::from_millis(100).as_nanos();
        let burst = u128::from(requests) * tenth / period.as_nanos().max(1);
        let burst = u32::try_from(burst).unwrap_or(u32::MAX).clamp(1, MAX_PER_SECOND);
        Self { requests, period, burst, retry_after: true }
    }

    /// How many requests may come at once, from 1 to 1,000,000.
    pub fn burst(mut self, burst: u32) -> Self {
        self.burst = burst;
        self
    }

    /// Leaves `Retry-After` out of the replies with 429.
    pub fn without_retry_after(mut self) -> Self {
        self.retry_after = false;
        self
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let Self { requests, period, burst, .. } = *self;
        let most = u128::from(MAX_PER_SECOND) * period.as_micros() / 1_000_000;
        if requests == 0 || period.is_zero() || period > MAX_PERIOD || u128::from(requests) > most {
            return Err(format!(
                "the rate is {requests} requests in {period:?}; allowed are at least 1 request, a period of at \
                 most a day, and at most {MAX_PER_SECOND} requests a second"
            ));
        }
        if burst == 0 || burst > MAX_PER_SECOND {
            return Err(format!("the burst is {burst}; allowed are 1 to {MAX_PER_SECOND}"));
        }
        Ok(())
    }
}

/// A limit at work.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: RateLimit,
    /// When the burst is whole again ("theoretical arrival time").
    whole_again: Option<Instant>,
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, whole_again: None }
    }

    /// Takes a request, or says what the reply has as `Retry-After`.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<(), Option<u64>> {
        let pace = self.limit.period / self.limit.requests;
        let spare = pace * (self.limit.burst - 1);
        let whole_again = self.whole_again.map_or(now, |instant| instant.max(now));
        let wait = whole_again.duration_since(now).saturating_sub(spare);
        if wait.is_zero() {
            self.whole_again = Some(whole_again + pace);
            return Ok(());
        }
        Err(self.limit.retry_after.then(|| whole_seconds(wait)))
    }
}

/// Rounded up, at least 1.
fn whole_seconds(wait: Duration) -> u64 {
    let more = u64::from(wait.subsec_nanos() > 0);
    (wait.as_secs() + more).max(1)
}

#[cfg(test)]
mod tests {
    use super::{Limiter, RateLimit};
    use std::time::Duration;
    use tokio::time::{Instant, advance};

    /// How many of many requests at this instant are taken.
    fn taken(limiter: &mut Limiter) -> usize {
        (0..100).filter(|_| limiter.admit(Instant::now()).is_ok()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_burst_requests_are_taken_at_an_even_pace() {
        let mut limiter = Limiter::new(RateLimit::per_second(50));
        assert_eq!(taken(&mut limiter), 5);
        for _ in 0..50 {
            advance(Duration::from_millis(19)).await;
            assert_eq!(taken(&mut limiter), 0);
            advance(Duration::from_millis(1)).await;
            assert_eq!(taken(&mut limiter), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_burst_comes_back_in_a_pause_and_never_grows_beyond_itself() {
        let mut limiter = Limiter::new(RateLimit::per_second(10).burst(3));
        assert_eq!(taken(&mut limiter), 3);
        advance(Duration::from_millis(250)).await;
        assert_eq!(taken(&mut limiter), 2);
        advance(Duration::from_secs(3600)).await;
        assert_eq!(taken(&mut limiter), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_rounded_up_and_at_least_one_second() {
        let mut limiter = Limiter::new(RateLimit::new(2, Duration::from_secs(5)));
        assert_eq!(limiter.admit(Instant::now()), Ok(()));
        for (passed, seconds) in [(0, 3), (400, 3), (100, 2), (1000, 1), (900, 1)] {
            advance(Duration::from_millis(passed)).await;
            assert_eq!(limiter.admit(Instant::now()), Err(Some(seconds)), "{passed}");
        }
        advance(Duration::from_millis(100)).await;
        assert_eq!(limiter.admit(Instant::now()), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn without_retry_after_nothing_is_told() {
        let mut limiter = Limiter::new(RateLimit::per_second(1).without_retry_after());
        assert_eq!(limiter.admit(Instant::now()), Ok(()));
        assert_eq!(limiter.admit(Instant::now()), Err(None));
    }

    #[test]
    fn a_rate_that_no_clock_can_keep_is_refused() {
        let day = Duration::from_secs(24 * 60 * 60);
        for limit in [
            RateLimit::per_second(1),
            RateLimit::per_second(1_000_000),
            RateLimit::new(1, day),
            RateLimit::per_second(1).burst(1_000_000),
        ] {
            assert_eq!(limit.check(), Ok(()));
        }
        for limit in [
            RateLimit::per_second(0),
            RateLimit::per_second(1_000_001),
            RateLimit::new(1, Duration::ZERO),
            RateLimit::new(1, day + Duration::from_nanos(1)),
            RateLimit::per_second(1).burst(0),
            RateLimit::per_second(1).burst(1_000_001),
        ] {
            assert!(limit.check().is_err(), "{limit:?}");
        }
    }
}
