//! Writing a plan: under another name until it is whole, and never over another file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use avepoint_elements::UserKey;
use sha2::{Digest, Sha256};

use super::{LONGEST_END, LONGEST_LINE, Plan, PlanHeader, end, line};
use crate::atomic_file::{AtomicFile, exists};
use crate::error::{FileError, FileErrorKind};
use crate::plan::counts::Counter;
use crate::plan::{Names, PlanCounts, PlanOutcome, PlanState, PlannedUser, Sha256Sum};

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
}

impl PlanWriter {
    /// Makes sure that a plan can be made under a name, before anything else is done, and makes nothing.
    ///
    /// # Errors
    /// As [`create`](Self::create), as far as what stands there by now tells.
    pub fn check(path: &Path) -> Result<(), FileError> {
        match path.try_exists() {
            Ok(false) => AtomicFile::check("plan", path, None).map(drop),
            Ok(true) => Err(exists("plan", path)),
            Err(error) => Err(FileError::system("look for", path, error)),
        }
    }

    /// Begins a plan, in the place of one that was left behind unfinished.
    ///
    /// # Errors
    /// The name belongs to a file ([`FileError::is_unsuitable`]), another run writes the plan
    /// ([`FileError::is_in_use`]), or the file cannot be made.
    pub fn create(path: &Path, header: &PlanHeader) -> Result<Self, FileError> {
        Self::check(path)?;
        let file = AtomicFile::create("plan", path, None)?;
        let mut writer =
            Self { file, hash: Sha256::new(), path: path.to_owned(), counter: Counter::default() };
        let header = writer.bounded(serde_json::to_vec(header), LONGEST_LINE)?;
        writer.line(&header)?;
        Ok(writer)
    }

    /// Adds a user whose office information changes, and counts the row.
    ///
    /// # Errors
    /// The file cannot be written, or the line would be too long ([`FileError::is_unsuitable`]).
    pub fn change(&mut self, planned: &PlannedUser) -> Result<(), FileError> {
        let line = self.bounded(line::write(planned), LONGEST_LINE)?;
        self.line(&line)?;
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
        match (&outcome.planned, &outcome.user) {
            (Some(planned), _) => self.change(planned)?,
            (None, Some(user)) => self.resolved(outcome.state, user, &outcome.names),
            (None, None) => self.unresolved(outcome.state),
        }
        Ok(())
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
    pub fn finish(mut self) -> Result<Plan, FileError> {
        let counts = std::mem::take(&mut self.counter).end();
        let end = self.bounded(end::begin(&counts), LONGEST_END)?;
        self.write(&end)?;
        let seal = end::seal(Sha256Sum::end(self.hash.clone()));
        self.write(&seal)?;
        let path = self.file.finish_new()?;
        Plan::open(&path)
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

    fn line(&mut self, line: &[u8]) -> Result<(), FileError> {
        self.write(line)?;
        self.write(b"\n")
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.hash.update(bytes);
        self.file.write_all(bytes).map_err(|error| self.file.unwritten(error))
    }
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
