//! Which lines stand where: in the file, on the disk. All are counted from 1.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::error::FileError;
use crate::journal::framing;
use crate::journal::writer::End;

/// How many lines may be written and not synced. They are lost only if the machine fails, and then sent again.
const UNSYNCED_LINES: u64 = 16_384;

/// For how long lines may be written and not synced, as long as more come.
const UNSYNCED_TIME: Duration = Duration::from_secs(1);

pub(super) struct State {
    /// The lines that are being written.
    lines: Vec<u8>,
    end: End,
    /// The checksum of the last of them.
    sum: u32,
    written: u64,
    synced: u64,
    /// Up to which line someone waits for the disk.
    wanted: u64,
    is_syncing: bool,
    synced_at: Instant,
    /// From then on nothing is written, so that no line follows half a line.
    failed: Option<FileError>,
}

impl State {
    pub(super) fn new(end: End, now: Instant) -> Self {
        Self {
            lines: Vec::new(),
            end,
            sum: end.sum,
            written: 0,
            synced: 0,
            wanted: 0,
            is_syncing: false,
            synced_at: now,
            failed: None,
        }
    }

    /// The lines of records, to be written, and how many they are.
    pub(super) fn lines(
        &mut self,
        records: impl Iterator<Item = impl Serialize>,
    ) -> Result<(&[u8], u64), FileError> {
        self.check()?;
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
    pub(super) fn wrote(&mut self, count: u64, now: Instant) -> Option<u64> {
        self.written += count;
        self.end = End { length: self.end.length + self.lines.len() as u64, sum: self.sum };
        self.begin_sync(now)
    }

    pub(super) fn length(&self) -> u64 {
        self.end.length
    }

    /// Has all lines so far synced, and gives the number of the last.
    pub(super) fn want_all(&mut self) -> Result<u64, FileError> {
        self.check()?;
        self.wanted = self.written;
        Ok(self.written)
    }

    /// Up to which line is to be synced, if that is due and not under way.
    pub(super) fn begin_sync(&mut self, now: Instant) -> Option<u64> {
        let unsynced = self.written - self.synced;
        let wanted = self.wanted > self.synced;
        let due = wanted || unsynced >= UNSYNCED_LINES || now - self.synced_at >= UNSYNCED_TIME;
        let begins = unsynced > 0 && due && !self.is_syncing && self.failed.is_none();
        self.is_syncing |= begins;
        begins.then_some(self.written)
    }

    pub(super) fn synced(&mut self, last: u64, now: Instant) {
        self.is_syncing = false;
        self.synced = last;
        self.synced_at = now;
    }

    /// What was begun to be synced may not be.
    pub(super) fn gave_up_syncing(&mut self) {
        self.is_syncing = false;
    }

    /// How the wait for a line to be synced ended, if it did.
    pub(super) fn is_synced(&self, line: u64) -> Option<Result<(), FileError>> {
        if self.synced >= line { Some(Ok(())) } else { self.check().err().map(Err) }
    }

    /// The first failure is the one that counts; it comes back.
    pub(super) fn fail(&mut self, error: FileError) -> FileError {
        self.failed.get_or_insert(error).clone()
    }

    fn check(&self) -> Result<(), FileError> {
        self.failed.clone().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::error::Kind;
    use crate::journal::record::Written;
    use crate::{OfficeHash, UserHash};

    #[test]
    fn behind_a_write_that_failed_nothing_is_written() {
        let mut state = State::new(End { length: 0, sum: 0 }, clock::now());
        let (user, office) = (UserHash::parse(&"1".repeat(32)), OfficeHash::parse(&"2".repeat(32)));
        let (user, office) = (user.unwrap(), office.unwrap());
        let record = || std::iter::once(Written::intent(&user, &office, clock::wall(), "host"));
        assert!(state.lines(record()).is_ok());
        state.fail(FileError::new(Kind::System, "full"));
        assert!(state.lines(record()).is_err());
    }
}
