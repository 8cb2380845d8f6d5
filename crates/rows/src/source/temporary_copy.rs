//! A temporary file of limited size.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use crate::error::InputError;
use crate::os;
use crate::source::CHUNK;

/// A file without a name that only this user can read, and that is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct TemporaryCopy {
    file: BufWriter<File>,
    of: CopyOf,
    length: u64,
    limit: u64,
    directory: PathBuf,
    /// How much the directory can take.
    room: u64,
}

/// What a copy is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CopyOf {
    /// The bytes of a stream.
    Stream,
    /// What a compressed file or a workbook holds.
    #[cfg_attr(
        not(any(feature = "gzip", feature = "xlsx")),
        expect(dead_code, reason = "nothing can be unpacked")
    )]
    Packed,
}

impl TemporaryCopy {
    /// A copy of at most `limit` bytes.
    pub(crate) fn new(of: CopyOf, limit: u64) -> io::Result<Self> {
        let directory = std::env::temp_dir();
        let room = os::room_in(&directory).unwrap_or(u64::MAX);
        let file = BufWriter::with_capacity(CHUNK, tempfile::tempfile_in(&directory)?);
        Ok(Self { file, of, length: 0, limit, directory, room })
    }

    /// The file, which holds all that was written.
    pub(crate) fn into_file(self) -> io::Result<File> {
        Ok(self.file.into_inner()?)
    }

    fn over_limit(&self) -> InputError {
        match self.of {
            CopyOf::Stream => InputError::over_limit(format!(
                "the input is a stream of more than {} bytes, which is the most that is copied of one: save it as a file, or \
                 allow more",
                self.limit
            )),
            CopyOf::Packed => InputError::unpacks_too_far("input", self.limit),
        }
    }

    fn out_of_room(&self) -> InputError {
        let what = match self.of {
            CopyOf::Stream => "is a stream",
            CopyOf::Packed => "is packed",
        };
        InputError::malformed(format!(
            "the input {what}, and the directory for its copy, {}, has room for {} bytes: save it as a plain file, or name \
             another directory with TMPDIR",
            self.directory.display(),
            self.room
        ))
    }
}

impl Write for TemporaryCopy {
    /// Writes bytes, unless there are more than the limit or the directory allows: then the error is an [`InputError`].
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.length.saturating_add(bytes.len() as u64);
        if length > self.limit {
            return Err(io::Error::other(self.over_limit()));
        }
        if length > self.room {
            return Err(io::Error::other(self.out_of_room()));
        }
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
