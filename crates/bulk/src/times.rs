//! Times as texts: in UTC, to the millisecond, as RFC 3339 has them.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use humantime::format_rfc3339_millis;

/// Makes texts of times. Many rows are answered within a millisecond, so that the last text is kept.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// Seconds and milliseconds.
    last: Option<(u64, u32)>,
    text: String,
}

impl Times {
    pub(crate) fn text(&mut self, at: SystemTime) -> &str {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = Some((since.as_secs(), since.subsec_millis()));
        if at != self.last {
            self.last = at;
            self.text.clear();
            // Writing to a text cannot fail.
            let _ = write!(self.text, "{}", format_rfc3339_millis(UNIX_EPOCH + since));
        }
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_text_is_that_of_its_time_whatever_came_before() {
        let mut times = Times::default();
        let mut text = |micros| times.text(UNIX_EPOCH + Duration::from_micros(micros)).to_owned();
        assert_eq!(text(1_764_000_000_123_999), "2025-11-24T16:00:00.123Z");
        assert_eq!(text(1_764_000_000_123_000), "2025-11-24T16:00:00.123Z");
        assert_eq!(text(1_764_000_000_124_000), "2025-11-24T16:00:00.124Z");
        assert_eq!(text(1_764_000_001_124_000), "2025-11-24T16:00:01.124Z");
        assert_eq!(text(0), "1970-01-01T00:00:00.000Z");
    }
}
