//! Where the bytes come from, twice.

pub(crate) mod temporary_copy;

use std::fmt;
use std::fs::{File, Metadata};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Seek, Take};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::Xxh3;

use self::temporary_copy::{CopyOf, TemporaryCopy};
use crate::error::InputError;
use crate::os;
use crate::problem::excerpt;

/// How many bytes are read at a time.
pub(crate) const CHUNK: usize = 64 * 1024;

/// Bytes that can be read again from the beginning: a file, or a copy of a stream.
#[derive(Debug)]
pub struct Source {
    file: File,
    /// Detects changes; none for a copy, which no other process can reach.
    detector: Option<ChangeDetector>,
    /// The file's extension in lower case, where it has one; of a compressed file, the one before that.
    extension: Option<String>,
    /// The most that is copied of it, or that it unpacks to, in bytes.
    limit: u64,
}

impl Source {
    /// The most that is copied of a stream, or that an input unpacks to, unless said otherwise, in bytes: 4 GiB.
    pub const MAX_BYTES: u64 = 4 << 30;

    /// A file. It is opened once; a device, or a pipe under one of the [system's names](Self::is_of_system), is copied as
    /// [`reader`](Self::reader) does.
    ///
    /// # Errors
    /// The file cannot be opened or, if it is a stream, copied; or it is a named pipe, which may have no writer.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, InputError> {
        Self::file_or_stream(path, Self::MAX_BYTES)
    }

    /// As [`file`](Self::file), with a limit of its own, in bytes, for a pipe or device and for what a compressed file or a
    /// workbook unpacks to. A file that is read as it is has none.
    ///
    /// # Errors
    /// As for [`file`](Self::file).
    pub fn file_or_stream(path: impl AsRef<Path>, limit: u64) -> Result<Self, InputError> {
        let path = path.as_ref();
        let failed =
            |error| InputError::io(format!("{} cannot be opened", excerpt(&path.to_string_lossy())), error);
        let file = os::open_at_once(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if os::is_pipe(&metadata) && !Self::is_of_system(path) {
            return Err(InputError::malformed(format!(
                "{} is a named pipe, which may have no writer and would be waited for without end: save the rows as a \
                 file, or give them on standard input",
                excerpt(&path.to_string_lossy())
            )));
        }
        let extension = extension(path).filter(|extension| extension != "gz");
        let extension = extension.or_else(|| self::extension(&path.with_extension("")));
        let source = if metadata.is_file() {
            Self { file, detector: Some(ChangeDetector::new(path, &metadata)), extension: None, limit }
        } else {
            os::wait_when_read(&file).map_err(failed)?;
            Self::stream(file, limit)?
        };
        Ok(Self { extension, ..source })
    }

    /// Whether a path is one of the system's own, such as `/dev/stdin`, or `/dev/fd/63` as shells name a pipe. No other
    /// file belongs beside it.
    pub fn is_of_system(path: &Path) -> bool {
        let folder = path.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
        folder.is_some_and(|folder| folder == Path::new("/dev") || folder.starts_with("/proc"))
    }

    /// Standard input, copied to a file without a name that only this user can read, and that is gone when this
    /// is dropped.
    ///
    /// # Errors
    /// Reading fails, or there is more than [`MAX_BYTES`](Self::MAX_BYTES) or the directory of temporary files has
    /// room for.
    pub fn stdin() -> Result<Self, InputError> {
        Self::reader(io::stdin().lock())
    }

    /// What a reader gives, copied as for [`stdin`](Self::stdin).
    ///
    /// # Errors
    /// As for [`stdin`](Self::stdin).
    pub fn reader(reader: impl Read) -> Result<Self, InputError> {
        Self::stream(reader, Self::MAX_BYTES)
    }

    /// As [`reader`](Self::reader), with a limit of its own, in bytes.
    ///
    /// # Errors
    /// Reading fails, or there is more than the limit allows ([`InputError::is_over_limit`]) or the directory of
    /// temporary files has room for. That directory is then not filled.
    pub fn stream(mut reader: impl Read, limit: u64) -> Result<Self, InputError> {
        let failed = |error: io::Error| match error.downcast() {
            Ok(error) => error,
            Err(error) => InputError::io("the input cannot be copied to a temporary file", error),
        };
        let mut copy = TemporaryCopy::new(CopyOf::Stream, limit).map_err(failed)?;
        io::copy(&mut reader, &mut copy).map_err(failed)?;
        let file = copy.into_file().map_err(failed)?;
        Ok(Self { file, detector: None, extension: None, limit })
    }

    /// What this one holds, which was unpacked to a copy.
    #[cfg_attr(
        not(any(feature = "gzip", feature = "xlsx")),
        expect(dead_code, reason = "nothing can be unpacked")
    )]
    pub(crate) fn unpacked(&self, copy: TemporaryCopy) -> Result<Self, InputError> {
        let (extension, limit) = (self.extension.clone(), self.limit);
        Ok(Self { file: copy.into_file()?, detector: None, extension, limit })
    }

    /// The most that it may unpack to, in bytes.
    #[cfg_attr(
        not(any(feature = "gzip", feature = "xlsx")),
        expect(dead_code, reason = "nothing can be unpacked")
    )]
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// The file, for those who read it in an order of their own.
    #[cfg(feature = "xlsx")]
    pub(crate) fn handle(&self) -> &File {
        &self.file
    }

    /// The first bytes.
    pub(crate) fn start(&self) -> Result<Vec<u8>, InputError> {
        Ok(first_bytes(self.rewind()?)?)
    }

    /// Takes note of all bytes, by which a later change is noticed.
    pub(crate) fn record_all(&self) -> Result<(), InputError> {
        if self.detector.is_some() {
            io::copy(&mut self.rewind()?, &mut io::sink())?;
        }
        self.check_unchanged()
    }

    pub(crate) fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The bytes from the beginning. What is added to a file meanwhile was not there when it was checked, and is not
    /// read.
    pub(crate) fn rewind(&self) -> Result<Bytes<'_>, InputError> {
        self.check_unchanged()?;
        (&self.file).rewind()?;
        let length = self.detector.as_ref().map_or(u64::MAX, |detector| detector.length);
        let hash = self.detector.as_ref().map(|detector| hasher(detector.seed));
        Ok(Bytes { source: self, file: (&self.file).take(length), hash, read: 0 })
    }

    /// The SHA-256 of all bytes.
    pub(crate) fn sha256(&self) -> Result<[u8; 32], InputError> {
        self.check_unchanged()?;
        let length = match &self.detector {
            Some(detector) => detector.length,
            None => self.file.metadata()?.len(),
        };
        let mut hash = Sha256::new();
        for_each_chunk(&self.file, length, |bytes| hash.update(bytes))?;
        self.check_unchanged()?;
        Ok(hash.finalize().into())
    }

    /// Makes sure that the file still says what it said, as far as the system's own times tell.
    fn check_unchanged(&self) -> Result<(), InputError> {
        self.detector.as_ref().map_or(Ok(()), |detector| detector.check(&self.file))
    }

    /// Makes sure that the file still says what was read, and that its name still leads to what says so.
    pub(crate) fn check_unchanged_to_its_end(&self) -> Result<(), InputError> {
        self.detector.as_ref().map_or(Ok(()), |detector| detector.check_to_the_end(&self.file))
    }
}

