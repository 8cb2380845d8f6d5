//! The first reading of a plan: its hash, and where its last line begins.

use memchr::memrchr;
use sha2::{Digest, Sha256};

use super::end::{DIGEST_LENGTH, digest_field, is_digest_field};
use crate::plan::Sha256Sum;

/// What one reading of all bytes tells.
pub(super) struct FirstPass {
    length: u64,
    /// The hash of all bytes but those that may be its digest.
    hash: Sha256,
    /// The last bytes.
    tail: Vec<u8>,
    /// Where the last line begins, whole or not.
    pub(super) last_line: u64,
}

impl FirstPass {
    pub(super) fn new(length: u64) -> Self {
        Self { length, hash: Sha256::new(), tail: Vec::new(), last_line: 0 }
    }

    /// Takes the bytes that stand at an offset.
    pub(super) fn take(&mut self, offset: u64, bytes: &[u8]) {
        let (hashed, tail) = split(bytes, offset, self.length.saturating_sub(DIGEST_LENGTH as u64));
        self.hash.update(hashed);
        self.tail.extend_from_slice(tail);
        // The last byte ends the last line.
        let (inner, _) = split(bytes, offset, self.length.saturating_sub(1));
        if let Some(newline) = memrchr(b'\n', inner) {
            self.last_line = offset + newline as u64 + 1;
        }
    }

    pub(super) fn sha256(&self) -> Sha256Sum {
        Sha256Sum::end(self.hash.clone().chain_update(&self.tail))
    }

    pub(super) fn end_digest(&self) -> EndDigest {
        if !is_digest_field(&self.tail) {
            EndDigest::Missing
        } else if self.tail == digest_field(Sha256Sum::end(self.hash.clone())) {
            EndDigest::Matches
        } else {
            EndDigest::Differs
        }
    }

    /// Where the last line that is whole ends.
    pub(super) fn end_of_lines(&self) -> u64 {
        if self.tail.last() == Some(&b'\n') { self.length } else { self.last_line }
    }
}

/// What the last bytes of a file are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EndDigest {
    /// A hash, which is that of all bytes before.
    Matches,
    /// A hash of other bytes.
    Differs,
    Missing,
}

/// Bytes that stand at an offset, before and from another offset on.
fn split(bytes: &[u8], offset: u64, at: u64) -> (&[u8], &[u8]) {
    let before = usize::try_from(at.saturating_sub(offset)).unwrap_or(usize::MAX);
    bytes.split_at(before.min(bytes.len()))
}
