//! Records of CSV, each with the line on which it begins.

use std::io::Read;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::memchr;

use super::dialect::Dialect;
use super::lines::{LineCounter, Lines, MAX_ROW_LENGTH, is_any_end};
use super::quotes::{QuoteFault, Quotes};
use super::signature;
use crate::error::InputError;
use crate::text::{is_plain, trimmed};

/// Reads records one after the other into the same memory, and two ahead: whether a record is whole can depend on the one
/// behind it, and whether that is a row on the one behind both.
#[derive(Debug)]
pub(crate) struct Records<R> {
    lines: Lines<R>,
    is_sheet: bool,
    core: Reader,
    quotes: Quotes,
    /// The records around the current one, in a ring.
    ring: [Buffer; RING],
    /// The place of the current one.
    current: usize,
    /// Why reading ended behind the records ahead, said when those were handed out.
    failed: Option<InputError>,
    /// The record as text, where some of its bytes are not UTF-8.
    decoded: Decoded,
}

/// How many records are kept, and how far behind the current one each is: around the ring, the last is the one before it.
const RING: usize = 4;
const NEXT: usize = 1;
const SECOND_NEXT: usize = 2;
const PREVIOUS: usize = 3;

/// The place in the ring of a record that stands so many behind another.
fn place(current: usize, distance: usize) -> usize {
    (current + distance) % RING
}

/// The memory of a record.
#[derive(Debug)]
struct Buffer {
    line: u64,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// How many bytes and cells the record has.
    lengths: (usize, usize),
    quote_fault: Option<QuoteFault>,
    stray_quotes: usize,
    /// Whether it holds a row.
    is_filled: bool,
}

impl Buffer {
    /// This record while the one beside it is looked at, if it is a row.
    fn as_neighbour(&self) -> Option<Neighbour<'_>> {
        self.is_filled.then(|| Neighbour { line: self.line, text: self.text(), ends: self.ends() })
    }

    fn new() -> Self {
        let (text, ends) = (vec![0; 4096], vec![0; 32]);
        Self { line: 0, text, ends, lengths: (0, 0), quote_fault: None, stray_quotes: 0, is_filled: false }
    }

    fn text(&self) -> &[u8] {
        &self.text[..self.lengths.0]
    }

    fn ends(&self) -> &[usize] {
        &self.ends[..self.lengths.1]
    }
}

impl<R: Read> Records<R> {
    pub(crate) fn new(from: R, dialect: Dialect) -> Self {
        let Dialect { delimiter, is_sheet, .. } = dialect;
        Self {
            lines: Lines::new(from),
            is_sheet,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            quotes: Quotes::new(delimiter),
            ring: std::array::from_fn(|_| Buffer::new()),
            current: 0,
            failed: None,
            decoded: Decoded::default(),
        }
    }

    /// The next record that is not an empty line; none at the end. Before the first [row](Self::next_row).
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, InputError> {
        if !self.read_ahead()? {
            return Ok(None);
        }
        let [next, last] = [NEXT, SECOND_NEXT].map(|distance| self.place(distance));
        self.ring.swap(next, last);
        self.advance();
        Ok(Some(self.current()))
    }

