//! Where the bytes come from, twice.

use std::fmt;
use std::fs::{File, Metadata};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Seek, Take};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::Xxh3;

use crate::error::InputError;
use crate::format::encoding::CHUNK;
use crate::os;
use crate::problem::shown;

/// Bytes that can be read again from the beginning: a file, or a copy of a stream.
#[derive(Debug)]
pub struct Source {
    file: File,
    /// Detects changes; none for a copy, which no other process can reach.
    watched: Option<Watched>,
    /// The file's extension in lower case, where it has one.
    extension: Option<String>,
}

impl Source {
    /// The most that is copied of a stream unless said otherwise, in bytes: 4 GiB.
    pub const STREAM_LIMIT: u64 = 4 << 30;

    /// A file. It is opened once; a pipe or device is copied as [`reader`](Self::reader) does.
    ///
    /// # Errors
    /// The file cannot be opened or, if it is a stream, copied.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, InputError> {
        Self::file_or_stream(path, Self::STREAM_LIMIT)
    }

    /// As [`file`](Self::file), with a limit of its own for a pipe or device, in bytes.
    ///
    /// # Errors
    /// As for [`file`](Self::file).
    pub fn file_or_stream(path: impl AsRef<Path>, limit: u64) -> Result<Self, InputError> {
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
            Self { file, watched: Some(Watched::new(&metadata)), extension: None }
        } else {
            Self::stream(file, limit)?
        };
        Ok(Self { extension, ..source })
    }

    /// Standard input, copied to a file without a name that only this user can read, and that is gone when this
    /// is dropped.
    ///
    /// # Errors
    /// Reading fails, or there is more than [`STREAM_LIMIT`](Self::STREAM_LIMIT) or the directory of temporary files has
    /// room for.
    pub fn stdin() -> Result<Self, InputError> {
        Self::reader(io::stdin().lock())
    }

    /// What a reader gives, copied as for [`stdin`](Self::stdin).
    ///
    /// # Errors
    /// As for [`stdin`](Self::stdin).
    pub fn reader(reader: impl Read) -> Result<Self, InputError> {
        Self::stream(reader, Self::STREAM_LIMIT)
    }

    /// As [`reader`](Self::reader), with a limit of its own, in bytes.
    ///
    /// # Errors
    /// Reading fails, or there is more than the limit allows ([`InputError::is_over_limit`]) or the directory of
    /// temporary files has room for. That directory is then not filled.
    pub fn stream(mut reader: impl Read, limit: u64) -> Result<Self, InputError> {
        let failed = |error| InputError::io("the input cannot be copied to a temporary file", error);
        let directory = std::env::temp_dir();
        let room = os::room_in(&directory).unwrap_or(u64::MAX);
        let mut file = tempfile::tempfile_in(&directory).map_err(failed)?;
        let copied = io::copy(&mut reader.by_ref().take(limit.min(room)), &mut file).map_err(failed)?;
        let is_more =
            copied == limit.min(room) && io::copy(&mut reader.take(1), &mut io::sink()).map_err(failed)? > 0;
        match is_more {
            true if copied == limit => Err(InputError::over_limit(format!(
                "the input is a stream of more than {limit} bytes, which is the most that is copied of one: save it as a \
                 file, or allow more"
            ))),
            true => Err(InputError::malformed(format!(
                "the input is a stream, and the directory for its copy, {}, has room for {room} bytes: save it as a file, \
                 or name another directory with TMPDIR",
                directory.display()
            ))),
            false => Ok(Self { file, watched: None, extension: None }),
        }
    }

    pub(crate) fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The bytes from the beginning. What is added to a file meanwhile was not there when it was checked, and is not
    /// read.
    pub(crate) fn rewind(&self) -> Result<Bytes<'_>, InputError> {
        self.check_unchanged()?;
        (&self.file).rewind()?;
        let length = self.watched.as_ref().map_or(u64::MAX, |watched| watched.length);
        let hash = self.watched.as_ref().map(Watched::hasher);
        Ok(Bytes { source: self, file: (&self.file).take(length), hash })
    }

    /// The SHA-256 of all bytes.
    pub(crate) fn sha256(&self) -> Result<[u8; 32], InputError> {
        self.check_unchanged()?;
        let length = match &self.watched {
            Some(watched) => watched.length,
            None => self.file.metadata()?.len(),
        };
        let mut hash = Sha256::new();
        for_each_chunk(&self.file, length, |bytes| hash.update(bytes))?;
        self.check_unchanged()?;
        Ok(hash.finalize().into())
    }

    /// Makes sure that the file still says what it said, as far as the system's own times tell.
    fn check_unchanged(&self) -> Result<(), InputError> {
        let Some(watched) = &self.watched else { return Ok(()) };
        watched.check(&self.file, Watched::is_settled)
    }

    /// Makes sure that the file still says what was read, wherever that takes reading it.
    pub(crate) fn check_unchanged_to_its_end(&self) -> Result<(), InputError> {
        let Some(watched) = &self.watched else { return Ok(()) };
        watched.check(&self.file, |watched, changed| changed.is_some() && watched.is_settled(changed))
    }
}