/// A path's extension in lower case.
fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase())
}

/// The bytes of a source, of which none is given that was not there when it was opened.
#[derive(Debug)]
pub(crate) struct Bytes<'s> {
    source: &'s Source,
    file: Take<&'s File>,
    /// Hash of what was read so far; none for a copy.
    hash: Option<Hasher>,
    read: u64,
}

impl Read for Bytes<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        if let (Some(detector), Some(hash)) = (&self.source.detector, &mut self.hash) {
            detector.check(&self.source.file).map_err(io::Error::other)?;
            hash.0.update(&into[..read]);
            self.read += read as u64;
            detector.record(self.read, hash.0.digest128()).map_err(io::Error::other)?;
        }
        Ok(read)
    }
}

/// A hash tells whether a file changed between two readings of one process, and is neither kept nor shown. Its seed is
/// random; else the author of a file could write two that have the same one.
type Hash = u128;

struct Hasher(Box<Xxh3>);

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

/// A file to which others may write, and what it was when it was read.
#[derive(Debug)]
struct ChangeDetector {
    path: PathBuf,
    length: u64,
    seed: u64,
    seen: Mutex<FileState>,
}

/// What was read of a file.
#[derive(Debug)]
struct FileState {
    /// The file's times, up to where a change of them changed nothing of what it says.
    times: FileTimes,
    /// How much of it was read, from its beginning, and the hash of that.
    length: u64,
    hash: Hash,
}

