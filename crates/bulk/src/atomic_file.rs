//! Writing a file that has its name only when it is complete, and one writer until then.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::error::{FileError, FileErrorKind};
use crate::file_names::{older_name, partial_name};
use crate::os;
use crate::untrusted;

/// A file under its [name with `.partial`](partial_name), locked, until it is whole and lasts. What another program
/// changed in it is never given the name.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    /// What it holds, as messages name it: `results`, `plan` or `journal`.
    what: &'static str,
    out: BufWriter<ChecksummedFile>,
    unfinished: PathBuf,
    path: PathBuf,
}

impl AtomicFile {
    /// Makes sure that a file can be made under a name, as far as what has its names by now tells. Gives the name, or what a
    /// link of that name leads to: what stands there is replaced there.
    pub(crate) fn check(what: &str, path: &Path, input: Option<&Path>) -> Result<PathBuf, FileError> {
        let path = untrusted::resolve(path, &format!("make the {what}"))?.unwrap_or(path.to_owned());
        for name in [&path, &partial_name(&path), &older_name(&path)] {
            check(what, name, input)?;
        }
        Ok(path)
    }

    /// Makes the partial file and takes its lock, in the place of one that was left behind.
    pub(crate) fn create(what: &'static str, path: &Path, input: Option<&Path>) -> Result<Self, FileError> {
        let doing = format!("make the {what}");
        let path = &Self::check(what, path, input)?;
        let partial = partial_name(path);
        let failed = |error| FileError::system(&doing, &partial, error);
        let file = loop {
            match replace(&partial) {
                Ok(file) => break file,
                Err(error) => match error.kind() {
                    // Another run was quicker, and has it locked or is about to.
                    io::ErrorKind::AlreadyExists => {}
                    io::ErrorKind::WouldBlock => return Err(in_use(what, path)),
                    _ => return Err(failed(error)),
                },
            }
        };
        let out = BufWriter::with_capacity(1 << 16, ChecksummedFile::new(file));
        Ok(Self { what, out, unfinished: partial, path: path.to_owned() })
    }

