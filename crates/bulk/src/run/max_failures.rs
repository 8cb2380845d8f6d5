//! How many rows may fail before a run stops.

use std::fmt;
use std::str::FromStr;

use crate::count_or_percent::{CountOrPercent, InvalidCountOrPercent};

/// Rows after which a share is worth judging.
const MIN_ROWS_FOR_PERCENT: u64 = 50;

/// The most rows that may be refused, fail or stay unknown before a run stops: a number, written `N`, or a share of
/// the rows that were sent, written `P%`, which is judged from the fiftieth row on. With 0, the first one stops it.
///
/// ```
/// use avepoint_elements_bulk::MaxFailures;
///
/// let share: MaxFailures = "2.5%".parse()?;
/// assert_eq!(share.to_string(), "2.5%");
/// assert!("101%".parse::<MaxFailures>().is_err());
/// # Ok::<(), avepoint_elements_bulk::InvalidMaxFailures>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxFailures(CountOrPercent);

impl MaxFailures {
    /// At most so many rows.
    pub fn rows(rows: u64) -> Self {
        Self(CountOrPercent::Number(rows))
    }

    /// At most this share of the rows that were sent, from 0 to 100 percent.
    ///
    /// # Errors
    /// The share is less than 0 or more than 100, or no number.
    pub fn percent(share: f64) -> Result<Self, InvalidMaxFailures> {
        CountOrPercent::percent(share).map(Self).map_err(|InvalidCountOrPercent| InvalidMaxFailures)
    }

    /// Whether so many failures among the rows that were sent are too many.
    pub(crate) fn are_exceeded_by(self, failures: u64, sent: u64) -> bool {
        let is_early = matches!(self.0, CountOrPercent::Percent(_)) && sent < MIN_ROWS_FOR_PERCENT;
        !is_early && self.0.is_exceeded_by(failures, sent)
    }
}

impl FromStr for MaxFailures {
    type Err = InvalidMaxFailures;

    fn from_str(text: &str) -> Result<Self, InvalidMaxFailures> {
        text.parse().map(Self).map_err(|InvalidCountOrPercent| InvalidMaxFailures)
    }
}

impl fmt::Display for MaxFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is neither a number nor a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidMaxFailures;

impl fmt::Display for InvalidMaxFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the most failures are a whole number of rows, such as 20, or a share from 0% to 100%, such as 5%")
    }
}

impl std::error::Error for InvalidMaxFailures {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_share_are_exceeded_by_more_than_they_say() {
        let exceeded =
            |text: &str, failures, sent| text.parse::<MaxFailures>().unwrap().are_exceeded_by(failures, sent);
        assert!(!exceeded("2", 2, 2) && exceeded("2", 3, 3));
        assert!(exceeded("0", 1, 1) && !exceeded("0", 0, 1));
        assert!(!exceeded("10%", 49, 49), "too early to tell");
        assert!(!exceeded("10%", 5, 50) && exceeded("10%", 6, 50));
        assert!(!exceeded("100%", 50, 50));
    }

    #[test]
    fn a_share_is_the_same_as_a_number_and_as_a_text() {
        for (number, text) in [(0.0, "0%"), (2.5, "2.5%"), (100.0, "100%")] {
            assert_eq!(MaxFailures::percent(number), text.parse());
        }
        for other in [-0.1, 100.1, f64::NAN, f64::INFINITY] {
            assert_eq!(MaxFailures::percent(other), Err(InvalidMaxFailures), "{other}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "%", "-1", "+1", "1.5", "101%", "1e1%", "NaN%", "5 %", "1.2.3%", "inf"] {
            assert_eq!(text.parse::<MaxFailures>(), Err(InvalidMaxFailures), "{text}");
        }
    }
}
