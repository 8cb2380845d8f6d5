//! A file that has its name only when it is complete, and one writer until then.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{FileError, Kind};
use crate::journal::place::sync_name;
use crate::names::{older_name, partial_name};
use crate::os;
use crate::results::older;

#[derive(Debug)]
pub(super) struct Partial {
    file: File,
    unfinished: PathBuf,
    path: PathBuf,
    /// Whether older results are kept.
    keeps_older: bool,
}

impl Partial {
    /// Makes the partial file and takes its lock, in the place of one that was left behind.
    pub(super) fn create(path: &Path, input: Option<&Path>) -> Result<Self, FileError> {
        let partial = partial_name(path);
        for name in [path, &partial, &older_name(path)] {
            check(name, input)?;
        }
        let failed = |error| FileError::system("make", &partial, error);
        let file = loop {
            match replace(&partial) {
                Ok(file) => break file,
                // Another run was quicker, and has it locked or is about to.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) => return Err(in_use(path)),
            }
        };
        Ok(Self { file, unfinished: partial, path: path.to_owned(), keeps_older: true })
    }

    /// The file, to write to.
    pub(super) fn file(&self) -> Result<File, FileError> {
        self.file.try_clone().map_err(|error| self.unwritten(error))
    }

    pub(super) fn replace_older(&mut self) {
        self.keeps_older = false;
    }

    pub(super) fn finish(self) -> Result<PathBuf, FileError> {
        self.file.sync_all().map_err(|error| self.unwritten(error))?;
        if self.keeps_older {
            older::keep(&self.path)
                .map_err(|error| FileError::system("set aside the older results", &self.path, error))?;
        }
        fs::rename(&self.unfinished, &self.path).map_err(|error| self.unwritten(error))?;
        sync_name(&self.path)
            .map_err(|error| FileError::system("sync the directory of", &self.path, error))?;
        Ok(self.path)
    }

    pub(super) fn unwritten(&self, error: io::Error) -> FileError {
        FileError::system("write the results to", &self.unfinished, error)
    }
}

fn check(name: &Path, input: Option<&Path>) -> Result<(), FileError> {
    let Ok(there) = fs::canonicalize(name) else { return Ok(()) };
    let unsuitable = |what: &str| {
        let message = format!("the results cannot be {}, which is {what}: name another file", name.display());
        Err(FileError::new(Kind::Unsuitable, message))
    };
    if input.and_then(|input| fs::canonicalize(input).ok()).is_some_and(|input| input == there) {
        return unsuitable("the input");
    }
    // Renaming would replace a device too. What is gone by now was another run's.
    match fs::metadata(&there) {
        Ok(metadata) if !metadata.is_file() => unsuitable("no ordinary file"),
        _ => Ok(()),
    }
}

fn in_use(path: &Path) -> FileError {
    let message = format!(
        "another run writes the results {}: wait for its end, or name another file for these",
        path.display()
    );
    FileError::new(Kind::InUse, message)
}

/// Makes the file anew, and locks it before anybody takes it for one that was left behind.
fn replace(partial: &Path) -> Result<File, TryLockError> {
    // What is removed stays locked until there is another.
    let _left_behind = remove(partial)?;
    let mut options = OpenOptions::new();
    let file = os::owner_only(options.write(true).create_new(true)).open(partial).map_err(system)?;
    file.try_lock()?;
    if os::leads_to(partial, &file).map_err(system)? { Ok(file) } else { Err(system(taken())) }
}

/// Removes a file that was left behind, unless a run has it locked.
fn remove(partial: &Path) -> Result<Option<File>, TryLockError> {
    let left_behind = match File::open(partial) {
        Ok(file) => Some(file),
        // A link that leads nowhere is removed as it is.
        Err(error) if error.kind() == io::ErrorKind::NotFound && partial.is_symlink() => None,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(system(error)),
    };
    if let Some(file) = &left_behind {
        file.try_lock()?;
        if !os::leads_to(partial, file).map_err(system)? {
            return Err(system(taken()));
        }
    }
    fs::remove_file(partial).map_err(system)?;
    Ok(left_behind)
}

/// What the system says, too, where another run has made the file in the meantime.
fn taken() -> io::Error {
    io::ErrorKind::AlreadyExists.into()
}

fn system(error: io::Error) -> TryLockError {
    TryLockError::Error(error)
}
