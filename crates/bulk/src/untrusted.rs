//! Files in folders where others may write too: they are opened as what they are said to be, or not at all, and a change
//! of one that is open does not go unnoticed.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{FileError, Kind};
use crate::os;

/// Opens an ordinary file, if there is one. A link is followed to an ordinary file and nowhere else.
///
/// # Errors
/// There is something else at the path, the file or a link to it may have been prepared by another user, or the system
/// fails.
pub(crate) fn open(path: &Path, options: &OpenOptions, doing: &str) -> Result<Option<File>, FileError> {
    let Some(file) = resolve(path, doing)? else { return Ok(None) };
    match os::open_as_it_is(&file, options) {
        Ok(open) => {
            let metadata = open.metadata().map_err(|error| FileError::system(doing, path, error))?;
            check(&file, &metadata, doing).map(|()| Some(open))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::system(doing, path, error)),
    }
}

/// Makes a file where nothing is, for its owner alone. No link is followed.
pub(crate) fn create(path: &Path, options: &OpenOptions) -> io::Result<File> {
    os::owner_only(options.clone().create_new(true)).open(path)
}

/// The ordinary file at a path, behind a link if there is one; nothing where nothing is.
///
/// # Errors
/// As for [`open`].
pub(crate) fn resolve(path: &Path, doing: &str) -> Result<Option<PathBuf>, FileError> {
    let failed = |error| FileError::system(doing, path, error);
    let Some(entry) = entry(path).map_err(failed)? else { return Ok(None) };
    if !entry.is_symlink() {
        return check(path, &entry, doing).map(|()| Some(path.to_owned()));
    }
    check_owner(path, &entry, doing)?;
    let target = match fs::metadata(path) {
        Ok(target) if !target.is_file() => return Err(no_file(path)),
        Ok(_) => fs::canonicalize(path).map_err(failed)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let message =
                format!("{} is a link that leads nowhere: remove it, or name another file", path.display());
            return Err(FileError::new(Kind::Unsuitable, message));
        }
        Err(error) => return Err(failed(error)),
    };
    let metadata = fs::symlink_metadata(&target).map_err(failed)?;
    check(&target, &metadata, doing).map(|()| Some(target))
}

/// Makes sure that what stands at a path, if anything does, can be replaced: an ordinary file, or a link, which is not
/// followed.
///
/// # Errors
/// As for [`open`].
pub(crate) fn check_replaceable(path: &Path, doing: &str) -> Result<(), FileError> {
    match entry(path).map_err(|error| FileError::system(doing, path, error))? {
        Some(link) if link.is_symlink() => check_owner(path, &link, doing),
        Some(file) => check(path, &file, doing),
        None => Ok(()),
    }
}

/// Takes from others what an editor may have given them.
pub(crate) fn restrict(path: &Path) -> io::Result<()> {
    os::restrict(&os::open_as_it_is(path, OpenOptions::new().read(true))?)
}

fn entry(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(entry) => Ok(Some(entry)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn check(path: &Path, file: &Metadata, doing: &str) -> Result<(), FileError> {
    if file.is_file() { check_owner(path, file, doing) } else { Err(no_file(path)) }
}

fn no_file(path: &Path) -> FileError {
    FileError::new(Kind::Unsuitable, format!("{} is no ordinary file: name another file", path.display()))
}

/// Refuses what another user may have prepared.
fn check_owner(path: &Path, entry: &Metadata, doing: &str) -> Result<(), FileError> {
    let folder = folder(path);
    let metadata = fs::metadata(folder).map_err(|error| FileError::system(doing, folder, error))?;
    match os::stranger(entry, &metadata) {
        None => Ok(()),
        Some(owner) => {
            let message = format!(
                "{} belongs to another user (id {owner}), in a folder in which every user may write: they may have \
                 prepared it; name another file, or one in a folder of your own",
                path.display()
            );
            Err(FileError::new(Kind::Unsuitable, message))
        }
    }
}

/// The folder in which a path's last name stands.
pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the name of a file last.
pub(crate) fn sync_name(path: &Path) -> io::Result<()> {
    os::sync_directory(folder(path))
}

/// Makes sure that a path still leads to an open file, which is as long as what was written to it.
///
/// # Errors
/// It does not ([`FileError::is_damaged`]), or the system fails.
pub(crate) fn check_untouched(what: &str, path: &Path, file: &File, length: u64) -> Result<(), FileError> {
    let failed = |error| FileError::system("look at", path, error);
    let how = if !os::leads_to(path, file).map_err(failed)? {
        "removed or replaced"
    } else if file.metadata().map_err(failed)?.len() != length {
        "written to or cut"
    } else {
        return Ok(());
    };
    let message = format!("{what} {}: the file was {how} by something else during the run", path.display());
    Err(FileError::new(Kind::Damaged, message))
}

/// Appends to a file, and counts the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    file: Arc<File>,
    written: Arc<AtomicU64>,
}

impl Counted {
    pub(crate) fn new(file: File) -> Self {
        Self { file: Arc::new(file), written: Arc::default() }
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(crate) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = (&*self.file).write(bytes)?;
        self.written.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
