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

avepoint_elements::named_enum! {
    /// How an input is written.
    pub enum Format {
        /// Cells between commas, semicolons or tabs, with a header.
        Csv = "csv",
        /// A JSON object a line.
        Ndjson = "ndjson",
    }
}

impl FromStr for Format {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::parse(text).ok_or(UnknownName("csv and ndjson"))
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
