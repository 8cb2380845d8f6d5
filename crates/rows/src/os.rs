//! What depends on the operating system.

#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(windows)]
pub(crate) use windows::*;

#[cfg(unix)]
mod unix {
    use std::fs::{File, Metadata};
    use std::io;
    use std::os::unix::fs::{FileExt, MetadataExt};
    use std::path::Path;

    /// Reads at a place without moving the file's cursor; 0 at the file's end.
    pub(crate) fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
        file.read_at(bytes, place)
    }

    /// When anything about a file was last changed, which no program can set; nothing where the system does not say.
    #[allow(clippy::unnecessary_wraps, reason = "other systems do not say")]
    pub(crate) fn changed_at(file: &Metadata) -> Option<(i64, i64)> {
        Some((file.ctime(), file.ctime_nsec()))
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

    pub(crate) fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
        file.seek_read(bytes, place)
    }

    pub(crate) fn changed_at(_file: &Metadata) -> Option<(i64, i64)> {
        None
    }

    pub(crate) fn room_in(_directory: &Path) -> Option<u64> {
        None
    }
}
