//! A journal's file: made, locked, set aside.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::framing::{self, Line};
use super::record::{self, Header};
use crate::atomic_file::AtomicFile;
use crate::error::{FileError, FileErrorKind};
use crate::file_names::aside_name;
use crate::untrusted;

/// What it is, in errors.
const WHAT: &str = "the journal";

/// Opens a file, makes it if need be, and takes its lock. Says whether it was made.
pub(super) fn locked(path: &Path) -> Result<(File, bool), FileError> {
    untrusted::open_locked(path, WHAT, || in_use(path))
}

fn in_use(path: &Path) -> FileError {
    let message = format!("another run uses the journal {}: wait for its end", path.display());
    FileError::new(FileErrorKind::InUse, message)
}

/// Puts a journal in the place of one whose lines are not chained, which says the same: up to the end of its last good
/// line. Whenever this ends, the name leads to a whole one. The new file is locked, and the old one stays so.
pub(super) fn upgrade(file: &File, path: &Path, header: &Header, end: u64) -> Result<File, FileError> {
    let mut upgraded = AtomicFile::create("journal", path, None)?;
    copy(file, end, header, &mut upgraded).map_err(|error| upgraded.unwritten(error))?;
    upgraded.finish_open()
}

/// Writes lines anew, each chained to the one before it.
fn copy(mut from: &File, end: u64, header: &Header, to: &mut impl Write) -> io::Result<()> {
    from.rewind()?;
    let mut line = Vec::new();
    let mut sum = framing::push(&mut line, None, &header.in_todays_format());
    to.write_all(&line)?;
    for record in BufReader::new(from.take(end)).split(b'\n').skip(1) {
        line.clear();
        let record = record?;
        // It was read a moment ago.
        let record = Line::parse(&record).ok_or(io::ErrorKind::InvalidData)?;
        sum = framing::push_again(&mut line, sum, &record);
        to.write_all(&line)?;
    }
    Ok(())
}

/// Renames a journal that is not empty, and returns its new name. A file that is no journal stays.
pub(super) fn keep_previous(path: &Path) -> Result<Option<PathBuf>, FileError> {
    let Some(file) = untrusted::open_locked_if_there(path, WHAT, || in_use(path))? else { return Ok(None) };
    let failed = |error| FileError::system("set aside the journal", path, error);
    let mut start = Vec::new();
    (&file).take(record::HEADER_PROBE_LENGTH as u64).read_to_end(&mut start).map_err(failed)?;
    if start.is_empty() {
        return Ok(None);
    }
    if !record::begins(&start) {
        return Err(no_journal(path));
    }
    let aside = free_name(path).map_err(failed)?;
    std::fs::rename(path, &aside).map_err(failed)?;
    Ok(Some(aside))
}

fn no_journal(path: &Path) -> FileError {
    let message = format!("{} is no journal, so it is left alone: name another file", path.display());
    FileError::new(FileErrorKind::Damaged, message)
}

fn free_name(path: &Path) -> io::Result<PathBuf> {
    for number in 1.. {
        let name = aside_name(path, number);
        match name.symlink_metadata() {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(name),
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
