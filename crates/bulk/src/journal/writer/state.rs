//! Which lines stand where: in the buffer, in the file, on the disk. All are counted from 1.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::error::FileError;
use crate::journal::line;

/// How many lines may be written and not synced. They are lost only if the machine fails, and then sent again.
const UNSYNCED_LINES: u64 = 16_384;

/// For how long lines may be written and not synced, as long as more come.
const UNSYNCED_TIME: Duration = Duration::from_secs(1);

pub(super) struct State {
    /// Lines that no write has taken.
    buffer: Vec<u8>,
    /// The memory of the last write, for the next.
    spare: Vec<u8>,
    pub(super) appended: u64,
    pub(super) written: u64,
    pub(super) synced: u64,
    /// Up to which line someone waits for the disk.
    wanted: u64,
    is_committing: bool,
    is_syncing: bool,
    synced_at: Instant,
    /// From then on nothing is written, so that no line follows half a line.
    failed: Option<FileError>,
}

/// What is written at once.
pub(super) struct Batch {
    pub(super) lines: Vec<u8>,
    /// The number of its last line.
    pub(super) last: u64,
}

impl State {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            buffer: Vec::new(),
            spare: Vec::new(),
            appended: 0,
            written: 0,
            synced: 0,
            wanted: 0,
            is_committing: false,
            is_syncing: false,
            synced_at: now,
            failed: None,
        }
    }

    /// Appends a line, and gives its number and whether the caller is to start writing.
    pub(super) fn append(
        &mut self,
        object: &impl Serialize,
        to_sync: bool,
    ) -> Result<(u64, bool), FileError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        line::push(&mut self.buffer, object);
        self.appended += 1;
        if to_sync {
            self.wanted = self.appended;
        }
        let start = !std::mem::replace(&mut self.is_committing, true);
        Ok((self.appended, start))
    }

    /// What waits to be written; nothing ends the writing.
    pub(super) fn take(&mut self) -> Option<Batch> {
        if self.failed.is_some() || self.buffer.is_empty() {
            self.is_committing = false;
            return None;
        }
        let lines = std::mem::replace(&mut self.buffer, std::mem::take(&mut self.spare));
        Some(Batch { lines, last: self.appended })
    }

    pub(super) fn wrote(&mut self, mut lines: Vec<u8>, last: u64) {
        lines.clear();
        self.spare = lines;
        self.written = last;
    }

    /// Has all lines so far synced, and gives the number of the last.
    pub(super) fn want_all(&mut self) -> u64 {
        self.wanted = self.appended;
        self.appended
    }

    pub(super) fn is_sync_due(&self, now: Instant) -> bool {
        let unsynced = self.written - self.synced;
        let wanted = self.wanted.min(self.written) > self.synced;
        let due = wanted || unsynced >= UNSYNCED_LINES || now - self.synced_at >= UNSYNCED_TIME;
        unsynced > 0 && due && !self.is_syncing && self.failed.is_none()
    }

    /// Up to which line is to be synced, if that is due.
    pub(super) fn begin_sync(&mut self, now: Instant) -> Option<u64> {
        let due = self.is_sync_due(now);
        self.is_syncing |= due;
        due.then_some(self.written)
    }

    pub(super) fn synced(&mut self, last: u64, now: Instant) {
        self.is_syncing = false;
        self.synced = last;
        self.synced_at = now;
    }

    /// The first failure is the one that counts.
    pub(super) fn fail(&mut self, error: FileError) {
        self.failed.get_or_insert(error);
    }

    /// How a wait ended, if it did.
    pub(super) fn result(&self, reached: impl Fn(&Self) -> bool) -> Option<Result<(), FileError>> {
        if reached(self) { Some(Ok(())) } else { self.failed.clone().map(Err) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::error::Kind;

    #[test]
    fn what_was_appended_during_a_write_that_failed_is_not_written_behind_it() {
        let mut state = State::new(clock::now());
        state.append(&1, false).unwrap();
        assert!(state.take().is_some());
        state.append(&2, false).unwrap();
        state.fail(FileError::new(Kind::System, "full".to_owned()));
        assert!(state.take().is_none());
        assert!(state.append(&3, false).is_err());
        assert!(state.result(|state| state.written >= 2).unwrap().is_err());
    }
}
