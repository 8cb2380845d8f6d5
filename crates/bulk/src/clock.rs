//! Time: the one place where this crate asks for it.

use std::time::SystemTime;

use tokio::time::{Instant, Sleep};

/// The time that only goes forward, which tests may pause.
#[allow(clippy::disallowed_methods, reason = "the one place where it is called")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The time of the world, for records; nothing is decided by it.
#[allow(clippy::disallowed_methods, reason = "the one place where it is called")]
pub(crate) fn wall() -> SystemTime {
    SystemTime::now()
}

#[allow(clippy::disallowed_methods, reason = "the one place where it is called")]
pub(crate) fn sleep_until(instant: Instant) -> Sleep {
    tokio::time::sleep_until(instant)
}
