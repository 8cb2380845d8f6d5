//! One throttle for all calls of a client: when one is told to wait, all wait.

mod cubic;
pub(crate) mod pace;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Mutex as Queue;
use tokio::time::Instant;

use crate::call::deadline::Deadline;
use crate::clock::SharedClock;
use crate::lock::lock;
use pace::{MaxRate, Pace};

/// Decides when a request may go out.
///
/// Until the service first answers 429 or asks for a pause, every request goes at once. From then on requests queue, and
/// the head goes at the current rate. The rate drops on 429 and recovers on success. Cancelling a queued request costs
/// no slot.
pub(crate) struct Throttle {
    clock: SharedClock,
    pace: Mutex<Pace>,
    /// Whether the service ever answered 429 or asked for a pause, or there is a ceiling.
    limited: AtomicBool,
    queue: Queue<()>,
    /// The head of the queue, and requests that do not queue.
    front: Queue<()>,
}

impl Throttle {
    /// A throttle without a limit until the service asks for one, up to a ceiling if there is one.
    pub(crate) fn new(clock: SharedClock, ceiling: Option<MaxRate>) -> Self {
        let pace = Mutex::new(Pace::new(clock.now(), ceiling));
        Self {
            clock,
            pace,
            limited: AtomicBool::new(ceiling.is_some()),
            queue: Queue::new(()),
            front: Queue::new(()),
        }
    }

    /// Whether every request goes at once.
    pub(crate) fn is_unlimited(&self) -> bool {
        !self.limited.load(Ordering::Acquire)
    }

    /// Waits for a slot.
    ///
    /// # Errors
    /// The pause that the service asks for, where it is longer than the deadline allows or than is honoured: then no
    /// time is spent. Or the time to the next slot, where the queue was too long.
    pub(crate) async fn acquire(&self, deadline: &Deadline) -> Result<(), Duration> {
        self.next_slot(deadline)?;
        let Some(_head) = deadline.bound(self.queue.lock()).await else {
            return Err(self.pace().time_to_next_slot(self.clock.now()));
        };
        self.acquire_first(deadline).await
    }

    /// As [`acquire`](Self::acquire), before all that queue but the head of the queue.
    pub(crate) async fn acquire_first(&self, deadline: &Deadline) -> Result<(), Duration> {
        if self.is_unlimited() {
            return Ok(());
        }
        self.next_slot(deadline)?;
        let Some(_first) = deadline.bound(self.front.lock()).await else {
            return Err(self.pace().time_to_next_slot(self.clock.now()));
        };
        while let Some(slot) = self.next_slot(deadline)? {
            self.clock.sleep_until(slot).await;
        }
        self.pace().record_sent(self.clock.now(), self.clock.random());
        Ok(())
    }

    /// The next slot, if it is not now.
    fn next_slot(&self, deadline: &Deadline) -> Result<Option<Instant>, Duration> {
        let now = self.clock.now();
        let slot = self.pace().next_slot(now)?;
        if !deadline.allows(slot) {
            return Err(slot - now);
        }
        Ok((slot > now).then_some(slot))
    }

    /// A request that was sent at `sent` was answered 429, which asks for `wait`; the pause is at most `longest`.
    pub(crate) fn record_throttled(&self, sent: Instant, wait: Duration, longest: Duration) {
        let now = self.clock.now();
        let mut pace = self.pace();
        pace.pause(now, wait, longest);
        pace.record_throttled(sent, now);
        self.limited.store(true, Ordering::Release);
    }

    /// The service asked for `wait` for another reason than its rate; the pause is at most `longest`.
    pub(crate) fn record_unavailable(&self, wait: Duration, longest: Duration) {
        self.pace().pause(self.clock.now(), wait, longest);
        self.limited.store(true, Ordering::Release);
    }

    /// A request was answered, and not with 429.
    pub(crate) fn record_success(&self) {
        self.pace().record_success(self.clock.now());
    }

