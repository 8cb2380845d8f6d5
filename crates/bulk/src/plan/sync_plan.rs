//! The plan of a sync, which is written while it is applied: each change before the update that it is of.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task;

use super::{Plan, PlanCounts, PlanHeader, PlanOutcome, PlanWriter, PlannedUser, PlannedUsers, Sha256Sum};
use crate::error::{FileError, FileErrorKind, FirstFailure};
use crate::hash::UserHash;
use crate::partial_name;

/// The plan of a sync: a write-ahead log.
///
/// A change is on the disk before its update is sent; changes that are ready together share one sync of the file. It is
/// written under the [name with `.partial`](crate::partial_name), locked, and each of its lines has a checksum that chains it
/// to the line before it. So the whole lines of one that was interrupted can be [opened](Plan::open_incomplete), and the next
/// sync goes on with them: no old value that was recorded is replaced.
pub struct SyncPlan {
    /// Where it is until it has its end.
    partial: PathBuf,
    file: Arc<File>,
    changes: Mutex<Changes>,
    /// The number of the last change that is on the disk. Its holder syncs the file for all who wait for it.
    synced: tokio::sync::Mutex<u64>,
    earlier: Option<EarlierSync>,
    id: Sha256Sum,
    max_changes: Option<u64>,
    allows_clears: bool,
}

struct Changes {
    /// None once the plan has its end.
    writer: Option<PlanWriter>,
    /// Where the line of each user begins that an interrupted sync left; 0 of those that were added since.
    users: HashMap<UserHash, u64>,
    failure: FirstFailure,
}

/// What an interrupted sync left.
struct EarlierSync {
    lines: Mutex<PlannedUsers>,
    changes: u64,
}

/// Why a change was not recorded, and so may not be sent.
#[derive(Debug)]
pub(crate) enum Unrecorded {
    /// It would empty these fields, without consent.
    Clears(Vec<String>),
    /// Another row changes the user.
    Duplicate,
    /// There are as many changes as there may be.
    TooMany(u64),
    File(FileError),
}

impl SyncPlan {
    /// Makes sure that a plan can be made under a name or gone on with, before anything else is done, and makes nothing.
    ///
    /// # Errors
    /// As [`open`](Self::open), as far as what stands there by now tells.
    pub fn check(path: &Path) -> Result<(), FileError> {
        PlanWriter::check_name(path)
    }

    /// Begins a plan, or goes on with the one that an interrupted sync of the same rows left. A last line that is
    /// incomplete, as a crash leaves it, is cut off: nothing was sent for it.
    ///
    /// # Errors
    /// The name belongs to a file, what was left is of another input, service or rule, or nothing was left beside a
    /// [journal](crate::journal_name) that tells of an interrupted run ([`FileError::is_unsuitable`]); a line of it was
    /// changed, or lacks for a user whom that journal knows ([`FileError::is_damaged`]); another run writes the plan
    /// ([`FileError::is_in_use`]); or the file cannot be made. What was left is then as it was.
    pub fn open(path: &Path, header: &PlanHeader) -> Result<Self, FileError> {
        let (mut writer, earlier) = PlanWriter::open_sync(path, header)?;
        let mut users = HashMap::new();
        let mut lines = earlier.as_ref().map(Plan::users);
        while let Some(lines) = &mut lines
            && let Some(planned) = lines.next()
        {
            users.insert(UserHash::of(&planned?.user), lines.start());
        }
        // So far, a new one has its first line alone.
        let id = earlier.as_ref().map_or_else(|| writer.sha256(), Plan::journal_id);
        let changes = users.len() as u64;
        let earlier = lines.map(|lines| EarlierSync { lines: Mutex::new(lines), changes });
        Ok(Self {
            partial: partial_name(path),
            file: Arc::new(writer.file_to_sync()?),
            changes: Mutex::new(Changes { writer: Some(writer), users, failure: FirstFailure::default() }),
            synced: tokio::sync::Mutex::new(changes),
            earlier,
            id,
            max_changes: None,
            allows_clears: false,
        })
    }

    /// Changes at most so many users, those of an interrupted sync included. Default: all.
    #[must_use]
    pub fn max_changes(mut self, most: impl Into<Option<u64>>) -> Self {
        self.max_changes = most.into();
        self
    }

