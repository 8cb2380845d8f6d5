//! How often and how soon a call is tried again.

use std::time::Duration;

/// How a call is tried again when it failed for a reason that may pass.
///
/// Tried again are: connections that were refused or broke, attempts that took too long, and the statuses
/// 408, 429, 500, 502, 503 and 504. Everything else is final. An update is the whole value: applying
/// it twice does no harm.
///
/// The wait before attempt *n + 1* is drawn evenly from zero to the smaller of the longest backoff and the
/// first doubled *n − 1* times ("full jitter"): clients that failed together do not return together.
/// A wait that the service asks for (`Retry-After`) takes its place: it is honoured whole, or, if it is
/// longer than [`max_wait`](Self::max_wait) or the time left, not at all, and the call fails at once.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    first_backoff: Duration,
    max_backoff: Duration,
    pub(crate) max_wait: Duration,
}

impl Default for RetryPolicy {
    /// Five attempts: with full jitter they reach about 4 s in the mean and 7.5 s at most, which outlasts a
    /// restart behind a load balancer; longer outages announce themselves by 503 with a wait. First backoff
    /// 0.5 s, since a request takes tenths of a second; longest backoff 20 s; longest wait 60 s, half of a
    /// call's default time.
    fn default() -> Self {
        Self {
            max_attempts: 5,
            first_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            max_wait: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// No second attempt. A refused token is still replaced once.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// How many times a call is sent at most, the first included. Zero counts as one.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The bound of the first wait, and the bound of all.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_backoff = first;
        self.max_backoff = longest;
        self
    }

    /// The longest wait asked for by the service that is honoured.
    pub fn max_wait(mut self, longest: Duration) -> Self {
        self.max_wait = longest;
        self
    }

    /// Whether another attempt is left after `made`.
    pub(crate) fn allows(&self, made: u32) -> bool {
        made < self.max_attempts
    }

    /// A wait that doubles with each attempt, up to the longest backoff.
    pub(crate) fn doubled(&self, wait: Duration, made: u32) -> Duration {
        let doubled = wait.saturating_mul(2_u32.saturating_pow(made.saturating_sub(1)));
        doubled.min(self.max_backoff.max(wait))
    }

    /// The wait after `made` attempts, for a number from 0 to 1.
    pub(crate) fn jittered_backoff(&self, made: u32, random: f64) -> Duration {
        self.doubled(self.first_backoff.min(self.max_backoff), made).mul_f64(random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_the_longest() {
        let policy = RetryPolicy::default();
        let bounds: Vec<_> = (1..9).map(|made| policy.jittered_backoff(made, 1.0).as_millis()).collect();
        assert_eq!(bounds, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
        assert_eq!(policy.jittered_backoff(u32::MAX, 1.0), Duration::from_secs(20));
    }

    #[test]
    fn the_whole_range_is_drawn_from() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.jittered_backoff(3, 0.0), Duration::ZERO);
        assert_eq!(policy.jittered_backoff(3, 0.25), Duration::from_millis(500));
    }

    #[test]
    fn the_first_attempt_is_one_of_those_allowed() {
        let policy = RetryPolicy::default().max_attempts(2);
        assert!(policy.allows(1) && !policy.allows(2));
        assert!(!RetryPolicy::default().max_attempts(0).allows(1));
    }
}
