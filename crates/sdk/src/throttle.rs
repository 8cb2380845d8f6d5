//! One throttle for all calls of a client: when one is told to wait, all wait.

mod pace;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::call::Deadline;
use crate::clock::SharedClock;
use pace::Pace;

/// Decides when a request may go out.
///
/// Until the service says that it is too much, every request goes at once. From then on requests keep a
/// pace, which falls when the service says so again and rises while it does not.
pub(crate) struct Throttle {
    clock: SharedClock,
    pace: Mutex<Pace>,
}

impl Throttle {
    pub(crate) fn new(clock: SharedClock) -> Self {
        let pace = Mutex::new(Pace::new(clock.now()));
        Self { clock, pace }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// How long that would take, where it is longer than the deadline allows; then no time is spent.
    pub(crate) async fn admit(&self, deadline: &Deadline) -> Result<(), Duration> {
        loop {
            let Some(turn) = self.turn(deadline)? else { return Ok(()) };
            self.clock.sleep_until(turn).await;
            // Another call may have been told to wait in the meantime.
            if self.pace().pause_left(self.clock.now()).is_none() {
                return Ok(());
            }
        }
    }

    /// Takes a turn: none to wait for, or its instant.
    fn turn(&self, deadline: &Deadline) -> Result<Option<Instant>, Duration> {
        let mut pace = self.pace();
        if pace.is_free() {
            return Ok(None);
        }
        let now = self.clock.now();
        let earliest = pace.earliest(now);
        if !deadline.allows(earliest) {
            return Err(earliest - now);
        }
        let turn = pace.take_turn(now, self.clock.random());
        Ok((turn > now).then_some(turn))
    }

    /// Takes note that a request which was sent at `sent` was answered with "too many".
    pub(crate) fn too_many(&self, sent: Instant, wait: Duration) {
        self.pace().slow_down(sent, self.clock.now(), wait);
    }

    /// Takes note that the service asked for a wait for another reason.
    pub(crate) fn unavailable(&self, wait: Duration) {
        self.pace().pause(self.clock.now(), wait);
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
        (Arc::new(Throttle::new(clock.clone())), clock)
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn when_one_is_told_to_wait_all_wait_and_start_one_by_one() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        throttle.too_many(start, Duration::from_secs(10));
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
    async fn a_wait_beyond_the_deadline_is_said_at_once() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        throttle.unavailable(Duration::from_secs(61));
        let refused = throttle.admit(&Deadline::after(&clock, MINUTE)).await;
        assert_eq!(refused, Err(Duration::from_secs(61)));
        assert_eq!(clock.now(), start, "no time was spent");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_prolonged_while_waiting_is_kept() {
        let (throttle, clock) = throttle();
        let start = clock.now();
        throttle.unavailable(Duration::from_secs(5));
        let waiting = tokio::spawn({
            let (throttle, clock) = (throttle.clone(), clock.clone());
            async move { throttle.admit(&Deadline::after(&clock, MINUTE)).await }
        });
        clock.sleep_until(start + Duration::from_secs(4)).await;
        throttle.unavailable(Duration::from_secs(20));
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
