//! The checksums of lines of JSON in a file that another run may go on with, such as a plan or the readings of an export:
//! each line has one, chained to that of the line before it.
//!
//! A line of it ends with `,"sum":"1a2b3c4d"}`. That is the CRC-32, in eight lower-case hexadecimal digits, of the digits of
//! the line before it and of what stands before this end. A line that was changed, swapped, doubled or removed is found;
//! behind the last line that was written, nothing is missed.

use std::io::Write;

/// What stands before the digits.
const SUM_PREFIX: &[u8] = br#","sum":""#;
/// What stands behind them.
const SUM_SUFFIX: &[u8] = br#""}"#;
const DIGITS: usize = 8;
/// The length of the end of a line, in bytes.
pub(crate) const SUM_LENGTH: usize = SUM_PREFIX.len() + DIGITS + SUM_SUFFIX.len();

/// The checksum of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineSum([u8; DIGITS]);

impl LineSum {
    fn of(previous: Option<Self>, object: &[u8]) -> Self {
        let mut hash = crc32fast::Hasher::new();
        hash.update(previous.as_ref().map_or(&[][..], |previous| &previous.0));
        hash.update(object);
        let mut digits = [b'0'; DIGITS];
        // It has room for eight digits.
        let _ = write!(&mut digits[..], "{:08x}", hash.finalize());
        Self(digits)
    }
}

/// Ends the object of a line with its checksum.
pub(crate) fn end(object: &mut Vec<u8>, previous: Option<LineSum>) -> LineSum {
    object.pop();
    let sum = LineSum::of(previous, object);
    object.extend([SUM_PREFIX, &sum.0, SUM_SUFFIX].concat());
    sum
}

/// The checksum at the end of a line without its line feed, if it is the right one.
pub(crate) fn check(line: &[u8], previous: Option<LineSum>) -> Option<LineSum> {
    let object = line.get(..line.len().checked_sub(SUM_LENGTH)?)?;
    let sum = LineSum::of(previous, object);
    (line[object.len()..] == [SUM_PREFIX, &sum.0, SUM_SUFFIX].concat()).then_some(sum)
}

/// The lines of a file that were read, each checked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CheckedLines {
    /// How many came, the one that is not as it was written included.
    pub(crate) count: u64,
    /// Where the last whole one ends, in bytes.
    pub(crate) end: u64,
    pub(crate) last: Option<LineSum>,
}

impl CheckedLines {
    /// Takes the next line with its line feed, if it has one. Whether it is whole; none if it, or a line before it, is not
    /// as it was written.
    pub(crate) fn take(&mut self, line: &[u8]) -> Option<bool> {
        let Some(object) = line.strip_suffix(b"\n") else { return Some(false) };
        self.count += 1;
        self.last = Some(check(object, self.last)?);
        self.end += line.len() as u64;
        Some(true)
    }
}

/// Whether a line without its line feed ends as one with a checksum does, with whatever digits.
pub(crate) fn is_ended(line: &[u8]) -> bool {
    let digits = line.strip_suffix(SUM_SUFFIX).and_then(|line| line.split_last_chunk::<DIGITS>());
    digits.is_some_and(|(object, digits)| {
        object.ends_with(SUM_PREFIX) && digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// The object of a line that ends with a checksum and a line feed.
pub(crate) fn strip(line: &mut Vec<u8>) {
    line.truncate(line.len().saturating_sub(SUM_LENGTH + 1));
    line.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_of_the_line_and_of_all_before_it() {
        let (mut first, mut second) = (b"{\"a\":1}".to_vec(), b"{\"b\":2}".to_vec());
        let one = end(&mut first, None);
        let two = end(&mut second, Some(one));
        assert!(second.starts_with(b"{\"b\":2,\"sum\":\"") && is_ended(&first) && is_ended(&second));
        assert_eq!((check(&first, None), check(&second, Some(one))), (Some(one), Some(two)));
        for previous in [None, Some(two)] {
            assert_eq!(check(&second, previous), None);
        }
        for place in 0..second.len() {
            let mut changed = second.clone();
            changed[place] ^= 1;
            assert_eq!(check(&changed, Some(one)), None, "{place}");
        }
        second.push(b'\n');
        strip(&mut second);
        assert_eq!(second, b"{\"b\":2}");
        assert!(!is_ended(b"{\"b\":2}") && check(b"{}", None).is_none());
    }
}
