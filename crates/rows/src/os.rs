//! What depends on the operating system.

#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(windows)]
pub(crate) use windows::*;

#[cfg(unix)]
mod unix {
    use std::fs::{File, Metadata, OpenOptions};
    use std::io;
    use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt};
    use std::path::Path;

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

    /// Opens a file to read it. For the other end of a pipe it does not wait.
    pub(crate) fn open_at_once(path: &Path) -> io::Result<File> {
        OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)
    }

    /// Has a file that was opened so wait for bytes when it is read.
    pub(crate) fn wait_when_read(file: &File) -> io::Result<()> {
        Ok(fcntl_setfl(file, fcntl_getfl(file)?.difference(OFlags::NONBLOCK))?)
    }

    pub(crate) fn is_pipe(file: &Metadata) -> bool {
        file.file_type().is_fifo()
    }

    /// Reads at an offset without moving the file's cursor; 0 at the file's end.
    pub(crate) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        file.read_at(bytes, offset)
    }

    /// When anything about a file was last changed, which no program can set; nothing where the system does not say.
    #[allow(clippy::unnecessary_wraps, reason = "other systems do not say")]
    pub(crate) fn changed_at(file: &Metadata) -> Option<(i64, i64)> {
        Some((file.ctime(), file.ctime_nsec()))
    }

    /// Whether two files are known to be one, whose [change](changed_at) does not go unnoticed.
    pub(crate) fn are_one_file(one: &Metadata, other: &Metadata) -> bool {
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    }

    /// How many bytes a directory still has room for, as far as the system says.
    pub(crate) fn room_in(directory: &Path) -> Option<u64> {
        let room = rustix::fs::statvfs(directory).ok()?;
        Some(room.f_bavail.saturating_mul(room.f_frsize))
    }
}

/// Untested.
#[cfg(windows)]
mod windows {
    use std::fs::{File, Metadata};
    use std::io;
    use std::os::windows::fs::FileExt;
    use std::path::Path;

    pub(crate) fn open_at_once(path: &Path) -> io::Result<File> {
        File::open(path)
    }

    pub(crate) fn wait_when_read(_file: &File) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn is_pipe(_file: &Metadata) -> bool {
        false
    }

    pub(crate) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        file.seek_read(bytes, offset)
    }

    pub(crate) fn changed_at(_file: &Metadata) -> Option<(i64, i64)> {
        None
    }

    pub(crate) fn are_one_file(_one: &Metadata, _other: &Metadata) -> bool {
        false
    }

    pub(crate) fn room_in(_directory: &Path) -> Option<u64> {
        None
    }
}
