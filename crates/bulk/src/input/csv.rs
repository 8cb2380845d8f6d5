//! Records of CSV, each with the line on which it begins.

use std::io::Read;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::memchr2;

use super::InputError;
use super::lines::{LONGEST_ROW, Lines};

/// Reads records one after the other into the same memory.
#[derive(Debug)]
pub(super) struct Records<R> {
    lines: Lines<R>,
    core: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// The record as text, where some of its bytes are not UTF-8.
    mended: Mended,
}

impl<R: Read> Records<R> {
    pub(super) fn new(from: R, delimiter: u8) -> Self {
        let core = ReaderBuilder::new().delimiter(delimiter).build();
        let (text, ends) = (vec![0; 4096], vec![0; 32]);
        Self { lines: Lines::new(from), core, text, ends, mended: Mended::default() }
    }

    /// The next record that is not an empty line; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, InputError> {
        let Some(line) = self.lines.next_line()? else { return Ok(None) };
        let (text, ends) = self.read(line)?;
        Ok(Some(Record { line, cells: cells(&self.text[..text], &self.ends[..ends], &mut self.mended) }))
    }

    /// The next record in which anything stands; none at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Record<'_>>, InputError> {
        loop {
            let Some(line) = self.lines.next_line()? else { return Ok(None) };
            let (text, ends) = self.read(line)?;
            if !is_blank(&self.text[..text]) {
                let cells = cells(&self.text[..text], &self.ends[..ends], &mut self.mended);
                return Ok(Some(Record { line, cells }));
            }
        }
    }

    /// Reads the record that begins here; how many bytes of text and how many cells it has.
    fn read(&mut self, line: u64) -> Result<(usize, usize), InputError> {
        let (mut read, mut text, mut ends) = (0, 0, 0);
        while read <= LONGEST_ROW {
            let chunk = self.lines.chunk()?;
            let at_end = chunk.is_empty();
            // A record that the end cuts short is ended as by a line; within quotes that does not end it.
            let chunk = if at_end { b"\n" } else { chunk };
            let (result, taken, more_text, more_ends) =
                self.core.read_record(chunk, &mut self.text[text..], &mut self.ends[ends..]);
            (read, text, ends) = (read + taken, text + more_text, ends + more_ends);
            if !at_end {
                self.lines.consume(taken);
            }
            match result {
                ReadRecordResult::Record => return Ok((text, ends)),
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End if at_end => return Err(unclosed(line)),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
        Err(too_long(line))
    }
}

/// A record: the line on which it begins, from 1, and its cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'r> {
    pub(super) line: u64,
    pub(super) cells: Cells<'r>,
}

/// The cells of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells<'r> {
    text: &'r str,
    ends: &'r [usize],
    /// Whether all of them [are plain](super::is_plain), which spares many a closer look.
    pub(super) are_plain: bool,
    /// Cells that hold bytes which are not UTF-8: which, and at which byte from 1.
    pub(super) damaged: &'r [(usize, usize)],
}

impl<'r> Cells<'r> {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes they have together.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// A cell, if the record is that long.
    pub(super) fn get(&self, place: usize) -> Option<&'r str> {
        let end = *self.ends.get(place)?;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        self.text.get(start..end)
    }

    /// Whether a character that is not plain stands in any of them.
    pub(super) fn holds(&self, character: char) -> bool {
        !self.are_plain && self.text.contains(character)
    }

    /// Whether a line ends in any of them.
    pub(super) fn holds_line_end(&self) -> bool {
        !self.are_plain && memchr2(b'\r', b'\n', self.text.as_bytes()).is_some()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'r str> {
        (0..self.len()).filter_map(move |place| self.get(place))
    }
}

/// Whether the cells of a record hold nothing but white space.
fn is_blank(text: &[u8]) -> bool {
    let is_seen = text.first().is_some_and(u8::is_ascii_graphic);
    !is_seen && std::str::from_utf8(text).is_ok_and(|text| super::trimmed(text).is_empty())
}

/// A record with replacement characters where it is not UTF-8.
#[derive(Debug, Default)]
struct Mended {
    text: String,
    ends: Vec<usize>,
    damaged: Vec<(usize, usize)>,
}

fn cells<'r>(text: &'r [u8], ends: &'r [usize], mended: &'r mut Mended) -> Cells<'r> {
    let Ok(whole) = std::str::from_utf8(text) else { return mended.cells(text, ends) };
    let are_plain = super::is_plain(whole);
    if are_plain || ends.iter().all(|end| whole.is_char_boundary(*end)) {
        Cells { text: whole, ends, are_plain, damaged: &[] }
    } else {
        mended.cells(text, ends)
    }
}

impl Mended {
    fn cells(&mut self, text: &[u8], ends: &[usize]) -> Cells<'_> {
        *self = Self::default();
        let mut start = 0;
        for (place, end) in ends.iter().enumerate() {
            let cell = &text[start..*end];
            if let Err(error) = std::str::from_utf8(cell) {
                self.damaged.push((place, error.valid_up_to() + 1));
            }
            self.text.push_str(&String::from_utf8_lossy(cell));
            self.ends.push(self.text.len());
            start = *end;
        }
        Cells { text: &self.text, ends: &self.ends, are_plain: false, damaged: &self.damaged }
    }
}

fn unclosed(line: u64) -> InputError {
    InputError::malformed(format!(
        "the row that begins on line {line} opens a quote (\") that is never closed; close it, or double every \
         quote that belongs to a value"
    ))
}

fn too_long(line: u64) -> InputError {
    InputError::malformed(format!(
        "the row that begins on line {line} is longer than {LONGEST_ROW} bytes; most likely it opens a quote (\") \
         that is not closed"
    ))
}