    /// The next record in which anything stands; none at the end.
    pub(crate) fn next_row(&mut self) -> Result<Option<Record<'_>>, InputError> {
        let next = self.place(NEXT);
        if !self.ring[next].is_filled {
            // At the end, this reads again: a file that became longer meanwhile is an error.
            self.look_ahead();
        }
        if !self.ring[next].is_filled {
            return self.failed.take().map_or(Ok(None), Err);
        }
        self.advance();
        self.look_ahead();
        Ok(Some(self.current()))
    }

    /// The place of a record that stands so many behind the current one.
    fn place(&self, distance: usize) -> usize {
        place(self.current, distance)
    }

    /// Makes the next record the current one.
    fn advance(&mut self) {
        self.current = self.place(NEXT);
        self.second_next().is_filled = false;
    }

    fn second_next(&mut self) -> &mut Buffer {
        let place = self.place(SECOND_NEXT);
        &mut self.ring[place]
    }

    fn current(&mut self) -> Record<'_> {
        let at = |distance| &self.ring[place(self.current, distance)];
        let (previous, current) = (at(PREVIOUS).as_neighbour(), at(0));
        let (next, second_next) = (at(NEXT).as_neighbour(), at(SECOND_NEXT).as_neighbour());
        let Buffer { line, quote_fault, stray_quotes, .. } = *current;
        let cells = cells(current.text(), current.ends(), &mut self.decoded);
        Record { line, cells, quote_fault, stray_quotes, previous, next, second_next }
    }

    /// Reads until two records are ahead in which anything stands, or to the end.
    fn look_ahead(&mut self) {
        let [next, last] = [NEXT, SECOND_NEXT].map(|distance| self.place(distance));
        while self.failed.is_none() && !self.ring[last].is_filled {
            match self.read_ahead() {
                Ok(false) => return,
                Ok(true) => self.ring[last].is_filled = !is_blank(self.ring[last].text()),
                Err(error) => self.failed = Some(error),
            }
            if self.ring[last].is_filled && !self.ring[next].is_filled {
                self.ring.swap(next, last);
            }
        }
    }

    /// Reads the next record behind those ahead; false at the end.
    fn read_ahead(&mut self) -> Result<bool, InputError> {
        let Some(line) = self.lines.next_line()? else { return Ok(false) };
        self.quotes.begin(line);
        let lengths = self.read(line)?;
        if self.is_sheet {
            self.lines.go_to(line + 1);
        }
        let (quote_fault, stray_quotes, is_sheet) =
            (self.quotes.fault(), self.quotes.strays(), self.is_sheet);
        let record = self.second_next();
        (record.line, record.lengths) = (line, lengths);
        if let Some(place) = memchr(0, record.text()) {
            let mut counter = LineCounter::new(line);
            if !is_sheet {
                counter.advance(&record.text()[..place]);
            }
            return Err(signature::holds_nul(counter.line(), &record.text()[place..]));
        }
        (record.quote_fault, record.stray_quotes) = (quote_fault, stray_quotes);
        Ok(true)
    }

    /// Reads the record that begins here; how many bytes of text and how many cells it has.
    fn read(&mut self, line: u64) -> Result<(usize, usize), InputError> {
        let place = self.place(SECOND_NEXT);
        let Buffer { text: bytes, ends: places, .. } = &mut self.ring[place];
        let (mut read, mut text, mut ends) = (0, 0, 0);
        while read <= MAX_ROW_LENGTH {
            let chunk = self.lines.chunk()?;
            let at_end = chunk.is_empty();
            // A record that the end cuts short is ended as by a line; within quotes that does not end it.
            let chunk = if at_end { b"\n" } else { chunk };
            let (result, taken, more_text, more_ends) =
                self.core.read_record(chunk, &mut bytes[text..], &mut places[ends..]);
            (read, text, ends) = (read + taken, text + more_text, ends + more_ends);
            if !at_end {
                self.quotes.follow(&chunk[..taken]);
                self.lines.consume(taken);
            }
            match result {
                ReadRecordResult::Record => return Ok((text, ends)),
                ReadRecordResult::OutputFull => bytes.resize(bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => places.resize(places.len() * 2, 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End if at_end => return Err(unclosed(line)),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
        Err(too_long(line))
    }
}

/// A record: the line on which it begins, from 1, and its cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'r> {
    pub(crate) line: u64,
    pub(crate) cells: Cells<'r>,
    pub(crate) quote_fault: Option<QuoteFault>,
    /// How many quotes stand within cells that have none around them.
    pub(crate) stray_quotes: usize,
    /// The row before it.
    pub(crate) previous: Option<Neighbour<'r>>,
    /// The row behind it.
    pub(crate) next: Option<Neighbour<'r>>,
    /// The row behind that.
    pub(crate) second_next: Option<Neighbour<'r>>,
}

impl<'r> Record<'r> {
    /// The record as the ones beside it are seen.
    pub(crate) fn as_neighbour(&self) -> Neighbour<'r> {
        Neighbour { line: self.line, text: self.cells.text.as_bytes(), ends: self.cells.ends }
    }
}

/// A row beside a record, as bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neighbour<'r> {
    pub(crate) line: u64,
    text: &'r [u8],
    ends: &'r [usize],
}

