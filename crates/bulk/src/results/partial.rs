//! A file that has its name only when it is complete, and one writer until then.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::error::{FileError, Kind};
use crate::file_names::{older_name, partial_name};
use crate::os;
use crate::results::older;
use crate::untrusted::{self, Counted};

#[derive(Debug)]
pub(crate) struct Partial {
    /// What it holds, as messages name it: `results`, or `plan`.
    what: &'static str,
    file: Counted,
    unfinished: PathBuf,
    path: PathBuf,
    /// Whether older results are kept.
    keeps_older: bool,
}

impl Partial {
    /// Makes the partial file and takes its lock, in the place of one that was left behind.
    pub(crate) fn create(what: &'static str, path: &Path, input: Option<&Path>) -> Result<Self, FileError> {
        // What stands behind a link is replaced there.
        let doing = format!("make the {what}");
        let path = &untrusted::resolve(path, &doing)?.unwrap_or(path.to_owned());
        let partial = partial_name(path);
        for name in [path, &partial, &older_name(path)] {
            check(what, name, input)?;
        }
        let failed = |error| FileError::system(&doing, &partial, error);
        let file = loop {
            match replace(&partial) {
                Ok(file) => break file,
                // Another run was quicker, and has it locked or is about to.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) => return Err(in_use(what, path)),
            }
        };
        Ok(Self {
            what,
            file: Counted::new(file),
            unfinished: partial,
            path: path.to_owned(),
            keeps_older: true,
        })
    }

    /// The file, to write to.
    pub(crate) fn file(&self) -> Counted {
        self.file.clone()
    }

    pub(crate) fn replace_older(&mut self) {
        self.keeps_older = false;
    }

    pub(crate) fn finish(self) -> Result<PathBuf, FileError> {
        self.sync()?;
        if self.keeps_older {
            let doing = format!("set aside the older {}", self.what);
            older::keep(&self.path).map_err(|error| FileError::system(&doing, &self.path, error))?;
        }
        fs::rename(&self.unfinished, &self.path).map_err(|error| self.unwritten(error))?;
        self.sync_name()
    }

    /// Gives the file its name, and leaves what has that name already.
    pub(crate) fn finish_new(self) -> Result<PathBuf, FileError> {
        self.sync()?;
        let mut unfinished =
            TempPath::try_from_path(&self.unfinished).map_err(|error| self.unwritten(error))?;
        unfinished.disable_cleanup(true);
        unfinished.persist_noclobber(&self.path).map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => exists(self.what, &self.path),
            _ => self.unwritten(failed.error),
        })?;
        self.sync_name()
    }

    /// Makes what was written last, if nothing else was done to the file.
    fn sync(&self) -> Result<(), FileError> {
        let file = self.file.file();
        file.sync_all().map_err(|error| self.unwritten(error))?;
        untrusted::check_untouched(&format!("the {}", self.what), &self.unfinished, file, self.file.written())
    }

    fn sync_name(self) -> Result<PathBuf, FileError> {
        untrusted::sync_name(&self.path)
            .map_err(|error| FileError::system("sync the directory of", &self.path, error))?;
        Ok(self.path)
    }

    pub(crate) fn unwritten(&self, error: io::Error) -> FileError {
        FileError::system(&format!("write the {} to", self.what), &self.unfinished, error)
    }
}

fn check(what: &str, name: &Path, input: Option<&Path>) -> Result<(), FileError> {
    untrusted::check_replaceable(name, &format!("make the {what}"))?;
    let Ok(there) = fs::canonicalize(name) else { return Ok(()) };
    if input.and_then(|input| fs::canonicalize(input).ok()).is_some_and(|input| input == there) {
        let message =
            format!("the {what} cannot be {}, which is the input: name another file", name.display());
        return Err(FileError::new(Kind::Unsuitable, message));
    }
    Ok(())
}

/// What is said of a name that belongs to another file.
pub(crate) fn exists(what: &str, path: &Path) -> FileError {
    let message = format!("{} exists, and a {what} replaces no file: name another one", path.display());
    FileError::new(Kind::Unsuitable, message)
}

fn in_use(what: &str, path: &Path) -> FileError {
    let message =
        format!("another run writes the {what} {}: wait for its end, or name another file", path.display());
    FileError::new(Kind::InUse, message)
}

/// Makes the file anew, and locks it before anybody takes it for one that was left behind.
fn replace(partial: &Path) -> Result<File, TryLockError> {
    // What is removed stays locked until there is another.
    let _left_behind = remove(partial)?;
    // What is appended behind a cut shows it.
    let file = untrusted::create(partial, OpenOptions::new().append(true)).map_err(system)?;
    file.try_lock()?;
    if os::leads_to(partial, &file).map_err(system)? { Ok(file) } else { Err(system(taken())) }
}

/// Removes a file that was left behind, unless a run has it locked.
fn remove(partial: &Path) -> Result<Option<File>, TryLockError> {
    let left_behind = match os::open_as_it_is(partial, OpenOptions::new().read(true)) {
        Ok(file) => Some(file),
        // A link is removed as it is.
        Err(_) if partial.is_symlink() => None,
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
