//! What an export has read so far, in a file that lasts.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use avepoint_elements::UserKey;
use avepoint_elements_rows::Format;
use serde::{Deserialize, Serialize};

use super::ExportRow;
use super::sheet::Sheet;
use crate::chain::{self, CheckedLines, LineSum};
use crate::error::{FileError, FileErrorKind};
use crate::file_names::partial_name;
use crate::plan::Sha256Sum;
use crate::{atomic_file, base_url, times, untrusted};

/// The format of drafts that this version writes and reads.
const FORMAT: u32 = 1;

/// How a draft begins.
const SIGNATURE: &[u8] = br#"{"elements_export":"#;

/// Which service was read, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExportHeader {
    #[serde(rename = "elements_export")]
    format: u32,
    /// The base URL of the API.
    pub base_url: String,
    /// When the export began, in UTC.
    pub time: String,
    /// The SHA-256 of the users that the sandbox was filled from, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<Sha256Sum>,
}

impl ExportHeader {
    /// The header of an export from a service. Slashes at the end of its base URL mean nothing.
    pub fn new(base_url: &str, at: SystemTime) -> Self {
        let base_url = base_url::trimmed(base_url).to_owned();
        Self { format: FORMAT, base_url, time: times::text(at).to_string(), sandbox: None }
    }

    /// Whether both are of the same users. A sandbox has another URL each time.
    fn is_of_same_users(&self, other: &Self) -> bool {
        let is_same_service = self.sandbox.is_some() || self.base_url == other.base_url;
        self.format == other.format && self.sandbox == other.sandbox && is_same_service
    }
}

/// The readings of an export: a header, and a line for each user, readable by the owner alone and locked. Each line has a
/// checksum, chained to that of the line before. No reading that was changed comes into a sheet.
#[derive(Debug)]
pub struct Draft {
    out: BufWriter<File>,
    header: ExportHeader,
    users: HashSet<UserKey>,
    last: Option<LineSum>,
    /// How many bytes it has, written or about to be.
    length: u64,
    /// The name that the sheet gets.
    path: PathBuf,
    partial: PathBuf,
}

impl Draft {
    /// Opens the draft of a sheet with this name, or begins one. A line that was not written to its end is cut off; a draft
    /// of another service is begun again.
    ///
    /// # Errors
    /// The name belongs to a file, or a link has the draft's name ([`FileError::is_unsuitable`]); a line of the draft was
    /// changed, or the file that has its name is none ([`FileError::is_damaged`]); another run writes the sheet
    /// ([`FileError::is_in_use`]), or the file cannot be made.
    pub fn open(path: &Path, header: &ExportHeader) -> Result<Self, FileError> {
        if path.symlink_metadata().is_ok() {
            return Err(atomic_file::exists("sheet", path));
        }
        let partial = partial_name(path);
        let failed = |error| FileError::system("write the readings to", &partial, error);
        untrusted::check_file(&partial, "open the readings")?;
        let (file, _) = untrusted::open_locked(&partial, "the readings", || in_use(&partial))?;
        let Content { header, users, last, end } = content(&file, &partial, header)?;
        file.set_len(end).map_err(failed)?;
        let mut draft = Self {
            out: BufWriter::new(file),
            header,
            users,
            last,
            length: end,
            path: path.to_owned(),
            partial: partial.clone(),
        };
        if end == 0 {
            draft.line(&draft.header.clone()).map_err(failed)?;
        }
        draft.flush()?;
        Ok(draft)
    }

    /// The users that it holds: an earlier run has read them.
    pub fn users(&self) -> &HashSet<UserKey> {
        &self.users
    }

    /// When the export began, in UTC.
    pub fn time(&self) -> &str {
        &self.header.time
    }

