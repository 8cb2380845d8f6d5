//! Writing a plan: under another name until it is whole, and never over another file.

use std::fs::File;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use avepoint_elements::UserKey;
use sha2::{Digest, Sha256};

use super::reader::Unfinished;
use super::{MAX_END_LENGTH, MAX_LINE_LENGTH, Plan, PlanHeader, end, line};
use crate::atomic_file::{AtomicFile, exists};
use crate::chain::{self, LineSum};
use crate::error::{FileError, FileErrorKind};
use crate::journal::Snapshot;
use crate::plan::counts::Counter;
use crate::plan::{Names, PlanCounts, PlanOutcome, PlanState, PlannedUser, Sha256Sum};
use crate::{journal_name, partial_name};

/// Writes a plan.
///
/// It is written under the [name with `.partial`](crate::partial_name), readable by its owner alone and locked, and gets
/// its own name when it is whole and lasts. No other file is replaced.
#[derive(Debug)]
pub struct PlanWriter {
    file: AtomicFile,
    /// Of what was written.
    hash: Sha256,
    path: PathBuf,
    counter: Counter,
    last: Option<LineSum>,
}

impl PlanWriter {
    /// Makes sure that a plan can be made under a name, before anything else is done, and makes nothing.
    ///
    /// # Errors
    /// As [`create`](Self::create), as far as what stands there by now tells.
    pub fn check(path: &Path) -> Result<(), FileError> {
        Self::check_name(path)?;
        match Unfinished::at(&partial_name(path))? {
            Unfinished::Sync => Err(left_by_sync(path, "an interrupted sync")),
            // Its lines are checked.
            Unfinished::Planning => Plan::open_incomplete(&partial_name(path)).map(drop),
            Unfinished::EmptySync => check_known(path, &Plan::open_incomplete(&partial_name(path))?),
            Unfinished::Foreign => Err(foreign(path)),
            Unfinished::Nothing => Ok(()),
        }
    }

    /// What an interrupted planning of the same rows left: the whole lines that it wrote, each of which is as it was
    /// written. To be asked before [`create`](Self::create) takes its place.
    ///
    /// # Errors
    /// A line of it was changed ([`FileError::is_damaged`]), or it cannot be read.
    pub fn left_behind(path: &Path, header: &PlanHeader) -> Result<Option<Plan>, FileError> {
        let partial = partial_name(path);
        if Unfinished::at(&partial)? != Unfinished::Planning {
            return Ok(None);
        }
        let plan = Plan::open_incomplete(&partial)?;
        Ok(Some(plan).filter(|plan| plan.header().is_of_same_rows(header)))
    }

    /// Makes sure of what [`check`](Self::check) does, but for what a sync left, which is gone on with.
    pub(in crate::plan) fn check_name(path: &Path) -> Result<(), FileError> {
        match path.try_exists() {
            Ok(false) => AtomicFile::check("plan", path, None).map(drop),
            Ok(true) => Err(exists("plan", path)),
            Err(error) => Err(FileError::system("look for", path, error)),
        }
    }

    /// Begins a plan, in the place of one that was left behind unfinished.
    ///
    /// # Errors
    /// The name belongs to a file, or an interrupted sync left a plan with old values under it
    /// ([`FileError::is_unsuitable`]); a line of what was left was changed, or lines that its journal tells of were removed
    /// ([`FileError::is_damaged`]); another run writes the plan ([`FileError::is_in_use`]); or the file cannot be made.
    pub fn create(path: &Path, header: &PlanHeader) -> Result<Self, FileError> {
        Self::check(path)?;
        Self::begin(path, header)
    }

    fn begin(path: &Path, header: &PlanHeader) -> Result<Self, FileError> {
        let file = AtomicFile::create("plan", path, None)?;
        let (hash, counter) = (Sha256::new(), Counter::default());
        let mut writer = Self { file, hash, path: path.to_owned(), counter, last: None };
        writer.line(serde_json::to_vec(header))?;
        Ok(writer)
    }

