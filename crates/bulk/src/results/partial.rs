//! A file that has its name only when it is complete.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{FileError, Kind};
use crate::journal::place::sync_name;
use crate::names::partial_name;
use crate::os;

#[derive(Debug)]
pub(super) struct Partial {
    file: File,
    unfinished: PathBuf,
    path: PathBuf,
}

impl Partial {
    /// Makes the partial file, in the place of one that was left behind.
    pub(super) fn create(path: &Path, input: Option<&Path>) -> Result<Self, FileError> {
        let partial = partial_name(path);
        for name in [path, &partial] {
            check(name, input)?;
        }
        let file = replace(&partial).map_err(|error| FileError::system("make", &partial, error))?;
        Ok(Self { file, unfinished: partial, path: path.to_owned() })
    }

    /// The file, to write to.
    pub(super) fn file(&self) -> Result<File, FileError> {
        self.file.try_clone().map_err(|error| self.unwritten(error))
    }

    pub(super) fn finish(self) -> Result<PathBuf, FileError> {
        let renamed = self.file.sync_all().and_then(|()| fs::rename(&self.unfinished, &self.path));
        renamed.map_err(|error| self.unwritten(error))?;
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
    // Renaming would replace a device too.
    if there.is_file() { Ok(()) } else { unsuitable("no ordinary file") }
}

fn replace(partial: &Path) -> io::Result<File> {
    match fs::remove_file(partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    os::owner_only(options.write(true).create_new(true)).open(partial)
}