    /// The file of the draft.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Adds a reading. It is in the file after a [`flush`](Self::flush), or when enough came after it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, row: &ExportRow) -> Result<(), FileError> {
        self.line(row).map_err(|error| self.unwritten(error))
    }

    /// Hands all readings so far to the system.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn flush(&mut self) -> Result<(), FileError> {
        self.out.flush().map_err(|error| self.unwritten(error))
    }

    /// Writes the sheet of those users that `takes` says, makes it last, gives it its name and removes the draft. The
    /// number is that of the values that stand in it as `#KEEP`.
    ///
    /// # Errors
    /// A file cannot be read or written, the draft was changed or removed ([`FileError::is_damaged`]), or another file took
    /// the name in the meantime ([`FileError::is_unsuitable`]).
    pub fn finish(mut self, format: Format, takes: impl Fn(&UserKey) -> bool) -> Result<Sheet, FileError> {
        self.flush()?;
        let mut file = self.out.get_ref();
        untrusted::check_untouched("the file of readings", &self.partial, file, self.length)?;
        file.rewind().map_err(|error| self.unwritten(error))?;
        let mut lines = DraftLines::new(file, &self.partial);
        lines.next()?;
        let rows = std::iter::from_fn(|| match lines.next() {
            Ok(Some(line)) => Some(serde_json::from_slice(&line).map_err(|_| lines.broken())),
            // The last lines are there, too.
            Ok(None) => (lines.checked.last != self.last).then(|| Err(lines.broken())),
            Err(error) => Some(Err(error)),
        });
        let is_wanted = |row: &Result<ExportRow, _>| match row {
            Ok(row) => row.user().is_some_and(|user| takes(&user)),
            Err(_) => true,
        };
        let sheet = Sheet::write(&self.path, format, rows.filter(is_wanted))?;
        // The sheet is whole, whether or not this succeeds.
        let _ = fs::remove_file(&self.partial);
        Ok(sheet)
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        self.last = Some(chain::end(&mut text, self.last));
        text.push(b'\n');
        self.length += text.len() as u64;
        self.out.write_all(&text)
    }

    fn unwritten(&self, error: io::Error) -> FileError {
        FileError::system("write the readings to", &self.partial, error)
    }
}

/// What a draft holds.
struct Content {
    header: ExportHeader,
    users: HashSet<UserKey>,
    last: Option<LineSum>,
    /// Where its last whole line ends.
    end: u64,
}

/// Reads a draft, as far as it is one of the same service.
fn content(file: &File, path: &Path, header: &ExportHeader) -> Result<Content, FileError> {
    let mut lines = DraftLines::new(file, path);
    let mut content = Content { header: header.clone(), users: HashSet::new(), last: None, end: 0 };
    if !lines.begin()? {
        return Err(foreign(path));
    }
    // Without a whole first line nothing was read.
    let Some(first) = lines.next()? else { return Ok(content) };
    let earlier: ExportHeader = serde_json::from_slice(&first).map_err(|_| foreign(path))?;
    if !earlier.is_of_same_users(header) {
        return Ok(content);
    }
    content.header = earlier;
    while let Some(line) = lines.next()? {
        let row = serde_json::from_slice::<ExportRow>(&line).ok();
        content.users.insert(row.and_then(|row| row.user()).ok_or_else(|| lines.broken())?);
    }
    (content.last, content.end) = (lines.checked.last, lines.checked.end);
    Ok(content)
}

/// The whole lines of a draft, each checked.
struct DraftLines<'f> {
    reader: BufReader<&'f File>,
    path: &'f Path,
    checked: CheckedLines,
}

impl<'f> DraftLines<'f> {
    fn new(file: &'f File, path: &'f Path) -> Self {
        Self { reader: BufReader::new(file), path, checked: CheckedLines::default() }
    }

    /// Whether these are the lines of a draft, or of one that is yet to begin.
    fn begin(&mut self) -> Result<bool, FileError> {
        let start = self.reader.fill_buf().map_err(|error| FileError::system("read", self.path, error))?;
        Ok(start.starts_with(SIGNATURE) || SIGNATURE.starts_with(start))
    }

    /// The next line, without its checksum. Half a line at the end is none.
    fn next(&mut self) -> Result<Option<Vec<u8>>, FileError> {
        let mut line = Vec::new();
        let read = self.reader.read_until(b'\n', &mut line);
        read.map_err(|error| FileError::system("read", self.path, error))?;
        if !self.checked.take(&line).ok_or_else(|| self.broken())? {
            return Ok(None);
        }
        chain::strip(&mut line);
        Ok(Some(line))
    }

    /// The error for the line that was read last.
    fn broken(&self) -> FileError {
        let message = format!(
            "line {} of {} is not as it was written, or a line beside it is missing: nothing of the file is used; remove it \
             and export anew",
            self.checked.count.max(1),
            self.path.display()
        );
        FileError::new(FileErrorKind::Damaged, message)
    }
}

fn foreign(path: &Path) -> FileError {
    let message = format!(
        "{} does not begin as the readings of an export do, and is not replaced: move it away, or name another sheet",
        path.display()
    );
    FileError::new(FileErrorKind::Damaged, message)
}

fn in_use(path: &Path) -> FileError {
    let message = format!("another run writes {}: wait for its end", path.display());
    FileError::new(FileErrorKind::InUse, message)
}
