//! The most of something that there may be: a number, or a share of all.

use std::fmt;
use std::str::FromStr;

/// Written `N`, or `P%` from `0%` to `100%`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CountOrPercent {
    Number(u64),
    Percent(f64),
}

impl CountOrPercent {
    /// A share from 0 to 100.
    pub(crate) fn percent(share: f64) -> Result<Self, InvalidCountOrPercent> {
        if (0.0..=100.0).contains(&share) { Ok(Self::Percent(share)) } else { Err(InvalidCountOrPercent) }
    }

    /// Whether so many, of so many in all, are more.
    #[allow(clippy::cast_precision_loss, reason = "2^53 rows are more than any input has")]
    pub(crate) fn is_exceeded_by(self, count: u64, all: u64) -> bool {
        match self {
            Self::Number(most) => count > most,
            Self::Percent(most) => count as f64 * 100.0 > most * all as f64,
        }
    }
}

/// A text that is neither a number nor a share.
#[derive(Debug)]
pub(crate) struct InvalidCountOrPercent;

impl FromStr for CountOrPercent {
    type Err = InvalidCountOrPercent;

    fn from_str(text: &str) -> Result<Self, InvalidCountOrPercent> {
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let most = match text.strip_suffix('%') {
            Some(share) if plain(share) => share.parse().ok().and_then(|share| Self::percent(share).ok()),
            None if plain(text) => text.parse().ok().map(Self::Number),
            _ => None,
        };
        most.ok_or(InvalidCountOrPercent)
    }
}

impl fmt::Display for CountOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Percent(share) => write!(f, "{share}%"),
        }
    }
}