    /// Begins the plan of a sync, or goes on with one of the same rows that was left behind: then that is here, too.
    pub(in crate::plan) fn open_sync(
        path: &Path,
        header: &PlanHeader,
    ) -> Result<(Self, Option<Plan>), FileError> {
        Self::check_name(path)?;
        let partial = partial_name(path);
        let header = &header.of_sync();
        let begin = || {
            check_unended(path, header)?;
            Ok((Self::begin(path, header)?, None))
        };
        let Some(file) = AtomicFile::lock_left_behind("plan", path)? else { return begin() };
        // Where locks are mandatory, another handle could not read it.
        let shared =
            |file: &File| file.try_clone().map_err(|error| FileError::system("read", &partial, error));
        let found = Unfinished::of(&partial, shared(&file)?)?;
        match found {
            Unfinished::Planning | Unfinished::Nothing => {
                drop(file);
                return begin();
            }
            Unfinished::Foreign => return Err(foreign(path)),
            Unfinished::Sync | Unfinished::EmptySync => {}
        }
        let left = Plan::of(&partial, shared(&file)?)?;
        let is_of_same_rows = left.header().is_of_same_rows(header);
        if !is_of_same_rows && found == Unfinished::Sync {
            return Err(left_by_sync(path, "an interrupted sync of another input, service or rule"));
        }
        check_known(path, &left)?;
        if !is_of_same_rows {
            drop((file, left));
            return begin();
        }
        let length = left.end_of_lines();
        let again = shared(&file)?;
        let file = AtomicFile::go_on("plan", path, file, length)?;
        let plan = Plan::of(&partial, again)?;
        let last = plan.last_sum()?;
        let (hash, counter) = (Sha256::new(), Counter::default());
        let mut writer = Self { file, hash, path: path.to_owned(), counter, last };
        writer.take_over(&plan)?;
        Ok((writer, Some(plan)))
    }

    /// Counts and hashes what is there.
    fn take_over(&mut self, plan: &Plan) -> Result<(), FileError> {
        let mut lines = plan.lines();
        loop {
            let bytes = lines.fill_buf().map_err(|error| self.file.unwritten(error))?;
            if bytes.is_empty() {
                break;
            }
            self.hash.update(bytes);
            let length = bytes.len();
            lines.consume(length);
        }
        plan.users().try_for_each(|planned| {
            self.counter.planned(&planned?);
            Ok(())
        })
    }

    /// What was written, to be synced.
    pub(in crate::plan) fn file_to_sync(&mut self) -> Result<File, FileError> {
        self.flush()?;
        self.file.file_to_sync()
    }

    /// Adds a user whose office information changes, and counts the row.
    ///
    /// # Errors
    /// The file cannot be written, or the line would be too long ([`FileError::is_unsuitable`]).
    pub fn change(&mut self, planned: &PlannedUser) -> Result<(), FileError> {
        self.line(line::write(planned))?;
        self.counter.planned(planned);
        Ok(())
    }

    /// Counts a row that came to a user whose office information does not change.
    pub fn resolved(&mut self, state: PlanState, user: &UserKey, names: &Names) {
        self.counter.resolved(state, user, names);
    }

    /// Counts a row that came to no user.
    pub fn unresolved(&mut self, state: PlanState) {
        self.counter.unresolved(state);
    }