    /// What is left of the pause that the service asked for, if any.
    pub(crate) fn pause_remaining(&self) -> Option<Duration> {
        self.pace().pause_remaining(self.clock.now())
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        lock(&self.pace)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::fake::FakeClock;

    fn throttle() -> (Arc<Throttle>, SharedClock) {
        let clock: SharedClock = FakeClock::with([0.0, 0.3, 0.6, 0.9]);
        (Arc::new(Throttle::new(clock.clone(), None)), clock)
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn when_one_is_told_to_wait_all_wait_and_start_one_by_one() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        throttle.record_throttled(start, Duration::from_secs(10), MINUTE);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (throttle, clock) = (throttle.clone(), clock.clone());
            calls.spawn(async move {
                throttle.acquire(&Deadline::after(&clock, MINUTE)).await.unwrap();
                clock.now() - start
            });
        }
        let mut admitted = calls.join_all().await;
        admitted.sort();
        assert!(admitted.iter().all(|after| *after >= Duration::from_secs(10)), "{admitted:?}");
        assert!(admitted.windows(2).all(|pair| pair[0] < pair[1]), "{admitted:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn many_that_waited_start_one_by_one_and_soon() {
        let (throttle, clock) = throttle();
        throttle.record_unavailable(Duration::from_secs(2), MINUTE);
        let resume = clock.now() + Duration::from_secs(2);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (throttle, clock) = (throttle.clone(), clock.clone());
            calls.spawn(async move {
                throttle.acquire(&Deadline::after(&clock, MINUTE)).await.unwrap();
                clock.now() - resume
            });
        }
        let mut admitted = calls.join_all().await;
        admitted.sort();
        let crowd = admitted.windows(5).find(|five| five[4] < five[0] + Duration::from_millis(20));
        assert_eq!(crowd, None);
        assert!(admitted[99] < Duration::from_secs(4), "{admitted:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_absurd_pause_ends_at_the_longest_pause_honoured() {
        let (throttle, clock) = throttle();
        throttle.record_unavailable(Duration::MAX, MINUTE);
        clock.sleep_until(clock.now() + MINUTE).await;
        throttle.record_throttled(clock.now(), Duration::from_secs(1), MINUTE);
        let start = clock.now();
        assert_eq!(throttle.acquire(&Deadline::after(&clock, MINUTE)).await, Ok(()));
        assert_eq!(clock.now() - start, Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn limits_without_end_are_far_away_and_no_panic() {
        let (_, clock) = throttle();
        let slowest = MaxRate { requests: 1, period: Duration::MAX };
        let throttle = Throttle::new(clock.clone(), Some(slowest));
        let deadline = Deadline::after(&clock, MINUTE);
        assert_eq!(throttle.acquire(&deadline).await, Ok(()));
        throttle.record_throttled(clock.now(), Duration::MAX, Duration::MAX);
        assert!(throttle.acquire(&deadline).await.unwrap_err() > MINUTE * 60 * 24 * 300);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_beyond_the_deadline_is_said_at_once() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        throttle.record_unavailable(Duration::from_secs(61), MINUTE * 2);
        let refused = throttle.acquire(&Deadline::after(&clock, MINUTE)).await;
        assert_eq!(refused, Err(Duration::from_secs(61)));
        assert_eq!(clock.now(), start, "no time was spent");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_not_honoured_is_told_to_all_for_a_while() {
        let (throttle, clock) = throttle();
        throttle.record_throttled(clock.now(), MINUTE * 60, MINUTE);
        clock.sleep_until(clock.now() + MINUTE / 2).await;
        let refused = throttle.acquire(&Deadline::after(&clock, MINUTE * 600)).await;
        assert_eq!(refused, Err(MINUTE * 119 / 2));
        clock.sleep_until(clock.now() + MINUTE / 2).await;
        assert_eq!(throttle.acquire(&Deadline::after(&clock, MINUTE)).await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn cancelling_a_queued_request_costs_no_slot() {
        let (throttle, clock) = throttle();
        throttle.record_unavailable(Duration::from_secs(5), MINUTE);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..1000 {
            let (throttle, clock) = (throttle.clone(), clock.clone());
            calls.spawn(async move { throttle.acquire(&Deadline::after(&clock, MINUTE)).await });
        }
        clock.sleep_until(clock.now() + Duration::from_secs(4)).await;
        calls.abort_all();
        while calls.join_next().await.is_some() {}
        let start = clock.now();
        throttle.acquire(&Deadline::after(&clock, MINUTE)).await.unwrap();
        assert!(clock.now() - start <= Duration::from_millis(1100), "{:?}", clock.now() - start);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_does_not_queue_goes_before_all_but_the_head_of_the_queue() {
        let (throttle, clock) = throttle();
        throttle.record_unavailable(Duration::from_secs(1), MINUTE);
        let queued = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (throttle, clock, queued) = (throttle.clone(), clock.clone(), queued.clone());
            calls.spawn(async move {
                throttle.acquire(&Deadline::after(&clock, MINUTE)).await.unwrap();
                queued.fetch_add(1, Ordering::Relaxed);
            });
        }
        tokio::task::yield_now().await;
        throttle.acquire_first(&Deadline::after(&clock, MINUTE)).await.unwrap();
        assert!(queued.load(Ordering::Relaxed) <= 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_prolonged_while_waiting_is_kept() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        throttle.record_unavailable(Duration::from_secs(5), MINUTE);
        let waiting = tokio::spawn({
            let (throttle, clock) = (throttle.clone(), clock.clone());
            async move { throttle.acquire(&Deadline::after(&clock, MINUTE)).await }
        });
        clock.sleep_until(start + Duration::from_secs(4)).await;
        throttle.record_unavailable(Duration::from_secs(20), MINUTE);
        waiting.await.unwrap().unwrap();
        assert!(clock.now() - start >= Duration::from_secs(24));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_no_request_waits() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        for _ in 0..1000 {
            throttle.acquire(&Deadline::after(&clock, MINUTE)).await.unwrap();
            throttle.record_success();
        }
        assert_eq!(clock.now(), start);
    }
}
