//! The last line of a plan: counts, and the SHA-256 of all bytes before that hash.

use serde::Deserialize;

use crate::plan::{PlanCounts, Sha256Sum};

/// What stands before the hash.
const DIGEST_PREFIX: &[u8] = br#","sha256":""#;
/// What stands behind it.
const DIGEST_SUFFIX: &[u8] = b"\"}\n";

/// The length of what is not hashed, in bytes.
pub(super) const DIGEST_LENGTH: usize = DIGEST_PREFIX.len() + Sha256Sum::DIGITS + DIGEST_SUFFIX.len();

/// How the last line begins.
const END_START: &[u8] = br#"{"end":"#;

/// The last line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanEnd {
    pub(super) end: PlanCounts,
    /// Checked as bytes before the line is read.
    #[serde(rename = "sha256")]
    _sha256: Sha256Sum,
}

/// The beginning of an end, up to its digest.
pub(super) fn begin(counts: &PlanCounts) -> serde_json::Result<Vec<u8>> {
    let mut line = END_START.to_vec();
    serde_json::to_writer(&mut line, counts)?;
    Ok(line)
}

/// What ends a plan in which this hash is that of all bytes before.
pub(super) fn digest_field(sum: Sha256Sum) -> Vec<u8> {
    [DIGEST_PREFIX, sum.to_string().as_bytes(), DIGEST_SUFFIX].concat()
}

/// Whether bytes are the digest at the end of a plan, with whatever hash.
pub(super) fn is_digest_field(bytes: &[u8]) -> bool {
    let digits = bytes.strip_prefix(DIGEST_PREFIX).and_then(|rest| rest.strip_suffix(DIGEST_SUFFIX));
    digits.is_some_and(|digits| {
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        digits.len() == Sha256Sum::DIGITS && digits.iter().all(is_digit)
    })
}