/// The bytes of a source, of which none is given that was not there when it was opened.
#[derive(Debug)]
pub(crate) struct Bytes<'s> {
    source: &'s Source,
    file: Take<&'s File>,
    /// Hash of what was read so far; none for a copy, and after the end.
    hash: Option<Hasher>,
}

impl Read for Bytes<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.source.check_unchanged().map_err(io::Error::other)?;
        if let Some(hash) = &mut self.hash {
            hash.0.update(&into[..read]);
        }
        if let (Some(watched), 0, true) = (&self.source.watched, self.file.limit(), self.hash.is_some()) {
            let hash = self.hash.take().map(|hash| hash.0.digest128());
            hash.map_or(Ok(()), |hash| watched.check_hash(hash)).map_err(io::Error::other)?;
        }
        Ok(read)
    }
}

/// A hash tells whether a file changed between two readings of one process, and is neither kept nor shown. Its seed is
/// random, since whoever writes the file could otherwise write two that have the same one.
type Hash = u128;

struct Hasher(Box<Xxh3>);

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

/// A file to which others may write, and what it was when it was read.
#[derive(Debug)]
struct Watched {
    length: u64,
    modified: Option<SystemTime>,
    /// When anything about it was last changed, up to where that changed nothing of what it says.
    settled: Mutex<Option<(i64, i64)>>,
    seed: u64,
    /// Of all its bytes, once they were read.
    hash: OnceLock<Hash>,
}

impl Watched {
    fn new(metadata: &Metadata) -> Self {
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            settled: Mutex::new(os::changed_at(metadata)),
            seed: RandomState::new().hash_one(()),
            hash: OnceLock::new(),
        }
    }

    /// A hash of no bytes yet.
    fn hasher(&self) -> Hasher {
        Hasher(Box::new(Xxh3::with_seed(self.seed)))
    }

    /// Compares length and times, and where these leave it open, what the file says.
    ///
    /// A program that writes can set the old time of modification, and one that makes a hard link changes only the other.
    fn check(
        &self,
        file: &File,
        is_settled: impl Fn(&Self, Option<(i64, i64)>) -> bool,
    ) -> Result<(), InputError> {
        let metadata = file.metadata()?;
        if (self.length, self.modified) != (metadata.len(), metadata.modified().ok()) {
            return Err(changed());
        }
        let changed_at = os::changed_at(&metadata);
        // Before it was read once, the next reading tells.
        if is_settled(self, changed_at) || self.hash.get().is_none() {
            return Ok(());
        }
        self.check_hash(self.hash_of(file)?)?;
        *self.settled() = changed_at;
        Ok(())
    }

    fn is_settled(&self, changed_at: Option<(i64, i64)>) -> bool {
        *self.settled() == changed_at
    }

    fn settled(&self) -> MutexGuard<'_, Option<(i64, i64)>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hash_of(&self, file: &File) -> io::Result<Hash> {
        let mut hash = self.hasher();
        for_each_chunk(file, self.length, |bytes| hash.0.update(bytes))?;
        Ok(hash.0.digest128())
    }

    /// Compares what was read now with what was read first.
    fn check_hash(&self, hash: Hash) -> Result<(), InputError> {
        if *self.hash.get_or_init(|| hash) == hash { Ok(()) } else { Err(changed()) }
    }
}

/// Reads as many bytes of a file, whose cursor stays where it is.
fn for_each_chunk(file: &File, length: u64, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let (mut bytes, mut place) = (vec![0; CHUNK], 0);
    while place < length {
        let most = usize::try_from(length - place).unwrap_or(CHUNK).min(CHUNK);
        match os::read_at(file, &mut bytes[..most], place)? {
            0 => break,
            read => {
                take(&bytes[..read]);
                place += read as u64;
            }
        }
    }
    Ok(())
}

fn changed() -> InputError {
    InputError::malformed(
        "the file was changed while it was read, so what was checked is not what would be sent; start again when \
         nothing writes to it",
    )
}
