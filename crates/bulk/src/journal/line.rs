//! Lines with a checksum: a CRC-32 in eight hexadecimal digits, a space, a JSON object, a line feed.

use std::io::Write;

use serde::Serialize;
use serde::de::Deserialize;

/// The longest line that is read, in bytes: a base URL may have 64 KiB; a record has a few hundred bytes.
pub(super) const LONGEST: usize = 1 << 17;

/// The digits of the checksum and the space.
const PREFIX: usize = 9;

/// Appends a line, whose object is appended by `object`.
pub(super) fn push(lines: &mut Vec<u8>, object: impl FnOnce(&mut Vec<u8>)) {
    let start = lines.len();
    lines.extend_from_slice(b"00000000 ");
    object(lines);
    let sum = crc32fast::hash(&lines[start + PREFIX..]);
    let _ = write!(&mut lines[start..start + PREFIX], "{sum:08x}");
    lines.push(b'\n');
}

/// Appends a value as JSON.
pub(super) fn push_json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // Neither text nor memory refuses what is written here.
    let _ = serde_json::to_writer(out, value);
}

/// The object of a line, which is given without its end; nothing if the checksum is not that of the object.
pub(super) fn checked(line: &[u8]) -> Option<&[u8]> {
    let (sum, object) = line.split_at_checked(PREFIX)?;
    let mut expected = [b' '; PREFIX];
    write!(&mut expected[..], "{:08x}", crc32fast::hash(object)).ok()?;
    (sum == expected).then_some(object)
}

/// What a line says; nothing if that is not what was written.
pub(super) fn read<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Option<T> {
    serde_json::from_slice(checked(line)?).ok()
}
