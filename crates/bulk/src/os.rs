//! What depends on the operating system.

#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(windows)]
pub(crate) use windows::*;

#[cfg(unix)]
mod unix {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
    use std::path::Path;

    /// Files that are made are for their owner alone.
    pub(crate) fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
        options.mode(0o600)
    }

    /// Takes from others what an editor may have given them. What a link leads to is somebody's own.
    pub(crate) fn restrict(path: &Path) -> io::Result<()> {
        if path.is_symlink() {
            return Ok(());
        }
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
    }

    /// Reads at a place without moving the file's cursor; 0 at the file's end.
    pub(crate) fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
        file.read_at(bytes, place)
    }

    /// Whether a path still leads to an open file.
    pub(crate) fn leads_to(path: &Path, file: &File) -> io::Result<bool> {
        let (there, open) = match (std::fs::metadata(path), file.metadata()?) {
            (Err(error), _) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            (there, open) => (there?, open),
        };
        Ok((there.dev(), there.ino()) == (open.dev(), open.ino()))
    }

    /// Makes the names in a directory last.
    pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
        File::open(directory)?.sync_all()
    }
}

/// Untested: permissions are the directory's, and names need no sync.
#[cfg(windows)]
mod windows {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::windows::fs::FileExt;
    use std::path::Path;

    pub(crate) fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    pub(crate) fn restrict(_path: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
        file.seek_read(bytes, place)
    }

    pub(crate) fn leads_to(path: &Path, _file: &File) -> io::Result<bool> {
        path.try_exists()
    }

    pub(crate) fn sync_directory(_directory: &Path) -> io::Result<()> {
        Ok(())
    }
}
