//! Time, sleep and randomness: policies take them from outside, and tests replace them.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use avepoint_elements_client::BoxFuture;
use reqwest::header::HeaderValue;
use tokio::time::Instant;

use crate::lock::lock;

/// Where policies get time and chance from.
pub(crate) trait Clock: Send + Sync {
    /// The time that only goes forward.
    fn now(&self) -> Instant;
    /// The time of the world, which may jump.
    fn wall(&self) -> SystemTime;
    /// Ends at an instant.
    fn sleep_until(&self, instant: Instant) -> BoxFuture<'static, ()>;
    /// A number from 0 up to, but not including, 1.
    fn random(&self) -> f64;
    /// A text that was never given before.
    #[cfg(feature = "certificate")]
    #[allow(clippy::disallowed_methods, reason = "no test needs to know it beforehand")]
    fn unique(&self) -> String {
        format!("{:032x}", fastrand::u128(..))
    }
}

pub(crate) type SharedClock = Arc<dyn Clock>;

/// The clock of the runtime, which tests may pause.
pub(crate) struct SystemClock;

#[allow(clippy::disallowed_methods, reason = "the one place where they are called")]
impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep_until(&self, instant: Instant) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep_until(instant))
    }

    fn random(&self) -> f64 {
        fastrand::f64()
    }
}

/// The time in a header of HTTP; none where it is no date.
pub(crate) fn parse_date(value: &HeaderValue) -> Option<SystemTime> {
    httpdate::parse_http_date(value.to_str().ok()?.trim()).ok()
}

/// By how much another clock is ahead of this machine's, as the newest reply said that was looked at.
#[derive(Default)]
pub(crate) struct ClockOffset(Mutex<Option<i64>>);

impl ClockOffset {
    /// Compares the `Date` of a reply, if it has one, with the time here.
    pub(crate) fn record(&self, date: Option<&HeaderValue>, now: SystemTime) {
        let there = date.and_then(parse_date);
        let seconds = |time: SystemTime| {
            let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
            i64::try_from(since.as_secs()).ok()
        };
        if let Some(ahead) = there.and_then(|there| Some(seconds(there)? - seconds(now)?)) {
            *lock(&self.0) = Some(ahead);
        }
    }

    /// In seconds; negative where the other clock is behind.
    pub(crate) fn seconds(&self) -> Option<i64> {
        *lock(&self.0)
    }
}

#[cfg(test)]
pub(crate) mod fake {
    use std::collections::VecDeque;

    use super::*;

    /// The runtime's paused clock, with chance as the test says: in turn, then always a half.
    #[derive(Default)]
    pub(crate) struct FakeClock(Mutex<VecDeque<f64>>);

    impl FakeClock {
        pub(crate) fn with(numbers: impl IntoIterator<Item = f64>) -> Arc<Self> {
            Arc::new(Self(Mutex::new(numbers.into_iter().collect())))
        }
    }

    impl Clock for FakeClock {
        fn now(&self) -> Instant {
            SystemClock.now()
        }

        fn wall(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn sleep_until(&self, instant: Instant) -> BoxFuture<'static, ()> {
            SystemClock.sleep_until(instant)
        }

        fn random(&self) -> f64 {
            self.0.lock().unwrap().pop_front().unwrap_or(0.5)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_date_says_how_far_clocks_are_apart() {
        let (offset, now) = (ClockOffset::default(), SystemTime::UNIX_EPOCH + Duration::from_secs(100));
        assert_eq!(offset.seconds(), None);
        for (date, expected) in [
            ("Thu, 01 Jan 1970 00:01:30 GMT", -10),
            ("Thu, 01 Jan 1970 00:02:30 GMT", 50),
            // What is no date changes nothing.
            ("soon", 50),
        ] {
            offset.record(Some(&HeaderValue::from_static(date)), now);
            assert_eq!(offset.seconds(), Some(expected));
        }
    }
}
