//! Time, sleep and randomness: policies take them from outside, and tests replace them.

use std::sync::Arc;
use std::time::SystemTime;

use avepoint_elements_client::BoxFuture;
use tokio::time::Instant;

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

#[cfg(test)]
pub(crate) mod fake {
    use std::collections::VecDeque;
    use std::sync::Mutex;

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
