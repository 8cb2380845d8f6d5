//! Reads a journal from its beginning to its end, in little memory.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use super::header::{self, FORMAT, Format, Header};
use super::index::Index;
use super::line::{self, LONGEST};
use super::record;

/// What a journal holds.
pub(super) struct Scan {
    /// Nothing where the file is empty, or its only line is torn.
    pub(super) header: Option<Header>,
    pub(super) index: Index,
    /// Where the last good line ends.
    pub(super) end: u64,
    pub(super) torn: Option<Mended>,
}

/// Why a journal cannot be read.
pub(super) enum Trouble {
    System(io::Error),
    /// The first line is not that of a journal.
    NoJournal,
    /// The format is newer than [`FORMAT`].
    Newer(u32),
    /// The line of this number, from 1, is not as it was written.
    Damaged(u64),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// What was cut off a journal's end: a record that a crash left incomplete. Its row is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mended {
    /// The number of the line, from 1.
    pub line: u64,
    /// How much was cut off, in bytes.
    pub bytes: u64,
}

impl fmt::Display for Mended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, bytes } = self;
        write!(f, "line {line} of the journal was incomplete after a crash; its {bytes} bytes were cut off")
    }
}

/// Reads a whole journal.
pub(super) fn scan(file: impl Read) -> Result<Scan, Trouble> {
    let mut lines = Lines::new(file);
    let mut scan = Scan { header: None, index: Index::new(), end: 0, torn: None };
    if !lines.advance()? {
        return Ok(scan);
    }
    match read_header(&lines) {
        Ok(header) => scan.header = Some(header),
        Err(trouble) => {
            scan.torn = Some(torn_header(&mut lines)?.ok_or(trouble)?);
            return Ok(scan);
        }
    }
    read_records(&mut lines, &mut scan)?;
    scan.index.finish();
    Ok(scan)
}

fn read_header(lines: &Lines<impl Read>) -> Result<Header, Trouble> {
    let line = lines.ended().ok_or(Trouble::NoJournal)?;
    let Format { format } = line::read(line).ok_or(Trouble::NoJournal)?;
    match format {
        FORMAT => line::read(line).ok_or(Trouble::NoJournal),
        newer => Err(Trouble::Newer(newer)),
    }
}

/// A first line that broke off, if that is all there is.
fn torn_header(lines: &mut Lines<impl Read>) -> io::Result<Option<Mended>> {
    let torn = lines.ended().is_none() && header::begins(&lines.line);
    Ok(if torn && !lines.advance()? { Some(Mended { line: 1, bytes: lines.next }) } else { None })
}

fn read_records(lines: &mut Lines<impl Read>, scan: &mut Scan) -> Result<(), Trouble> {
    scan.end = lines.next;
    while lines.advance()? {
        let Some((user, entry)) = lines.ended().and_then(record::read) else {
            let line = lines.number;
            if !is_torn_to_the_end(lines)? {
                return Err(Trouble::Damaged(line));
            }
            scan.torn = Some(Mended { line, bytes: lines.next - scan.end });
            return Ok(());
        };
        scan.index.insert(&user, lines.place, entry.outcome.state);
        scan.end = lines.next;
    }
    Ok(())
}

/// Whether a line that is no record is what a crash leaves: the last one without its end, or zeros with no good line
/// behind.
///
/// A whole line that is bad is not, nor is one before good ones: what it said of its user would be forgotten, and
/// something older believed.
fn is_torn_to_the_end(lines: &mut Lines<impl Read>) -> io::Result<bool> {
    let zeros = lines.line.contains(&0);
    if lines.ended().is_some() && !zeros {
        return Ok(false);
    }
    while lines.advance()? {
        if !zeros || lines.is_good() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The lines of a file, one at a time. A line longer than any that is written comes in pieces.
struct Lines<R> {
    file: BufReader<R>,
    line: Vec<u8>,
    /// From 1.
    number: u64,
    /// Where the line begins.
    place: u64,
    /// Where the next one begins.
    next: u64,
}

impl<R: Read> Lines<R> {
    fn new(file: R) -> Self {
        let file = BufReader::with_capacity(1 << 16, file);
        Self { file, line: Vec::new(), number: 0, place: 0, next: 0 }
    }

    /// Goes to the next line, if there is one. At the end it keeps the last one's place and number.
    fn advance(&mut self) -> io::Result<bool> {
        self.line.clear();
        let read = self.file.by_ref().take(LONGEST as u64).read_until(b'\n', &mut self.line)?;
        if read > 0 {
            (self.number, self.place) = (self.number + 1, self.next);
            self.next += read as u64;
        }
        Ok(read > 0)
    }

    /// The line without its end, if it has one.
    fn ended(&self) -> Option<&[u8]> {
        self.line.strip_suffix(b"\n")
    }

    /// Whether the line has its end and the right checksum.
    fn is_good(&self) -> bool {
        self.ended().and_then(line::checked).is_some()
    }
}
