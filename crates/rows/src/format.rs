//! From bytes to records: encodings, CSV and NDJSON, and what is neither.

pub(crate) mod csv;
pub(crate) mod dialect;
pub(crate) mod encoding;
#[cfg(feature = "gzip")]
mod gzip;
pub(crate) mod json_shape;
pub(crate) mod lines;
pub(crate) mod ndjson;
pub(crate) mod packed;
pub(crate) mod quotes;
pub(crate) mod signature;
#[cfg(feature = "xlsx")]
mod xlsx;

use std::fmt;
use std::str::FromStr;

/// How an input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Cells between commas, semicolons or tabs, with a header.
    Csv,
    /// A JSON object a line.
    Ndjson,
}

impl Format {
    /// Its name, such as `csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let formats = [Self::Csv, Self::Ndjson];
        formats.into_iter().find(|format| format.name() == text).ok_or(UnknownName("csv and ndjson"))
    }
}

/// A text that is none of a few names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName(pub(crate) &'static str);

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} are allowed", self.0)
    }
}

impl std::error::Error for UnknownName {}
