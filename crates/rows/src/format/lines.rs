//! Bytes in chunks, with the number of the line that they stand on.

use std::io::{self, BufRead, BufReader, Read};

use memchr::memchr2_iter;

use crate::source::CHUNK;

/// The longest row, in bytes: some four hundred times what the contract's limits leave for values.
pub(crate) const MAX_ROW_LENGTH: usize = 1024 * 1024;

/// Counts lines, which end with CR, LF or both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineCounter {
    line: u64,
    /// Whether the last byte was a CR, which a LF then belongs to.
    after_cr: bool,
}

impl LineCounter {
    /// A counter that stands on a line.
    pub(crate) fn new(line: u64) -> Self {
        Self { line, after_cr: false }
    }

    /// The line of the next byte.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Goes on behind some bytes.
    pub(crate) fn advance(&mut self, bytes: &[u8]) {
        for place in memchr2_iter(b'\r', b'\n', bytes) {
            let after_cr = if place == 0 { self.after_cr } else { bytes[place - 1] == b'\r' };
            self.line += u64::from(bytes[place] == b'\r' || !after_cr);
        }
        self.after_cr = bytes.last().map_or(self.after_cr, |last| *last == b'\r');
    }
}

/// A reader that counts lines.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    from: BufReader<R>,
    counter: LineCounter,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(from: R) -> Self {
        Self { from: BufReader::with_capacity(CHUNK, from), counter: LineCounter::new(1) }
    }

    /// The bytes that are there; none at the end.
    pub(crate) fn chunk(&mut self) -> io::Result<&[u8]> {
        self.from.fill_buf()
    }

    /// Goes on behind the first `count` bytes of the chunk.
    pub(crate) fn consume(&mut self, count: usize) {
        self.counter.advance(&self.from.buffer()[..count]);
        self.from.consume(count);
    }

    /// Counts the next byte as one on this line.
    pub(crate) fn go_to(&mut self, line: u64) {
        self.counter = LineCounter::new(line);
    }

    /// Goes to the next byte that ends no line, and gives its line; none at the end.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<u64>> {
        loop {
            let chunk = self.chunk()?;
            let (ends, all) = (chunk.iter().take_while(|byte| is_end(**byte)).count(), chunk.len());
            if ends > 0 {
                self.consume(ends);
            }
            if all == 0 {
                return Ok(None);
            }
            if ends < all {
                return Ok(Some(self.counter.line()));
            }
        }
    }
}

pub(crate) fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Whether a character ends a line for some program, or for Unicode.
pub(crate) fn is_any_end(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{1C}'..='\u{1E}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The lines of a text, which end with CR, LF or both.
pub(crate) fn of_text(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.bytes().position(is_end);
        rest = end.map(|end| &text[end + if text[end..].starts_with("\r\n") { 2 } else { 1 }..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so every chunk ends between two.
    struct Drops<'b>(&'b [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = into.len().min(1);
            self.0.read(&mut into[..count])
        }
    }

    #[test]
    fn every_way_to_end_a_line_counts_once() {
        for (text, expected) in [("\r\n\r\nx", 3), ("\n\nx", 3), ("\r\rx", 3), ("\n\r\nx", 3), ("x", 1)] {
            assert_eq!(Lines::new(text.as_bytes()).next_line().unwrap(), Some(expected), "{text:?}");
            assert_eq!(Lines::new(Drops(text.as_bytes())).next_line().unwrap(), Some(expected), "{text:?}");
        }
        assert_eq!(Lines::new("\n\n".as_bytes()).next_line().unwrap(), None);
    }

    #[test]
    fn a_text_has_a_line_more_than_line_ends() {
        assert_eq!(of_text("a\r\nb\rc\n\nd\n").collect::<Vec<_>>(), ["a", "b", "c", "", "d", ""]);
    }
}
