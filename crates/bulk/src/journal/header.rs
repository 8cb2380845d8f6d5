//! The first line of a journal.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::plan::Sha256Sum;
use crate::times;

/// The format of a journal of a plan, and the newest that is read: its runs have [ends](super::record::End).
pub(super) const FORMAT_OF_PLANS: u32 = 3;
/// The format of every other journal.
pub(super) const FORMAT: u32 = 2;
/// The oldest format that is read: its lines are not chained.
pub(super) const UNCHAINED: u32 = 1;

/// How the object of each header begins, in every format.
const BEGINS: &[u8] = br#"{"format":"#;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: u32,
    pub(super) base_url: String,
    time: String,
    host: String,
    /// Whether every row was to be sent again, whatever other files say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not", alias = "anew")]
    pub(super) fresh: bool,
    /// The plan that its runs apply, in a journal of a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) plan: Option<Sha256Sum>,
}

/// What a header says in every format.
#[derive(Deserialize)]
pub(super) struct Format {
    pub(super) format: u32,
}

impl Header {
    pub(super) fn new(
        base_url: &str,
        host: &str,
        at: SystemTime,
        fresh: bool,
        plan: Option<Sha256Sum>,
    ) -> Self {
        let (time, format) = (times::text(at).to_string(), plan.map_or(FORMAT, |_| FORMAT_OF_PLANS));
        Self { format, base_url: base_url.to_owned(), time, host: host.to_owned(), fresh, plan }
    }

    pub(super) fn in_todays_format(&self) -> Self {
        Self { format: FORMAT, ..self.clone() }
    }
}

/// How many bytes show whether they begin a header.
pub(super) const ENOUGH: usize = 9 + BEGINS.len();

/// Whether bytes begin as a header does, in whatever format and however it goes on, and as no other file would.
/// Zeros are what a crash leaves of one.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let object = bytes.get(9..).unwrap_or_default();
    let sum = bytes.get(..8).unwrap_or_default();
    let is_header = object.starts_with(BEGINS) && sum.iter().all(u8::is_ascii_hexdigit);
    is_header || bytes.iter().all(|byte| *byte == 0)
}
