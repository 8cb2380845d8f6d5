//! Times as texts, in UTC.

use std::fmt::Display;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serializer;

const MONTHS: &str = "January February March April May June July August September October November December";

/// A time to the millisecond, as RFC 3339 has it; what is before 1970 counts as its first moment.
pub(crate) fn text(at: SystemTime) -> impl Display {
    humantime::format_rfc3339_millis(at.max(UNIX_EPOCH))
}

/// The time that [`text`] wrote.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    humantime::parse_rfc3339(text).ok()
}

/// The days of two times, the earlier first, for people: `on 20 November 2026`, or `from … to …`.
pub(crate) fn days(first: SystemTime, last: SystemTime) -> String {
    match (day(first), day(last)) {
        (first, last) if first == last => format!("on {first}"),
        (first, last) => format!("from {first} to {last}"),
    }
}

pub(crate) fn serialize<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&text(*at))
}

/// The day of a time for people, such as `20 November 2026`.
fn day(at: SystemTime) -> String {
    let text = text(at).to_string();
    let mut parts = text.splitn(3, '-');
    let year = parts.next().unwrap_or_default();
    let mut number = || parts.next().and_then(|part| part.get(..2)?.parse::<usize>().ok()).unwrap_or(1);
    let (month, day) = (number(), number());
    format!("{day} {} {year}", MONTHS.split(' ').nth(month - 1).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_day_is_written_for_people() {
        for (seconds, expected) in
            [(0, "1 January 1970"), (1_795_132_800, "20 November 2026"), (1_709_164_800, "29 February 2024")]
        {
            assert_eq!(day(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
        }
    }
}
