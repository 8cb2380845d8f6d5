//! Writes lines for many callers at once.
//!
//! Callers append to one buffer. A task takes all of it, writes it on a thread where it may block, and wakes those
//! whose lines were in it; what came meanwhile goes with the next write. The task belongs to no caller, so that one
//! who goes away takes nothing along.

mod state;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::Notify;
use tokio::task;

use super::storage::Storage;
use crate::clock;
use crate::error::FileError;
use state::{Batch, State};

/// For how many turns of the runtime a write waits at most while each brings more lines. A busy runtime so
/// writes many lines at once, and an idle one writes at once.
const TURNS: u32 = 16;

/// Writes lines in the order in which they are given.
pub(super) struct Writer(Arc<Shared>);

struct Shared {
    storage: Arc<dyn Storage>,
    path: PathBuf,
    state: Mutex<State>,
    /// Whenever lines were written or synced, or that failed.
    progress: Notify,
}

impl Writer {
    /// The path is for messages.
    pub(super) fn new(storage: Arc<dyn Storage>, path: PathBuf) -> Self {
        let state = Mutex::new(State::new(clock::now()));
        Self(Arc::new(Shared { storage, path, state, progress: Notify::new() }))
    }

    /// Ends when the line is written.
    pub(super) async fn written(&self, object: &impl Serialize) -> Result<(), FileError> {
        let line = self.append(object, false)?;
        self.reached(|state| state.written >= line).await
    }

    /// Ends when the line is written and lasts.
    pub(super) async fn synced(&self, object: &impl Serialize) -> Result<(), FileError> {
        let line = self.append(object, true)?;
        self.reached(|state| state.synced >= line).await
    }

    /// Ends when all lines are written and last.
    pub(super) async fn finish(&self) -> Result<(), FileError> {
        let last = self.0.state().want_all();
        self.0.start_syncing();
        self.reached(|state| state.synced >= last).await
    }

    /// Appends a line to the buffer, and says its number.
    fn append(&self, object: &impl Serialize, to_sync: bool) -> Result<u64, FileError> {
        let (line, start) = self.0.state().append(object, to_sync)?;
        if start {
            task::spawn(commit(self.0.clone()));
        }
        Ok(line)
    }

    async fn reached(&self, reached: impl Fn(&State) -> bool) -> Result<(), FileError> {
        loop {
            // It notices whatever happens from here on.
            let progress = self.0.progress.notified();
            if let Some(result) = self.0.state().result(&reached) {
                return result;
            }
            progress.await;
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while lines keep coming.
    async fn gather(&self) {
        let mut seen = 0;
        for _ in 0..TURNS {
            let appended = self.state().appended;
            if appended == seen {
                break;
            }
            seen = appended;
            task::yield_now().await;
        }
    }

    /// Does what may block where it blocks no timer.
    async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&dyn Storage) -> T + Send + 'static,
    ) -> io::Result<T> {
        let storage = self.storage.clone();
        task::spawn_blocking(move || work(&*storage)).await.map_err(io::Error::other)
    }

    fn fail(&self, doing: &str, error: io::Error) {
        self.state().fail(FileError::system(doing, &self.path, error));
    }

    fn start_syncing(self: &Arc<Self>) {
        if self.state().is_sync_due(clock::now()) {
            task::spawn(sync(self.clone()));
        }
    }
}

/// Writes until there is nothing left to write.
async fn commit(shared: Arc<Shared>) {
    loop {
        shared.gather().await;
        let Some(Batch { lines, last }) = shared.state().take() else { return };
        let wrote = shared.blocking(move |storage| (storage.write(&lines), lines)).await;
        match wrote {
            Ok((Ok(()), lines)) => shared.state().wrote(lines, last),
            Ok((Err(error), _)) | Err(error) => shared.fail("write to the journal", error),
        }
        shared.progress.notify_waiters();
        shared.start_syncing();
    }
}

/// Syncs until there is nothing left to sync, while others write.
async fn sync(shared: Arc<Shared>) {
    loop {
        let Some(last) = shared.state().begin_sync(clock::now()) else { return };
        match shared.blocking(Storage::sync).await {
            Ok(Ok(())) => shared.state().synced(last, clock::now()),
            Ok(Err(error)) | Err(error) => shared.fail("sync the journal", error),
        }
        shared.progress.notify_waiters();
    }
}
