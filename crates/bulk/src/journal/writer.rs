//! The side of a journal that is written to.
//!
//! Lines are handed to the system at once and on their caller's thread: the system copies some hundred bytes a line,
//! which takes less time than waking another thread. Syncing may take long. It has a thread on which it may
//! block, and one sync serves all callers that wait for one.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Notify;
use tokio::task;
use tokio::time::Instant;

use super::framing;
use super::record::{RunEnd, Written};
use crate::clock;
use crate::error::{FileError, FirstFailure};
use crate::hash::{OfficeHash, UserHash};
use crate::outcome::Outcome;

/// How many lines may be written and not synced. They are lost only if the machine fails, and then sent again.
const UNSYNCED_LINES: u64 = 16_384;

/// For how long lines may be written and not synced, as long as more come.
const UNSYNCED_TIME: Duration = Duration::from_secs(1);

/// What a journal is written to: a file, or what a test has in its place.
pub(super) trait Storage: Send + Sync + 'static {
    fn write(&self, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written last.
    fn sync(&self) -> io::Result<()>;
}

impl Storage for File {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = self;
        file.write_all(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Writes records in the order in which they are given. It outlives its journal; then it refuses every record and holds
/// no lock on the file.
#[derive(Clone)]
pub(crate) struct Writer(Arc<Shared>);

struct Shared {
    storage: Arc<dyn Storage>,
    /// For messages.
    path: PathBuf,
    host: Arc<str>,
    state: Mutex<WriterState>,
    /// Whenever lines were synced, or that failed.
    progress: Notify,
}

/// Where a file ends, behind whose last line others are written.
#[derive(Clone, Copy)]
pub(super) struct FileEnd {
    /// In bytes.
    pub(super) length: u64,
    /// The checksum of the last line.
    pub(super) sum: u32,
}

impl Writer {
    pub(super) fn new(storage: Arc<dyn Storage>, path: PathBuf, host: Arc<str>, end: FileEnd) -> Self {
        let state = Mutex::new(WriterState::new(end, clock::now()));
        Self(Arc::new(Shared { storage, path, host, state, progress: Notify::new() }))
    }

    pub(super) fn host(&self) -> &str {
        &self.0.host
    }

    /// Writes down what became of rows, all in one go, as [`Journal::record`](super::Journal::record) does of one, and has
    /// all lines so far synced if that is due. If it fails, none counts.
    pub(crate) fn record<'a>(
        &self,
        results: impl IntoIterator<Item = (&'a UserHash, &'a OfficeHash, &'a Outcome)>,
    ) -> Result<(), FileError> {
        let recorded = results.into_iter().filter(|(.., outcome)| outcome.state.is_recorded());
        self.append(recorded.map(|(user, office, outcome)| Written::outcome(user, office, outcome)))
    }

    /// See [`Journal::intent`](super::Journal::intent).
    pub(crate) async fn intent(&self, user: &UserHash, office: &OfficeHash) -> Result<(), FileError> {
        self.note_intent(user, office)?;
        self.sync().await
    }

    /// Records an intent that survives the end of the process, and perhaps not that of the machine.
    pub(crate) fn note_intent(&self, user: &UserHash, office: &OfficeHash) -> Result<(), FileError> {
        self.append([Written::intent(user, office, clock::wall(), &self.0.host)])
    }

    /// See [`Journal::end_run`](super::Journal::end_run).
    pub(super) fn end_run(&self) -> Result<(), FileError> {
        self.append([RunEnd::new(clock::wall(), &self.0.host)])
    }

    /// Whether anything was written.
    pub(super) fn has_written(&self) -> bool {
        self.0.state().written > 0
    }

    /// Syncs what was written, and writes nothing any more. Says where the file has to end.
    pub(super) async fn close(&self, because: FileError) -> Result<FileEnd, FileError> {
        let synced = self.sync().await;
        self.refuse(because);
        synced.map(|()| self.0.state().end)
    }

    /// Writes nothing any more, once what is being written is.
    pub(super) fn refuse(&self, because: FileError) {
        self.0.state().failure.record(because);
    }

    fn append(&self, records: impl IntoIterator<Item = impl Serialize>) -> Result<(), FileError> {
        let mut records = records.into_iter().peekable();
        if records.peek().is_some() {
            let due = self.0.append(records)?;
            self.0.start_syncing(due);
        }
        Ok(())
    }

    /// Ends when all lines so far last.
    async fn sync(&self) -> Result<(), FileError> {
        let last = self.0.state().want_all()?;
        loop {
            // It notices whatever happens from here on.
            let progress = self.0.progress.notified();
            if let Some(result) = self.0.state().is_synced(last) {
                return result;
            }
            let due = self.0.state().begin_sync(clock::now());
            self.0.start_syncing(due);
            progress.await;
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, WriterState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes lines. Gives the last line that is to be synced now, if that is due.
    fn append(&self, records: impl Iterator<Item = impl Serialize>) -> Result<Option<u64>, FileError> {
        let mut state = self.state();
        let (lines, count) = state.lines(records)?;
        match self.storage.write(lines) {
            Ok(()) => Ok(state.wrote(count, clock::now())),
            Err(error) => {
                Err(state.failure.record(FileError::system("write to the journal", &self.path, error)))
            }
        }
    }

    fn start_syncing(self: &Arc<Self>, due: Option<u64>) {
        if due.is_some() {
            task::spawn(Syncing { shared: self.clone(), due }.run());
        }
    }
}

/// A sync is under way; at most one is.
struct Syncing {
    shared: Arc<Shared>,
    /// Up to which line; none when it is over.
    due: Option<u64>,
}

impl Syncing {
    /// Syncs until there is nothing left to sync, while others write.
    async fn run(mut self) {
        while let Some(last) = self.due {
            let storage = self.shared.storage.clone();
            let synced = task::spawn_blocking(move || storage.sync()).await;
            let mut state = self.shared.state();
            match synced.map_err(io::Error::other).flatten() {
                Ok(()) => state.synced(last, clock::now()),
                Err(error) => {
                    drop(state.failure.record(FileError::system(
                        "sync the journal",
                        &self.shared.path,
                        error,
                    )));
                }
            }
            self.due = state.begin_sync(clock::now());
            drop(state);
            self.shared.progress.notify_waiters();
        }
    }
}

impl Drop for Syncing {
    /// Where its runtime ends before it does, others have to sync.
    fn drop(&mut self) {
        if self.due.is_some() {
            // What was begun to be synced may not be.
            self.shared.state().is_syncing = false;
            self.shared.progress.notify_waiters();
        }
    }
}

/// Which lines stand where: in the file, on the disk. All are counted from 1.
struct WriterState {
    /// The lines that are being written.
    lines: Vec<u8>,
    end: FileEnd,
    /// The checksum of the last of them.
    sum: u32,
    written: u64,
    synced: u64,
    /// Up to which line a caller waits for the disk.
    wanted: u64,
    is_syncing: bool,
    synced_at: Instant,
    failure: FirstFailure,
}

impl WriterState {
    fn new(end: FileEnd, now: Instant) -> Self {
        Self {
            lines: Vec::new(),
            end,
            sum: end.sum,
            written: 0,
            synced: 0,
            wanted: 0,
            is_syncing: false,
            synced_at: now,
            failure: FirstFailure::default(),
        }
    }

    /// The lines of records, to be written, and how many they are.
    fn lines(&mut self, records: impl Iterator<Item = impl Serialize>) -> Result<(&[u8], u64), FileError> {
        self.failure.check()?;
        self.lines.clear();
        self.sum = self.end.sum;
        let mut count = 0;
        for record in records {
            self.sum = framing::push(&mut self.lines, Some(self.sum), &record);
            count += 1;
        }
        Ok((&self.lines, count))
    }

    /// So many lines are written. Gives what [`begin_sync`](Self::begin_sync) does.
    fn wrote(&mut self, count: u64, now: Instant) -> Option<u64> {
        self.written += count;
        self.end = FileEnd { length: self.end.length + self.lines.len() as u64, sum: self.sum };
        self.begin_sync(now)
    }

    /// Has all lines so far synced, and gives the number of the last.
    fn want_all(&mut self) -> Result<u64, FileError> {
        self.failure.check()?;
        self.wanted = self.written;
        Ok(self.written)
    }

    /// Up to which line is to be synced, if that is due and not under way.
    fn begin_sync(&mut self, now: Instant) -> Option<u64> {
        let unsynced = self.written - self.synced;
        let wanted = self.wanted > self.synced;
        let due = wanted || unsynced >= UNSYNCED_LINES || now - self.synced_at >= UNSYNCED_TIME;
        let begins = unsynced > 0 && due && !self.is_syncing && self.failure.check().is_ok();
        self.is_syncing |= begins;
        begins.then_some(self.written)
    }

    fn synced(&mut self, last: u64, now: Instant) {
        self.is_syncing = false;
        self.synced = last;
        self.synced_at = now;
    }

    /// How the wait for a line to be synced ended, if it did.
    fn is_synced(&self, line: u64) -> Option<Result<(), FileError>> {
        if self.synced >= line { Some(Ok(())) } else { self.failure.check().err().map(Err) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FileErrorKind;

    #[test]
    fn behind_a_write_that_failed_nothing_is_written() {
        let mut state = WriterState::new(FileEnd { length: 0, sum: 0 }, clock::now());
        let (user, office) = (UserHash::parse(&"1".repeat(32)), OfficeHash::parse(&"2".repeat(32)));
        let (user, office) = (user.unwrap(), office.unwrap());
        let record = || std::iter::once(Written::intent(&user, &office, clock::wall(), "host"));
        assert!(state.lines(record()).is_ok());
        state.failure.record(FileError::new(FileErrorKind::System, "full"));
        assert!(state.lines(record()).is_err());
    }
}
