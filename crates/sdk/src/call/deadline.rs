//! The end of a call.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::SharedClock;

/// The instant at which a call ends, whatever it is doing.
#[derive(Clone)]
pub(crate) struct Deadline {
    clock: SharedClock,
    end: Instant,
}

impl Deadline {
    /// A deadline `limit` from now.
    pub(crate) fn after(clock: &SharedClock, limit: Duration) -> Self {
        Self::from(clock, clock.now(), limit)
    }

    /// A deadline `limit` from an instant; one that the clock cannot count to is a year away.
    pub(crate) fn from(clock: &SharedClock, now: Instant, limit: Duration) -> Self {
        let end = now.checked_add(limit).unwrap_or(now + Duration::from_secs(31_536_000));
        Self { clock: clock.clone(), end }
    }

    /// The same instant, later by the time that `future` takes: it does not count.
    pub(crate) async fn stopped_for<F: Future>(&mut self, future: impl FnOnce(Self) -> F) -> F::Output {
        let start = self.clock.now();
        let output = future(Self::after(&self.clock, Duration::MAX)).await;
        self.end += self.clock.now() - start;
        output
    }

    /// The time left at an instant.
    pub(crate) fn left(&self, now: Instant) -> Duration {
        self.end.saturating_duration_since(now)
    }

    /// Whether an instant lies before the end.
    pub(crate) fn allows(&self, instant: Instant) -> bool {
        instant < self.end
    }

    /// What a future gives, if it does so in time.
    pub(crate) async fn bound<F: Future>(&self, future: F) -> Option<F::Output> {
        unless(self.clock.sleep_until(self.end), future).await
    }
}

/// What a future gives, unless `end` comes while it is not ready.
pub(crate) async fn unless<F: Future>(end: impl Future, future: F) -> Option<F::Output> {
    let (mut end, mut future) = (pin!(end), pin!(future));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|_| None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;
    use crate::clock::fake::FakeClock;

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_ends_at_the_deadline() {
        let clock: SharedClock = FakeClock::with([]);
        let start = clock.now();
        let deadline = Deadline::after(&clock, Duration::from_secs(3));
        assert_eq!(deadline.bound(ready(1)).await, Some(1));
        assert_eq!(deadline.bound(pending::<()>()).await, None);
        assert_eq!(clock.now() - start, Duration::from_secs(3));
        assert_eq!(deadline.left(clock.now()), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_it_stands_still_does_not_count() {
        let clock: SharedClock = FakeClock::with([]);
        let mut deadline = Deadline::after(&clock, Duration::from_secs(3));
        let hour = clock.now() + Duration::from_secs(3600);
        deadline.stopped_for(|_| clock.sleep_until(hour)).await;
        assert_eq!(deadline.left(clock.now()), Duration::from_secs(3));
    }

    #[test]
    fn an_endless_limit_does_not_overflow() {
        let clock: SharedClock = FakeClock::with([]);
        assert!(Deadline::after(&clock, Duration::MAX).left(clock.now()) > Duration::from_secs(1_000_000));
    }
}