    /// Whether fields may be emptied; a row that would empty one is else left as it is. Default: no.
    #[must_use]
    pub fn allow_clears(mut self, allows: bool) -> Self {
        self.allows_clears = allows;
        self
    }

    /// What its [journal](crate::Journal::open_for_plan) knows it by: [`Plan::journal_id`].
    pub fn journal_id(&self) -> Sha256Sum {
        self.id
    }

    /// How many changes an interrupted sync left; none where there was none.
    pub fn earlier_changes(&self) -> Option<u64> {
        self.earlier.as_ref().map(|earlier| earlier.changes)
    }

    /// Counts a row of which no change is in the plan.
    pub fn count(&self, outcome: &PlanOutcome) {
        if let Some(writer) = &mut self.changes().writer {
            writer.count(outcome);
        }
    }

    /// What was recorded and counted so far.
    pub fn counts(&self) -> PlanCounts {
        self.changes().writer.as_ref().map(PlanWriter::counts).unwrap_or_default()
    }

    /// Writes the end, makes the plan last, and gives it its name. Without this the partial file stays.
    ///
    /// # Errors
    /// The file cannot be written, or could not before; another file took its name in the meantime; or it has its end
    /// already ([`FileError::is_closed`]).
    pub fn finish(&self) -> Result<Plan, FileError> {
        let writer = {
            let mut changes = self.changes();
            changes.failure.check()?;
            changes.writer.take()
        };
        let path = writer.ok_or_else(closed)?.seal()?;
        // Where locks are mandatory, it could not be read.
        let _ = self.file.unlock();
        Plan::open(&path)
    }

    /// What an interrupted sync recorded of a user.
    pub(super) fn earlier(&self, user: &UserHash) -> Result<Option<PlannedUser>, FileError> {
        let Some(earlier) = &self.earlier else { return Ok(None) };
        let start = self.changes().users.get(user).copied().filter(|start| *start > 0);
        let mut lines = earlier.lines.lock().unwrap_or_else(PoisonError::into_inner);
        start.map(|start| lines.at(start)).transpose()
    }

    /// Records a change. Ends when it is on the disk; only then its update may be sent.
    pub(crate) async fn record(&self, planned: &PlannedUser) -> Result<(), Unrecorded> {
        let number = self.write(planned)?;
        self.sync(number).await.map_err(Unrecorded::File)
    }

    /// Writes a change, and gives its number.
    fn write(&self, planned: &PlannedUser) -> Result<u64, Unrecorded> {
        let clears = planned.change.clears().chain(planned.clears_unseen());
        let clears: Vec<_> = clears.map(|field| format!("the {field}")).collect();
        if !self.allows_clears && !clears.is_empty() {
            return Err(Unrecorded::Clears(clears));
        }
        let (mut changes, user) = (self.changes(), UserHash::of(&planned.user));
        if changes.users.contains_key(&user) {
            return Err(Unrecorded::Duplicate);
        }
        if let Some(most) = self.max_changes.filter(|most| changes.users.len() as u64 >= *most) {
            return Err(Unrecorded::TooMany(most));
        }
        changes.failure.check().map_err(Unrecorded::File)?;
        let writer = changes.writer.as_mut().ok_or_else(|| Unrecorded::File(closed()))?;
        let written = writer.change(planned).and_then(|()| writer.flush());
        written.map_err(|error| Unrecorded::File(changes.failure.record(error)))?;
        changes.users.insert(user, 0);
        Ok(changes.users.len() as u64)
    }

    /// Ends when the change of a number is on the disk. Who comes first syncs all that are written by then.
    async fn sync(&self, number: u64) -> Result<(), FileError> {
        let mut synced = self.synced.lock().await;
        if *synced >= number {
            return Ok(());
        }
        let written = {
            let changes = self.changes();
            changes.failure.check()?;
            changes.users.len() as u64
        };
        let file = self.file.clone();
        let done = task::spawn_blocking(move || file.sync_data()).await.map_err(io::Error::other).flatten();
        done.map_err(|error| {
            self.changes().failure.record(FileError::system("sync the plan", &self.partial, error))
        })?;
        *synced = written;
        Ok(())
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed() -> FileError {
    FileError::new(FileErrorKind::Closed, "the plan of the sync has its end already")
}

impl fmt::Debug for SyncPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncPlan").field("id", &self.id).finish_non_exhaustive()
    }
}