    /// Adds what planning a row came to.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub fn record(&mut self, outcome: &PlanOutcome) -> Result<(), FileError> {
        match &outcome.planned {
            Some(planned) => self.change(planned)?,
            None => self.count(outcome),
        }
        Ok(())
    }

    /// Counts what planning a row came to that does not change its user.
    pub(in crate::plan) fn count(&mut self, outcome: &PlanOutcome) {
        match &outcome.user {
            Some(user) => self.resolved(outcome.state, user, &outcome.names),
            None => self.unresolved(outcome.state),
        }
    }

    /// Of all that was written so far.
    pub(in crate::plan) fn sha256(&self) -> Sha256Sum {
        Sha256Sum::end(self.hash.clone())
    }

    /// Hands all lines so far to the system.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn flush(&mut self) -> Result<(), FileError> {
        self.file.flush().map_err(|error| self.file.unwritten(error))
    }

    /// What was counted so far.
    pub fn counts(&self) -> PlanCounts {
        self.counter.clone().end()
    }

    /// Writes the end, makes the plan last, and gives it its name. Without this the partial file stays.
    ///
    /// # Errors
    /// The file cannot be written, or another one took its name in the meantime.
    pub fn finish(self) -> Result<Plan, FileError> {
        Plan::open(&self.seal()?)
    }

    /// Finishes the plan, and gives its name.
    pub(in crate::plan) fn seal(mut self) -> Result<PathBuf, FileError> {
        let counts = std::mem::take(&mut self.counter).end();
        let end = self.bounded(end::begin(&counts), MAX_END_LENGTH)?;
        self.write(&end)?;
        let seal = end::digest_field(self.sha256());
        self.write(&seal)?;
        self.file.finish_new()
    }

    fn bounded(&self, line: serde_json::Result<Vec<u8>>, longest: usize) -> Result<Vec<u8>, FileError> {
        let line = line.map_err(|error| self.file.unwritten(error.into()))?;
        if line.len() < longest {
            return Ok(line);
        }
        let message = format!(
            "a line of the plan {} would have {} bytes, and at most {longest} are read: plan fewer rows",
            self.path.display(),
            line.len()
        );
        Err(FileError::new(FileErrorKind::Unsuitable, message))
    }

    fn line(&mut self, line: serde_json::Result<Vec<u8>>) -> Result<(), FileError> {
        let mut line = self.bounded(line, MAX_LINE_LENGTH - chain::SUM_LENGTH)?;
        self.last = Some(chain::end(&mut line, self.last));
        line.push(b'\n');
        self.write(&line)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.hash.update(bytes);
        self.file.write_all(bytes).map_err(|error| self.file.unwritten(error))
    }
}

/// Makes sure that what a sync left has all users whom the journal beside it knows.
fn check_known(path: &Path, left: &Plan) -> Result<(), FileError> {
    let journal = Snapshot::find(&journal_name(path, None))?;
    journal.map_or(Ok(()), |journal| left.check_journal(&journal))
}

/// Makes sure that no journal stands where that of a new sync will, which tells of users whose old values stood in a draft
/// that is gone. A rehearsal leaves it there.
fn check_unended(path: &Path, header: &PlanHeader) -> Result<(), FileError> {
    let journal = journal_name(path, None);
    let is_in_the_way = header.sandbox.is_none()
        && Snapshot::find(&journal)?.is_some_and(|journal| journal.has_unended_run());
    if !is_in_the_way {
        return Ok(());
    }
    let message = format!(
        "the journal {} tells of users whom an interrupted run changed, and {}, where a sync keeps their old values, is \
         missing or lost its first line: restore it and run that sync again to go on, or name another plan; who does not \
         need the old values moves the journal away",
        journal.display(),
        partial_name(path).display()
    );
    Err(FileError::new(FileErrorKind::Unsuitable, message))
}

/// What is said of a name under which old values stand that are nowhere else.
fn left_by_sync(path: &Path, what: &str) -> FileError {
    let message = format!(
        "{} is what {what} left, and the old values of users that it changed stand in it alone: run that sync again to go on, \
         or name another plan",
        partial_name(path).display()
    );
    FileError::new(FileErrorKind::Unsuitable, message)
}

/// What is said of a file that may hold the old values of users, and whose first line does not tell.
fn foreign(path: &Path) -> FileError {
    let message = format!(
        "{} does not begin as a plan does, and is not replaced: restore it if a sync left it, since the old values of users \
         that it changed stand in it alone; else remove it, or name another plan",
        partial_name(path).display()
    );
    FileError::new(FileErrorKind::Unsuitable, message)
}

/// Writes the plan that takes back those users of a plan that `takes` says. A user of whom nothing changes but what no
/// reading returns is left out: there is nothing to take back.
///
/// # Errors
/// The plan cannot be read, the new one cannot be written, or `takes` fails: see [`Plan::users`] and [`PlanWriter::create`].
pub fn invert(
    plan: &Plan,
    path: &Path,
    at: SystemTime,
    mut takes: impl FnMut(&PlannedUser) -> Result<bool, FileError>,
) -> Result<Plan, FileError> {
    let mut header = PlanHeader::new(&plan.header().base_url, at);
    header.inverse_of = Some(plan.sha256());
    header.sandbox = plan.header().sandbox;
    let mut writer = PlanWriter::create(path, &header)?;
    for planned in plan.users() {
        let planned = planned?;
        if takes(&planned)? && !planned.change.is_empty() {
            writer.change(&planned.inverted())?;
        }
    }
    writer.finish()
}
