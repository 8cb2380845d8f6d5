//! A journal's file: made, locked, set aside.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::header;
use crate::error::{FileError, Kind};
use crate::names::aside_name;
use crate::os;
use crate::untrusted;

/// What is done with a journal, in errors.
pub(super) const OPEN: &str = "open the journal";

/// Opens a file, makes it if need be, and takes its lock.
pub(super) fn locked(path: &Path) -> Result<File, FileError> {
    loop {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path)),
            Err(TryLockError::Error(error)) => {
                return Err(FileError::system("lock the journal", path, error));
            }
        }
        // Whoever had the lock may have set the file aside in the meantime.
        if os::leads_to(path, &file).map_err(|error| FileError::system(OPEN, path, error))? {
            return Ok(file);
        }
    }
}

/// Opens a journal, and makes it if need be.
fn open(path: &Path) -> Result<File, FileError> {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    loop {
        if let Some(file) = untrusted::open(path, &options, OPEN)? {
            return Ok(file);
        }
        match untrusted::create(path, &options) {
            // Somebody else made it at this moment.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map_err(|error| FileError::system(OPEN, path, error)),
        }
    }
}

fn in_use(path: &Path) -> FileError {
    let message = format!("another run uses the journal {}: wait for its end", path.display());
    FileError::new(Kind::InUse, message)
}

/// Gives a journal that is not empty another name, which it says. What is no journal is somebody's, and stays.
pub(super) fn set_aside(path: &Path) -> Result<Option<PathBuf>, FileError> {
    let file = locked(path)?;
    let failed = |error| FileError::system("set aside the journal", path, error);
    let mut start = Vec::new();
    (&file).take(header::ENOUGH as u64).read_to_end(&mut start).map_err(failed)?;
    if start.is_empty() {
        return Ok(None);
    }
    if !header::begins(&start) {
        return Err(no_journal(path));
    }
    rename(path).map(Some).map_err(failed)
}

fn no_journal(path: &Path) -> FileError {
    let message = format!("{} is no journal, so it is left alone: name another file", path.display());
    FileError::new(Kind::Damaged, message)
}

fn rename(path: &Path) -> io::Result<PathBuf> {
    let aside = free_name(path)?;
    std::fs::rename(path, &aside)?;
    Ok(aside)
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
