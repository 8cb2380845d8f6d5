//! Lines of a journal, each with a checksum and chained to the one before it.
//!
//! A line is a checksum, a space, the checksum of the line before it, a space, a compact JSON object, and a line feed.
//! Checksums are CRC-32 in eight lower-case hexadecimal digits, of all that follows them in their line. The first line,
//! and every line of format 1, has no checksum of another line.

use std::io::Write;

use serde::Serialize;
use serde::de::Deserialize;

/// The longest line that is read, in bytes: a base URL may have 64 KiB; a record has a few hundred bytes.
pub(super) const MAX_LENGTH: usize = 1 << 17;

/// The digits of a checksum and the space.
const SUM: usize = 9;

/// A line as it was written.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) sum: u32,
    /// The checksum of the line before it.
    pub(super) previous: Option<u32>,
    object: &'a [u8],
}

impl<'a> Line<'a> {
    /// A line without its end; nothing if it is not as it was written.
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        let (digits, rest) = line.split_at_checked(SUM)?;
        let sum = crc32fast::hash(rest);
        if digits != &digits_of(sum)[..] {
            return None;
        }
        if rest.starts_with(b"{") {
            return Some(Self { sum, previous: None, object: rest });
        }
        let (digits, object) = rest.split_at_checked(SUM)?;
        let previous = u32::from_str_radix(str::from_utf8(digits.strip_suffix(b" ")?).ok()?, 16).ok()?;
        Some(Self { sum, previous: Some(previous), object })
    }

    /// What it says; nothing if that is of another form.
    pub(super) fn read<T: Deserialize<'a>>(&self) -> Option<T> {
        serde_json::from_slice(self.object).ok()
    }
}

/// Appends a line, chained to one before it unless it is the first; gives its checksum.
pub(super) fn push(lines: &mut Vec<u8>, previous: Option<u32>, object: &impl Serialize) -> u32 {
    push_with(lines, previous, |out| {
        // Neither text nor memory refuses what is written here.
        let _ = serde_json::to_writer(out, object);
    })
}

/// Appends a line that says the same as another one, chained anew.
pub(super) fn push_again(lines: &mut Vec<u8>, previous: u32, line: &Line<'_>) -> u32 {
    push_with(lines, Some(previous), |out| out.extend_from_slice(line.object))
}

fn push_with(lines: &mut Vec<u8>, previous: Option<u32>, object: impl FnOnce(&mut Vec<u8>)) -> u32 {
    let start = lines.len();
    lines.extend_from_slice(&[b' '; SUM]);
    lines.extend(previous.iter().flat_map(|previous| digits_of(*previous)));
    object(lines);
    let sum = crc32fast::hash(&lines[start + SUM..]);
    lines[start..start + SUM].copy_from_slice(&digits_of(sum));
    lines.push(b'\n');
    sum
}

/// A checksum and the space behind it.
fn digits_of(sum: u32) -> [u8; SUM] {
    let mut digits = [b' '; SUM];
    // It has room for eight digits.
    let _ = write!(&mut digits[..], "{sum:08x}");
    digits
}
