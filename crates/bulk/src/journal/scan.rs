//! Reads a journal from its beginning to its end, in little memory.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use super::framing::{Line, MAX_LENGTH};
use super::index::Index;
use super::record::{self, AnyHeader, FORMAT_OF_PLANS, Header, UNCHAINED};
use super::writer::FileEnd;

/// The longest record that is looked for in front of a damaged line end, in bytes: ids and names of hosts are bounded.
const MAX_RECORD_LENGTH: usize = 2048;

/// The smallest part that a disk writes at once, in bytes.
const BLOCK: u64 = 512;

/// What a journal holds.
pub(super) struct Scan {
    /// Nothing where the file is empty, or its only line is torn.
    pub(super) header: Option<Header>,
    pub(super) index: Index,
    /// Where the last good line ends, and its checksum.
    pub(super) end: u64,
    pub(super) sum: u32,
    pub(super) torn: Option<TornTail>,
    /// Where the last run that came to its end does, in a journal of a plan.
    pub(super) last_run_ended: u64,
}

/// Why a journal cannot be read.
pub(super) enum ScanError {
    System(io::Error),
    /// The first line is not that of a journal.
    NoJournal,
    /// The format is newer than [`FORMAT_OF_PLANS`].
    Newer(u32),
    /// The line of this number, from 1, is not as it was written.
    Damaged(u64),
}

impl From<io::Error> for ScanError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// What does not count at a journal's end: a record that a crash left incomplete. Its row is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TornTail {
    /// The number of the line, from 1.
    pub line: u64,
    /// How much does not count, in bytes.
    pub bytes: u64,
}

impl fmt::Display for TornTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, bytes } = self;
        write!(
            f,
            "line {line} of the journal is incomplete, as a crash leaves it: its {bytes} bytes do not count, and its row \
             is sent again"
        )
    }
}

/// Reads a whole journal.
pub(super) fn scan(file: impl Read) -> Result<Scan, ScanError> {
    let mut lines = JournalLines::new(file);
    let mut scan = Scan { header: None, index: Index::new(), end: 0, sum: 0, torn: None, last_run_ended: 0 };
    if !lines.advance()? {
        return Ok(scan);
    }
    match read_header(&lines) {
        Ok((header, sum)) => (scan.header, scan.sum) = (Some(header), sum),
        Err(error) => {
            scan.torn = Some(torn_header(&mut lines)?.ok_or(error)?);
            return Ok(scan);
        }
    }
    read_records(&mut lines, &mut scan)?;
    scan.index.finish();
    Ok(scan)
}

/// Reads a journal again whose lines were scanned or written, and gives the number of the first line that is not as it was.
///
/// Each checksum is of one more, so the last one is of all bytes. What they say is not looked at.
pub(super) fn first_changed(file: impl Read, end: FileEnd) -> io::Result<Option<u64>> {
    let (mut lines, mut previous) = (JournalLines::new(file), None);
    while lines.advance()? {
        match lines.ended().and_then(Line::parse).filter(|line| line.previous == previous) {
            Some(line) => previous = Some(line.sum),
            None => return Ok(Some(lines.number)),
        }
    }
    let is_whole = (lines.next, previous) == (end.length, Some(end.sum));
    Ok((!is_whole).then_some(lines.number))
}

fn read_header(lines: &JournalLines<impl Read>) -> Result<(Header, u32), ScanError> {
    let line = lines.ended().and_then(Line::parse).ok_or(ScanError::NoJournal)?;
    let AnyHeader { format } = line.read().ok_or(ScanError::NoJournal)?;
    match format {
        UNCHAINED..=FORMAT_OF_PLANS => Ok((line.read().ok_or(ScanError::NoJournal)?, line.sum)),
        newer => Err(ScanError::Newer(newer)),
    }
}

/// A first line that broke off, if that is all there is.
fn torn_header(lines: &mut JournalLines<impl Read>) -> io::Result<Option<TornTail>> {
    let torn = lines.ended().is_none() && record::begins(&lines.line);
    Ok(if torn && !lines.advance()? { Some(TornTail { line: 1, bytes: lines.next }) } else { None })
}

