//! Writes lines for many callers.
//!
//! Lines are handed to the system at once and on their caller's thread: the system copies some hundred bytes a line,
//! which takes less time than waking another thread. Syncing may take long, so that it has a thread on which it may
//! block, and one sync serves all who wait for one.

mod state;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::task;

use super::record::Written;
use super::storage::Storage;
use crate::clock;
use crate::error::FileError;
use state::State;

/// Writes lines in the order in which they are given.
#[derive(Clone)]
pub(super) struct Writer(Arc<Shared>);

struct Shared {
    storage: Arc<dyn Storage>,
    path: PathBuf,
    state: Mutex<State>,
    /// Whenever lines were synced, or that failed.
    progress: Notify,
}

impl Writer {
    /// The path is for messages; the length is the file's so far, in bytes.
    pub(super) fn new(storage: Arc<dyn Storage>, path: PathBuf, length: u64) -> Self {
        let state = Mutex::new(State::new(length, clock::now()));
        Self(Arc::new(Shared { storage, path, state, progress: Notify::new() }))
    }

    /// Writes a line for each record, all in one go, and has all lines so far synced if that is due.
    pub(super) fn append<'a>(&self, records: impl IntoIterator<Item = Written<'a>>) -> Result<(), FileError> {
        let mut records = records.into_iter().peekable();
        if records.peek().is_some() {
            let due = self.0.append(records)?;
            self.0.start_syncing(due);
        }
        Ok(())
    }

    /// Ends when all lines so far last.
    pub(super) async fn sync(&self) -> Result<(), FileError> {
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

    /// How long the file is by what was written to it, in bytes.
    pub(super) fn length(&self) -> u64 {
        self.0.state().length()
    }

    /// Writes nothing any more.
    pub(super) fn refuse(&self, because: FileError) {
        self.0.state().fail(because);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes lines. Gives the last line that is to be synced now, if that is due.
    fn append<'a>(&self, records: impl Iterator<Item = Written<'a>>) -> Result<Option<u64>, FileError> {
        let mut state = self.state();
        let (lines, count) = state.lines(records)?;
        match self.storage.write(lines) {
            Ok(()) => Ok(state.wrote(count, clock::now())),
            Err(error) => Err(state.fail(FileError::system("write to the journal", &self.path, error))),
        }
    }

    fn start_syncing(self: &Arc<Self>, due: Option<u64>) {
        if due.is_some() {
            task::spawn(Syncing { shared: self.clone(), due }.run());
        }
    }
}

/// Somebody is syncing: that of all who write at most one is.
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
                    drop(state.fail(FileError::system("sync the journal", &self.shared.path, error)));
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
            self.shared.state().gave_up_syncing();
            self.shared.progress.notify_waiters();
        }
    }
}
