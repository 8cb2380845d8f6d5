//! From bytes to UTF-8, with nothing replaced in silence.

use std::io::{self, BufRead, BufReader, Read};

use super::dialect::DELIMITERS;
use super::lines::is_end;
use crate::source::{Bytes, CHUNK};

/// How characters are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16 { little_endian: bool },
}

impl Encoding {
    /// The encoding of a text that begins with these bytes, and how many of them are the byte order mark.
    ///
    /// Without a mark it is UTF-16 if a good part of the bytes is NUL: then at least a sixteenth of the header's
    /// characters is from Latin-1, such as the commas.
    pub(crate) fn of(start: &[u8]) -> (Self, usize) {
        match start {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16 { little_endian: true }, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16 { little_endian: false }, 2),
            _ => (Self::by_nuls(start), 0),
        }
    }

    fn by_nuls(start: &[u8]) -> Self {
        let line = start.split(|byte| is_end(*byte)).find(|line| !line.is_empty()).unwrap_or_default();
        if !line.contains(&0) && line.iter().any(|byte| DELIMITERS.contains(byte)) {
            // What holds NULs was added below a header that has none.
            return Self::Utf8;
        }
        let nuls = |parity| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (nuls(0), nuls(1));
        if (even + odd) * 16 < start.len().max(1) {
            Self::Utf8
        } else {
            Self::Utf16 { little_endian: odd > even }
        }
    }

    /// Reads `file`, which stands at its beginning, as UTF-8 without a mark.
    pub(crate) fn decode(self, mut file: Bytes<'_>, mark: usize) -> io::Result<Decoder<'_>> {
        file.read_exact(&mut [0; 3][..mark])?;
        Ok(match self {
            Self::Utf8 => Decoder::Utf8(file),
            Self::Utf16 { little_endian } => Decoder::Utf16(Utf16::new(file, little_endian)),
        })
    }
}

/// Bytes as UTF-8, as far as they are text.
#[derive(Debug)]
pub(crate) enum Decoder<'f> {
    Utf8(Bytes<'f>),
    Utf16(Utf16<Bytes<'f>>),
}

impl Read for Decoder<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Utf8(file) => file.read(into),
            Self::Utf16(decoder) => decoder.read(into),
        }
    }
}

/// Makes UTF-8 of UTF-16.
///
/// What is not UTF-16, half of a pair or half of a unit at the end, becomes a byte that is not UTF-8:
/// the row which holds it is found to be damaged.
#[derive(Debug)]
pub(crate) struct Utf16<R> {
    from: BufReader<R>,
    little_endian: bool,
    /// A unit that was read behind half a pair and belongs to the next character.
    unit: Option<u16>,
    /// What did not fit into the caller's buffer.
    rest: Vec<u8>,
}

/// A byte that no UTF-8 text holds.
const DAMAGED: &[u8] = &[0xFF];

impl<R: Read> Utf16<R> {
    fn new(from: R, little_endian: bool) -> Self {
        let from = BufReader::with_capacity(CHUNK, from);
        Self { from, little_endian, unit: None, rest: Vec::new() }
    }

    /// The next character's bytes, appended to the rest; false at the end.
    fn character(&mut self) -> io::Result<bool> {
        let Some(first) = self.unit()? else { return Ok(false) };
        let second = if matches!(first, 0xD800..=0xDBFF) { self.unit()? } else { None };
        let mut decoded = char::decode_utf16([first].into_iter().chain(second));
        if let Some(Ok(character)) = decoded.next() {
            self.rest.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            self.rest.extend(DAMAGED);
            self.unit = second;
        }
        Ok(true)
    }

    fn unit(&mut self) -> io::Result<Option<u16>> {
        if let Some(unit) = self.unit.take() {
            return Ok(Some(unit));
        }
        let Some(first) = self.byte()? else { return Ok(None) };
        let Some(second) = self.byte()? else {
            self.rest.extend(DAMAGED);
            return Ok(None);
        };
        let bytes = [first, second];
        Ok(Some(if self.little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) }))
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.from.fill_buf()?.first().copied();
        self.from.consume(usize::from(byte.is_some()));
        Ok(byte)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.len() < into.len() && self.character()? {}
        let count = self.rest.len().min(into.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Vec<u8> {
        let mut all = Vec::new();
        Utf16::new(bytes, true).read_to_end(&mut all).unwrap();
        all
    }

    #[test]
    fn utf16_becomes_utf8_and_damage_stays_visible() {
        let bytes = |units: &[u16]| units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<_>>();
        assert_eq!(decoded(&bytes(&[0x61, 0xD83D, 0xDE00, 0xE4])), "a😀ä".as_bytes());
        assert_eq!(decoded(&bytes(&[0xD83D, 0x61, 0xDE00])), b"\xFFa\xFF");
        assert_eq!(decoded(&bytes(&[0xD83D])), b"\xFF");
        assert_eq!(decoded(b"a\0b"), b"a\xFF");
    }

    #[test]
    fn utf16_without_a_mark_is_known_by_its_nuls() {
        assert_eq!(Encoding::of(b"a\0,\0"), (Encoding::Utf16 { little_endian: true }, 0));
        let header: Vec<u8> = "郵便番号,国,市,".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(Encoding::of(&header), (Encoding::Utf16 { little_endian: false }, 0));
        let header: Vec<u8> = "customer,tenant".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Encoding::of(&header), (Encoding::Utf16 { little_endian: true }, 0));
        assert_eq!(Encoding::of("customer,Größe,\0 and more".as_bytes()), (Encoding::Utf8, 0));
    }
}