impl<'r> Neighbour<'r> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many cells the row has up to the last in which anything stands.
    pub(crate) fn filled(&self) -> usize {
        let is_filled = |place: &usize| self.get(*place).is_none_or(|cell| !trimmed(cell).is_empty());
        (0..self.len()).rfind(is_filled).map_or(0, |last| last + 1)
    }

    /// The row without the blank cells at its end.
    pub(crate) fn without_blanks(self) -> Self {
        Self { ends: &self.ends[..self.filled()], ..self }
    }

    /// Whether a blank cell is the last one.
    pub(crate) fn ends_blank(&self) -> bool {
        match self.ends {
            [.., before, last] if before == last => true,
            // As nearly all do.
            _ if self.text.last().is_some_and(u8::is_ascii_graphic) => false,
            [.., _] => self.get(self.len() - 1).is_some_and(|cell| trimmed(cell).is_empty()),
            [] => false,
        }
    }

    /// Whether an empty line stands between this row and the one behind it.
    pub(crate) fn is_apart_from(&self, next: &Self) -> bool {
        let mut end = LineCounter::new(self.line);
        end.advance(self.text);
        end.line() + 1 < next.line
    }

    /// All cells, one after the other, if they are UTF-8.
    pub(crate) fn text(&self) -> Option<&'r str> {
        std::str::from_utf8(self.text).ok()
    }

    /// A cell, if the row is that long and the cell is UTF-8.
    pub(crate) fn get(&self, place: usize) -> Option<&'r str> {
        let end = *self.ends.get(place)?;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        std::str::from_utf8(&self.text[start..end]).ok()
    }
}

/// The cells of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells<'r> {
    text: &'r str,
    ends: &'r [usize],
    /// Whether all of them [are plain](is_plain), which spares many a closer look.
    pub(crate) are_plain: bool,
    /// Cells that hold bytes which are not UTF-8: which, and at which byte from 1.
    pub(crate) damaged: &'r [(usize, usize)],
}

impl<'r> Cells<'r> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes they have together.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// All of them, one after the other.
    #[inline]
    pub(crate) fn text(&self) -> &'r str {
        self.text
    }

    /// A cell, if the record is that long.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&'r str> {
        let end = *self.ends.get(place)?;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        self.text.get(start..end)
    }

    /// Whether a character that is not plain stands in any of them.
    pub(crate) fn holds(&self, character: char) -> bool {
        !self.are_plain && self.text.contains(character)
    }

    /// Whether a line ends in any of them, in whatever way.
    pub(crate) fn hold_line_end(&self) -> bool {
        !self.are_plain && self.text.contains(is_any_end)
    }

    /// Whether nothing stands in any but the first.
    pub(crate) fn are_one(&self) -> bool {
        self.ends.first() == self.ends.last()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'r str> {
        (0..self.len()).filter_map(move |place| self.get(place))
    }
}

/// Whether the cells of a record hold nothing but white space.
fn is_blank(text: &[u8]) -> bool {
    let is_seen = text.first().is_some_and(u8::is_ascii_graphic);
    !is_seen && std::str::from_utf8(text).is_ok_and(|text| trimmed(text).is_empty())
}

/// A record with replacement characters where it is not UTF-8.
#[derive(Debug, Default)]
struct Decoded {
    text: String,
    ends: Vec<usize>,
    damaged: Vec<(usize, usize)>,
}

fn cells<'r>(text: &'r [u8], ends: &'r [usize], decoded: &'r mut Decoded) -> Cells<'r> {
    let Ok(whole) = std::str::from_utf8(text) else { return decoded.cells(text, ends) };
    let are_plain = is_plain(whole);
    if are_plain || ends.iter().all(|end| whole.is_char_boundary(*end)) {
        Cells { text: whole, ends, are_plain, damaged: &[] }
    } else {
        decoded.cells(text, ends)
    }
}

impl Decoded {
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
        "the row that begins on line {line} is longer than {MAX_ROW_LENGTH} bytes; most likely it opens a quote (\") \
         that is not closed"
    ))
}
