//! The most of something that there may be: a number, or a share of all.

use std::fmt;
use std::str::FromStr;

/// The most of something that there may be: a number, written `N`, or a share of all, written `P%` from `0%` to `100%`.
///
/// ```
/// use avepoint_elements_bulk::CountOrPercent;
///
/// let share: CountOrPercent = "2.5%".parse()?;
/// assert_eq!(share, CountOrPercent::percent(2.5)?);
/// assert_eq!(share.to_string(), "2.5%");
/// assert!("101%".parse::<CountOrPercent>().is_err());
/// # Ok::<(), avepoint_elements_bulk::InvalidCountOrPercent>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountOrPercent(Limit);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    Count(u64),
    Percent(f64),
}

impl CountOrPercent {
    /// At most so many.
    pub const fn count(count: u64) -> Self {
        Self(Limit::Count(count))
    }

    /// At most this share, from 0 to 100 percent.
    ///
    /// # Errors
    /// The share is less than 0 or more than 100, or no number.
    pub fn percent(share: f64) -> Result<Self, InvalidCountOrPercent> {
        if (0.0..=100.0).contains(&share) {
            // Of zero, without its sign.
            Ok(Self(Limit::Percent(share.abs())))
        } else {
            Err(InvalidCountOrPercent)
        }
    }

    pub(crate) fn is_percent(self) -> bool {
        matches!(self.0, Limit::Percent(_))
    }

    /// Whether so many, of so many in all, are more.
    #[allow(clippy::cast_precision_loss, reason = "2^53 rows are more than any input has")]
    pub(crate) fn is_exceeded_by(self, count: u64, all: u64) -> bool {
        match self.0 {
            Limit::Count(most) => count > most,
            Limit::Percent(most) => count as f64 * 100.0 > most * all as f64,
        }
    }
}

impl FromStr for CountOrPercent {
    type Err = InvalidCountOrPercent;

    fn from_str(text: &str) -> Result<Self, InvalidCountOrPercent> {
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        match text.strip_suffix('%') {
            Some(share) if plain(share) => {
                share.parse().map_err(|_| InvalidCountOrPercent).and_then(Self::percent)
            }
            None if plain(text) => text.parse().map(Self::count).map_err(|_| InvalidCountOrPercent),
            _ => Err(InvalidCountOrPercent),
        }
    }
}

impl fmt::Display for CountOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Limit::Count(count) => count.fmt(f),
            Limit::Percent(share) => write!(f, "{share}%"),
        }
    }
}

/// A text that is neither a number nor a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidCountOrPercent;

impl fmt::Display for InvalidCountOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, such as 20, or a share from 0% to 100%, such as 2.5%, is allowed")
    }
}

impl std::error::Error for InvalidCountOrPercent {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_share_are_exceeded_by_more_than_they_say() {
        let exceeded = |text: &str, failures, sent| {
            text.parse::<CountOrPercent>().unwrap().is_exceeded_by(failures, sent)
        };
        assert!(!exceeded("2", 2, 2) && exceeded("2", 3, 3));
        assert!(exceeded("0", 1, 1) && !exceeded("0", 0, 1));
        assert!(!exceeded("10%", 5, 50) && exceeded("10%", 6, 50));
        assert!(!exceeded("100%", 50, 50));
    }

    #[test]
    fn a_share_is_the_same_as_a_number_and_as_a_text() {
        for (number, text) in [(0.0, "0%"), (2.5, "2.5%"), (100.0, "100%")] {
            assert_eq!(CountOrPercent::percent(number), text.parse());
        }
        for other in [-0.1, 100.1, f64::NAN, f64::INFINITY] {
            assert_eq!(CountOrPercent::percent(other), Err(InvalidCountOrPercent), "{other}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "%", "-1", "+1", "1.5", "101%", "1e1%", "NaN%", "5 %", "1.2.3%", "inf"] {
            assert_eq!(text.parse::<CountOrPercent>(), Err(InvalidCountOrPercent), "{text}");
        }
    }
}