/// When a file was modified, which programs can set; and when anything about it was changed, which they cannot, where the
/// system says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileTimes {
    modified: Option<SystemTime>,
    changed: Option<(i64, i64)>,
}

impl FileTimes {
    fn of(file: &Metadata) -> Self {
        Self { modified: file.modified().ok(), changed: os::changed_at(file) }
    }
}

impl ChangeDetector {
    fn new(path: &Path, metadata: &Metadata) -> Self {
        let seed = RandomState::new().hash_one(());
        let nothing =
            FileState { times: FileTimes::of(metadata), length: 0, hash: hasher(seed).0.digest128() };
        Self { path: path.to_owned(), length: metadata.len(), seed, seen: Mutex::new(nothing) }
    }

    /// Compares length and times and, where these changed, what the file says: a hard link and `touch` change a time alone.
    fn check(&self, file: &File) -> Result<(), InputError> {
        let metadata = file.metadata()?;
        let (mut seen, times) = (self.seen(), FileTimes::of(&metadata));
        if self.length == metadata.len() && seen.times == times {
            return Ok(());
        }
        if self.length != metadata.len() || self.hash_of(file, seen.length)? != seen.hash {
            return Err(touched(CHANGED));
        }
        seen.times = times;
        Ok(())
    }

    /// Compares what the file says by now wherever its times do not prove it, and what stands under its name where that is
    /// another file.
    fn check_to_the_end(&self, file: &File) -> Result<(), InputError> {
        self.check(file)?;
        let named = os::open_at_once(&self.path).map_err(|_| touched(REPLACED))?;
        let (metadata, seen) = (named.metadata()?, self.seen());
        // The times of one file and of what takes its name may be the same.
        let is_same_file = os::are_one_file(&metadata, &file.metadata()?);
        if !metadata.is_file() || metadata.len() != self.length {
            return Err(touched(REPLACED));
        }
        if is_same_file || self.hash_of(&named, seen.length)? == seen.hash {
            Ok(())
        } else {
            Err(touched(REPLACED))
        }
    }

    /// Takes note of the hash of as many bytes, which was the same whenever they were read.
    fn record(&self, length: u64, hash: Hash) -> Result<(), InputError> {
        let mut seen = self.seen();
        if length < seen.length {
            return Ok(());
        }
        if length == seen.length && hash != seen.hash {
            return Err(touched(CHANGED));
        }
        (seen.length, seen.hash) = (length, hash);
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, FileState> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hash_of(&self, file: &File, length: u64) -> io::Result<Hash> {
        let mut hash = hasher(self.seed);
        for_each_chunk(file, length, |bytes| hash.0.update(bytes))?;
        Ok(hash.0.digest128())
    }
}

/// A hash of no bytes yet.
fn hasher(seed: u64) -> Hasher {
    Hasher(Box::new(Xxh3::with_seed(seed)))
}

/// The first [`CHUNK`] of bytes.
pub(crate) fn first_bytes(from: impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    from.take(CHUNK as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// Reads as many bytes of a file, whose cursor stays where it is.
fn for_each_chunk(file: &File, length: u64, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let (mut bytes, mut offset) = (vec![0; CHUNK], 0);
    while offset < length {
        let most = usize::try_from(length - offset).unwrap_or(CHUNK).min(CHUNK);
        match os::read_at(file, &mut bytes[..most], offset)? {
            0 => break,
            read => {
                take(&bytes[..read]);
                offset += read as u64;
            }
        }
    }
    Ok(())
}

const CHANGED: &str = "changed";
const REPLACED: &str = "replaced or removed";

fn touched(how: &str) -> InputError {
    InputError::malformed(format!(
        "the file was {how} while it was read, so what was checked is not what would be sent; start again when nothing \
         writes to it"
    ))
}
