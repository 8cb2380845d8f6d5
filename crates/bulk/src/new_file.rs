//! A file that gets its name when it is whole, and takes no other file's.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use crate::atomic_file::exists;
use crate::error::FileError;
use crate::untrusted;

/// A file for its owner alone. It has another name until it is [finished](Self::finish), and is removed where it is not.
#[derive(Debug)]
pub struct NewFile {
    /// What it holds, as messages name it.
    what: &'static str,
    out: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl NewFile {
    /// Begins a file in the folder of its name. `what` it holds is one word for messages, such as `report`.
    ///
    /// # Errors
    /// The name belongs to a file, or the folder [may have been prepared](untrusted::check_folder) by another user
    /// ([`FileError::is_unsuitable`]); or the file cannot be made.
    pub fn create(what: &'static str, path: &Path) -> Result<Self, FileError> {
        if path.symlink_metadata().is_ok() {
            return Err(exists(what, path));
        }
        untrusted::check_folder(untrusted::folder(path))?;
        let file = NamedTempFile::new_in(untrusted::folder(path));
        let file = file.map_err(|error| FileError::system(&format!("make the {what}"), path, error))?;
        Ok(Self { what, out: BufWriter::new(file), path: path.to_owned() })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let written = self.out.write_all(bytes);
        written.map_err(|error| unwritten(self.what, &self.path, error))
    }

    /// Makes the file last and gives it its name.
    ///
    /// # Errors
    /// The file cannot be written, or another one took the name in the meantime ([`FileError::is_unsuitable`]).
    pub fn finish(self) -> Result<PathBuf, FileError> {
        let Self { what, out, path } = self;
        let failed = |error| unwritten(what, &path, error);
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist_noclobber(&path).map_err(|PersistError { error, .. }| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(what, &path),
            _ => failed(error),
        })?;
        untrusted::sync_name(&path).map_err(failed)?;
        Ok(path)
    }
}

fn unwritten(what: &str, path: &Path, error: io::Error) -> FileError {
    FileError::system(&format!("write the {what}"), path, error)
}