    /// Takes the lock of the partial file that was left behind, if there is one, to [go on](Self::go_on) with it.
    pub(crate) fn lock_left_behind(what: &'static str, path: &Path) -> Result<Option<File>, FileError> {
        let (partial, doing) = (partial_name(path), format!("go on with the {what}"));
        untrusted::check_file(&partial, &doing)?;
        let file = untrusted::open(&partial, OpenOptions::new().read(true).append(true), &doing)?;
        let Some(file) = file else { return Ok(None) };
        let failed = |error| FileError::system(&doing, &partial, error);
        match file.try_lock() {
            Ok(()) if os::leads_to(&partial, &file).map_err(failed)? => Ok(Some(file)),
            // Another run has just finished or replaced it.
            Ok(()) | Err(TryLockError::WouldBlock) => Err(in_use(what, path)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Goes on with a partial file that was [locked](Self::lock_left_behind), behind so many bytes; the others are cut off.
    pub(crate) fn go_on(what: &'static str, path: &Path, file: File, length: u64) -> Result<Self, FileError> {
        let unfinished = partial_name(path);
        let cut = file.set_len(length).and_then(|()| file.sync_all());
        let checksum = cut.and_then(|()| checksum_of(&file, length));
        let checksum = checksum
            .map_err(|error| FileError::system(&format!("go on with the {what}"), &unfinished, error))?;
        let checksum = crc32fast::Hasher::new_with_initial_len(checksum, length);
        let out = BufWriter::with_capacity(1 << 16, ChecksummedFile { file, length, checksum });
        Ok(Self { what, out, unfinished, path: path.to_owned() })
    }

    /// The file, to be synced, and makes its partial name last.
    pub(crate) fn file_to_sync(&self) -> Result<File, FileError> {
        let synced = untrusted::sync_name(&self.unfinished);
        synced.and_then(|()| self.out.get_ref().file.try_clone()).map_err(|error| self.unwritten(error))
    }

    /// Gives the file its name, in the place of an ordinary file.
    pub(crate) fn finish(mut self) -> Result<PathBuf, FileError> {
        self.complete()?;
        self.rename()?;
        Ok(self.path)
    }

    /// Gives the file its name. What had the name is kept as [`….old`](older_name), in the place of what was kept before.
    pub(crate) fn finish_and_keep_older(mut self) -> Result<PathBuf, FileError> {
        self.complete()?;
        self.check_replaced()?;
        let doing = format!("set aside the older {}", self.what);
        keep_older(&self.path).map_err(|error| FileError::system(&doing, &self.path, error))?;
        self.rename()?;
        Ok(self.path)
    }

    /// Gives the file its name, and leaves what has that name already.
    pub(crate) fn finish_new(mut self) -> Result<PathBuf, FileError> {
        self.complete()?;
        let mut unfinished =
            TempPath::try_from_path(&self.unfinished).map_err(|error| self.unwritten(error))?;
        unfinished.disable_cleanup(true);
        unfinished.persist_noclobber(&self.path).map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => exists(self.what, &self.path),
            _ => self.unwritten(failed.error),
        })?;
        self.sync_name()?;
        Ok(self.path)
    }

    /// As [`finish`](Self::finish), and gives the open file, from its beginning and locked.
    pub(crate) fn finish_open(mut self) -> Result<File, FileError> {
        self.complete()?;
        self.rename()?;
        let mut file = self.out.get_ref().file.try_clone().map_err(|error| self.unwritten(error))?;
        file.rewind().map_err(|error| self.unwritten(error))?;
        Ok(file)
    }

    /// Makes what was written last, if nothing else was done to the file.
    fn complete(&mut self) -> Result<(), FileError> {
        self.out.flush().map_err(|error| self.unwritten(error))?;
        let ChecksummedFile { file, length, checksum } = self.out.get_ref();
        file.sync_all().map_err(|error| self.unwritten(error))?;
        let what = format!("the {}", self.what);
        untrusted::check_untouched(&what, &self.unfinished, file, *length)?;
        match checksum_of(file, *length) {
            Ok(found) if found == checksum.clone().finalize() => Ok(()),
            Ok(_) => Err(untrusted::changed(&what, &self.unfinished)),
            Err(error) => Err(self.unwritten(error)),
        }
    }

    fn rename(&self) -> Result<(), FileError> {
        self.check_replaced()?;
        fs::rename(&self.unfinished, &self.path).map_err(|error| self.unwritten(error))?;
        self.sync_name()
    }

    /// Makes sure that what has the name by now is an ordinary file, if anything has.
    fn check_replaced(&self) -> Result<(), FileError> {
        untrusted::check_file(&self.path, &format!("finish the {}", self.what))
    }

    fn sync_name(&self) -> Result<(), FileError> {
        untrusted::sync_name(&self.path)
            .map_err(|error| FileError::system("sync the directory of", &self.path, error))
    }

    pub(crate) fn unwritten(&self, error: io::Error) -> FileError {
        FileError::system(&format!("write the {} to", self.what), &self.unfinished, error)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Appends to a file, with the length and the CRC-32 of what was written.
#[derive(Debug)]
struct ChecksummedFile {
    file: File,
    length: u64,
    checksum: crc32fast::Hasher,
}

impl ChecksummedFile {
    fn new(file: File) -> Self {
        Self { file, length: 0, checksum: crc32fast::Hasher::new() }
    }
}

impl Write for ChecksummedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        self.checksum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The CRC-32 of as many bytes of a file.
fn checksum_of(file: &File, length: u64) -> io::Result<u32> {
    let (mut checksum, mut bytes, mut offset) = (crc32fast::Hasher::new(), vec![0; 1 << 16], 0);
    while offset < length {
        let read = os::read_at(file, &mut bytes, offset)?;
        if read == 0 {
            break;
        }
        checksum.update(&bytes[..read]);
        offset += read as u64;
    }
    Ok(checksum.finalize())
}

/// Gives what has a name its name with `.old`, if something has.
///
/// That name lasts before this ends: wherever the machine fails, the newest file that was whole has one of both.
fn keep_older(path: &Path) -> io::Result<()> {
    let old = older_name(path);
    match fs::rename(path, &old) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    // A file whose mode cannot be restricted is kept with the mode that it has.
    let _ = untrusted::restrict(&old);
    untrusted::sync_name(path)
}

fn check(what: &str, name: &Path, input: Option<&Path>) -> Result<(), FileError> {
    untrusted::check_replaceable(name, &format!("make the {what}"))?;
    let Ok(there) = fs::canonicalize(name) else { return Ok(()) };
    if input.and_then(|input| fs::canonicalize(input).ok()).is_some_and(|input| input == there) {
        let message =
            format!("the {what} cannot be {}, which is the input: name another file", name.display());
        return Err(FileError::new(FileErrorKind::Unsuitable, message));
    }
    Ok(())
}

/// What is said of a name that belongs to another file.
pub(crate) fn exists(what: &str, path: &Path) -> FileError {
    let message = format!("{} exists, and a {what} replaces no file: name another one", path.display());
    FileError::new(FileErrorKind::Unsuitable, message)
}

fn in_use(what: &str, path: &Path) -> FileError {
    let message =
        format!("another run writes the {what} {}: wait for its end, or name another file", path.display());
    FileError::new(FileErrorKind::InUse, message)
}

/// Makes the file anew, and locks it before another program takes it for one that was left behind.
fn replace(partial: &Path) -> io::Result<File> {
    // What is removed stays locked until there is another.
    let _left_behind = remove(partial)?;
    // What is appended behind a cut shows it.
    let file = untrusted::create(partial, OpenOptions::new().read(true).append(true))?;
    lock(partial, &file)?;
    Ok(file)
}

/// Removes a file that was left behind, unless a run has it locked.
fn remove(partial: &Path) -> io::Result<Option<File>> {
    let left_behind = match os::open_as_it_is(partial, OpenOptions::new().read(true)) {
        Ok(file) => Some(file),
        // A link is removed as it is.
        Err(_) if partial.is_symlink() => None,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if let Some(file) = &left_behind {
        lock(partial, file)?;
    }
    fs::remove_file(partial)?;
    Ok(left_behind)
}

/// Takes the lock of a file. Where another run has made one of the same name in the meantime, the error is the system's.
fn lock(partial: &Path, file: &File) -> io::Result<()> {
    file.try_lock()?;
    if os::leads_to(partial, file)? { Ok(()) } else { Err(io::ErrorKind::AlreadyExists.into()) }
}
