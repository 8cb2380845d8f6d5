//! Times as texts: in UTC, to the millisecond, as RFC 3339 has them.

use std::fmt::Display;
use std::time::{SystemTime, UNIX_EPOCH};

/// The text of a time; what is before 1970 counts as its first moment.
pub(crate) fn text(at: SystemTime) -> impl Display {
    humantime::format_rfc3339_millis(at.max(UNIX_EPOCH))
}