fn read_records(lines: &mut JournalLines<impl Read>, scan: &mut Scan) -> Result<(), ScanError> {
    let is_chained = scan.header.as_ref().is_some_and(|header| header.format > UNCHAINED);
    scan.end = lines.next;
    while lines.advance()? {
        let previous = is_chained.then_some(scan.sum);
        let line = lines.ended().and_then(Line::parse).filter(|line| line.previous == previous);
        if let Some(line) = line.filter(is_end) {
            (scan.end, scan.sum, scan.last_run_ended) = (lines.next, line.sum, lines.next);
            continue;
        }
        let Some((sum, (user, entry))) = line.and_then(|line| Some((line.sum, record::read(&line)?))) else {
            let line = lines.number;
            if !is_torn_to_the_end(lines)? {
                return Err(ScanError::Damaged(line));
            }
            scan.torn = Some(TornTail { line, bytes: lines.next - scan.end });
            return Ok(());
        };
        scan.index.insert(&user, lines.offset, entry.outcome.state);
        (scan.end, scan.sum) = (lines.next, sum);
    }
    Ok(())
}

fn is_end(line: &Line<'_>) -> bool {
    line.read::<record::RunEnd>().is_some()
}

/// Whether a line that is no record is what a crash leaves: the last one without its end, or zeros with no good line
/// behind.
///
/// A whole line that is bad is not, nor is one before good ones: what it said of its user would be forgotten, and
/// something older believed. A single zero is a damaged byte: a crash leaves zeros to the end, or a block of them.
fn is_torn_to_the_end(lines: &mut JournalLines<impl Read>) -> io::Result<bool> {
    let zeros = lines.line.windows(2).any(|two| two == [0, 0]);
    if lines.ended().is_some() && !zeros || has_damaged_end(lines) {
        return Ok(false);
    }
    while lines.advance()? {
        if !zeros || lines.ended().and_then(Line::parse).is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a line begins with a whole record, behind which something else than its end stands.
///
/// Zeros may be what a crash left of the end, where they begin with a block of the disk: it writes whole blocks.
fn has_damaged_end(lines: &JournalLines<impl Read>) -> bool {
    let line = &lines.line;
    let is_record = |line: Line<'_>| record::read(&line).is_some() || is_end(&line);
    let is_whole = |end: usize| Line::parse(&line[..end]).is_some_and(is_record);
    let ends = line.iter().take(MAX_RECORD_LENGTH).enumerate().filter(|(_, byte)| **byte == b'}');
    let mut ends = ends.map(|(place, _)| place + 1);
    ends.any(|end| match line.get(end) {
        None => false,
        Some(0) if (lines.offset + end as u64).is_multiple_of(BLOCK) => false,
        Some(_) => is_whole(end),
    })
}

/// The lines of a file, one at a time. A line longer than any that is written comes in pieces.
struct JournalLines<R> {
    file: BufReader<R>,
    line: Vec<u8>,
    /// From 1.
    number: u64,
    /// Where the line begins.
    offset: u64,
    /// Where the next one begins.
    next: u64,
}

impl<R: Read> JournalLines<R> {
    fn new(file: R) -> Self {
        let file = BufReader::with_capacity(1 << 16, file);
        Self { file, line: Vec::new(), number: 0, offset: 0, next: 0 }
    }

    /// Goes to the next line, if there is one. At the end it keeps the last one's offset and number.
    fn advance(&mut self) -> io::Result<bool> {
        self.line.clear();
        let read = self.file.by_ref().take(MAX_LENGTH as u64).read_until(b'\n', &mut self.line)?;
        if read > 0 {
            (self.number, self.offset) = (self.number + 1, self.next);
            self.next += read as u64;
        }
        Ok(read > 0)
    }

    /// The line without its end, if it has one.
    fn ended(&self) -> Option<&[u8]> {
        self.line.strip_suffix(b"\n")
    }
}
