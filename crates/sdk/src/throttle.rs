//! One throttle for all calls of a client: when one is told to wait, all wait.

mod pace;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as Line;
use tokio::time::Instant;

use crate::call::Deadline;
use crate::clock::SharedClock;
pub(crate) use pace::MaxRate;
use pace::Pace;

/// Decides when a request may go out.
///
/// Until the service says that it is too much, every request goes at once. From then on requests stand in line,
/// and the first in line goes when the pace allows it, as it is at that moment: it falls when the service says so
/// again, and rises while it does not. Who leaves the line takes no turn away.
pub(crate) struct Throttle {
    clock: SharedClock,
    pace: Mutex<Pace>,
    /// Whether the service ever asked for less, or there is a ceiling.
    told: AtomicBool,
    line: Line<()>,
}

impl Throttle {
    /// A throttle that lets everything pass until the service says otherwise, up to a ceiling if there is one.
    pub(crate) fn new(clock: SharedClock, ceiling: Option<MaxRate>) -> Self {
        let pace = Mutex::new(Pace::new(clock.now(), ceiling));
        Self { clock, pace, told: AtomicBool::new(ceiling.is_some()), line: Line::new(()) }
    }

    /// Whether every request goes at once.
    pub(crate) fn is_open(&self) -> bool {
        !self.told.load(Ordering::Acquire)
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// How long the service wants to be left alone, where that is longer than the deadline allows or than is
    /// honoured: then no time is spent. Or the time to the next turn, where the line was too long.
    pub(crate) async fn admit(&self, deadline: &Deadline) -> Result<(), Duration> {
        if self.is_open() {
            return Ok(());
        }
        self.turn(deadline)?;
        let Some(_first) = deadline.bound(self.line.lock()).await else {
            return Err(self.pace().left(self.clock.now()));
        };
        while let Some(turn) = self.turn(deadline)? {
            self.clock.sleep_until(turn).await;
        }
        self.pace().go(self.clock.now(), self.clock.random());
        Ok(())
    }

    /// The next turn, if it is not now.
    fn turn(&self, deadline: &Deadline) -> Result<Option<Instant>, Duration> {
        let now = self.clock.now();
        let turn = self.pace().turn(now)?;
        if !deadline.allows(turn) {
            return Err(turn - now);
        }
        Ok((turn > now).then_some(turn))
    }

    /// Takes note that a request which was sent at `sent` was answered with "too many", and of the wait that this
    /// asks for; nobody is kept waiting for longer than `longest`.
    pub(crate) fn too_many(&self, sent: Instant, wait: Duration, longest: Duration) {
        let now = self.clock.now();
        let mut pace = self.pace();
        pace.pause(now, wait, longest);
        pace.slow_down(sent, now);
        self.told.store(true, Ordering::Release);
    }

    /// Takes note that the service asked for a wait for another reason.
    pub(crate) fn unavailable(&self, wait: Duration, longest: Duration) {
        self.pace().pause(self.clock.now(), wait, longest);
        self.told.store(true, Ordering::Release);
    }

    /// Takes note of a success.
    pub(crate) fn succeeded(&self) {
        self.pace().speed_up(self.clock.now());
    }

    /// How long no request goes out, where the service asked for a wait.
    pub(crate) fn pause_left(&self) -> Option<Duration> {
        self.pace().pause_left(self.clock.now())
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
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
        throttle.too_many(start, Duration::from_secs(10), MINUTE);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (throttle, clock) = (throttle.clone(), clock.clone());
            calls.spawn(async move {
                throttle.admit(&Deadline::after(&clock, MINUTE)).await.unwrap();
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
        throttle.unavailable(Duration::from_secs(2), MINUTE);
        let resume = clock.now() + Duration::from_secs(2);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (throttle, clock) = (throttle.clone(), clock.clone());
            calls.spawn(async move {
                throttle.admit(&Deadline::after(&clock, MINUTE)).await.unwrap();
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
    async fn an_absurd_wait_is_over_when_nobody_is_kept_waiting_for_it_any_more() {
        let (throttle, clock) = throttle();
        throttle.unavailable(Duration::MAX, MINUTE);
        clock.sleep_until(clock.now() + MINUTE).await;
        throttle.too_many(clock.now(), Duration::from_secs(1), MINUTE);
        let start = clock.now();
        assert_eq!(throttle.admit(&Deadline::after(&clock, MINUTE)).await, Ok(()));
        assert_eq!(clock.now() - start, Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn limits_without_end_are_far_away_and_no_panic() {
        let (_, clock) = throttle();
        let slowest = MaxRate { requests: 1, period: Duration::MAX };
        let throttle = Throttle::new(clock.clone(), Some(slowest));
        let deadline = Deadline::after(&clock, MINUTE);
        assert_eq!(throttle.admit(&deadline).await, Ok(()));
        throttle.too_many(clock.now(), Duration::MAX, Duration::MAX);
        assert!(throttle.admit(&deadline).await.unwrap_err() > MINUTE * 60 * 24 * 300);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_beyond_the_deadline_is_said_at_once() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        throttle.unavailable(Duration::from_secs(61), MINUTE * 2);
        let refused = throttle.admit(&Deadline::after(&clock, MINUTE)).await;
        assert_eq!(refused, Err(Duration::from_secs(61)));
        assert_eq!(clock.now(), start, "no time was spent");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_not_honoured_is_told_to_all_for_a_while() {
        let (throttle, clock) = throttle();
        throttle.too_many(clock.now(), MINUTE * 60, MINUTE);
        clock.sleep_until(clock.now() + MINUTE / 2).await;
        let refused = throttle.admit(&Deadline::after(&clock, MINUTE * 600)).await;
        assert_eq!(refused, Err(MINUTE * 119 / 2));
        clock.sleep_until(clock.now() + MINUTE / 2).await;
        assert_eq!(throttle.admit(&Deadline::after(&clock, MINUTE)).await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_the_line_takes_no_turn_away() {
        let (throttle, clock) = throttle();
        throttle.unavailable(Duration::from_secs(5), MINUTE);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..1000 {
            let (throttle, clock) = (throttle.clone(), clock.clone());
            calls.spawn(async move { throttle.admit(&Deadline::after(&clock, MINUTE)).await });
        }
        clock.sleep_until(clock.now() + Duration::from_secs(4)).await;
        calls.abort_all();
        while calls.join_next().await.is_some() {}
        let start = clock.now();
        throttle.admit(&Deadline::after(&clock, MINUTE)).await.unwrap();
        assert!(clock.now() - start <= Duration::from_millis(1100), "{:?}", clock.now() - start);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_prolonged_while_waiting_is_kept() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        throttle.unavailable(Duration::from_secs(5), MINUTE);
        let waiting = tokio::spawn({
            let (throttle, clock) = (throttle.clone(), clock.clone());
            async move { throttle.admit(&Deadline::after(&clock, MINUTE)).await }
        });
        clock.sleep_until(start + Duration::from_secs(4)).await;
        throttle.unavailable(Duration::from_secs(20), MINUTE);
        waiting.await.unwrap().unwrap();
        assert!(clock.now() - start >= Duration::from_secs(24));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_word_from_the_service_nobody_waits() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        for _ in 0..1000 {
            throttle.admit(&Deadline::after(&clock, MINUTE)).await.unwrap();
            throttle.succeeded();
        }
        assert_eq!(clock.now(), start);
    }
}
