//! Where the bytes come from, twice.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, Take};
use std::path::Path;
use std::time::SystemTime;

use super::InputError;
use super::problem::shown;

/// Bytes that can be read again from the beginning: a file, or a copy of a stream.
#[derive(Debug)]
pub struct Source {
    file: File,
    /// What the file was when it was opened; none for a copy, which nobody else can change.
    stamp: Option<Stamp>,
    /// The file's extension in lower case, where it has one.
    extension: Option<String>,
}

impl Source {
    /// A file. It is opened once; a pipe or device is copied as [`reader`](Self::reader) does.
    ///
    /// # Errors
    /// The file cannot be opened or, if it is a stream, copied.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, InputError> {
        let path = path.as_ref();
        let failed =
            |error| InputError::io(format!("{} cannot be opened", shown(&path.to_string_lossy())), error);
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        let source = if metadata.is_file() {
            Self { file, stamp: Some(Stamp::of(&metadata)), extension: None }
        } else {
            Self::reader(file)?
        };
        Ok(Self { extension, ..source })
    }

    /// Standard input, copied to a file without a name that only this user can read, and that is gone when this
    /// is dropped.
    ///
    /// # Errors
    /// Reading fails, or the directory of temporary files is full.
    pub fn stdin() -> Result<Self, InputError> {
        Self::reader(io::stdin().lock())
    }

    /// What a reader gives, copied as for [`stdin`](Self::stdin).
    ///
    /// # Errors
    /// As for [`stdin`](Self::stdin).
    pub fn reader(mut reader: impl Read) -> Result<Self, InputError> {
        let failed = |error| InputError::io("the input cannot be copied to a temporary file", error);
        let mut file = tempfile::tempfile().map_err(failed)?;
        io::copy(&mut reader, &mut file).map_err(failed)?;
        Ok(Self { file, stamp: None, extension: None })
    }

    pub(super) fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The bytes from the beginning. What is added to a file meanwhile was not there when it was checked, and is not
    /// read.
    pub(super) fn rewind(&self) -> Result<Bytes<'_>, InputError> {
        self.check_unchanged()?;
        (&self.file).rewind()?;
        let length = self.stamp.as_ref().map_or(u64::MAX, |stamp| stamp.length);
        Ok(Bytes { source: self, file: (&self.file).take(length) })
    }

    /// Makes sure that the file is still what was opened.
    fn check_unchanged(&self) -> Result<(), InputError> {
        let Some(stamp) = &self.stamp else { return Ok(()) };
        if *stamp == Stamp::of(&self.file.metadata()?) {
            return Ok(());
        }
        Err(InputError::malformed(
            "the file was changed while it was read, so what was checked is not what would be sent; \
             start again when nothing writes to it",
        ))
    }
}

/// The bytes of a source, of which none is given that was not there when it was opened.
#[derive(Debug)]
pub(super) struct Bytes<'s> {
    source: &'s Source,
    file: Take<&'s File>,
}

impl Read for Bytes<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.source.check_unchanged().map_err(io::Error::other)?;
        Ok(read)
    }
}

/// What changes when somebody writes to a file.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}
