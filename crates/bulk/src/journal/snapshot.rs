//! What a journal says at a moment: an index of each user's newest record, and the records in the file.

use std::collections::HashSet;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::framing::{Line, MAX_LENGTH};
use super::record::{self, FORMAT_OF_PLANS, Header, Recorded};
use super::scan::{Scan, ScanError, TornTail, scan};
use crate::error::{FileError, FileErrorKind};
use crate::hash::{OfficeHash, Proof, ProofHasher, UserHash};
use crate::outcome::{Outcome, State};
use crate::plan::Sha256Sum;
use crate::{base_url, os, untrusted};

/// What is done with a journal, in errors.
const OPEN: &str = "open the journal";

/// How much is read for a record at first, in bytes: most have less.
const TYPICAL_LINE_LENGTH: usize = 512;

/// What a journal says at a moment, also while a run writes to it: an index in memory, and the records in the file.
pub struct Snapshot {
    pub(super) file: Arc<File>,
    pub(super) path: PathBuf,
    pub(super) scan: Scan,
    /// The service that it is of; none where it is empty, or one to throw away.
    pub(super) service: Option<Service>,
}

impl Snapshot {
    /// Reads a journal without a lock, and changes nothing. A last record that is
    /// [incomplete](Self::torn_tail) does not count.
    ///
    /// # Errors
    /// There is none, or as for [`find`](Self::find).
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Self::find(path)?.ok_or_else(|| FileError::system(OPEN, path, io::ErrorKind::NotFound.into()))
    }

    /// Reads a journal, as [`read`](Self::read) does, if there is one.
    ///
    /// # Errors
    /// It is damaged ([`FileError::is_damaged`]), its format is newer, what stands there is no file that can be believed
    /// ([`FileError::is_unsuitable`]), or it cannot be read.
    pub fn find(path: &Path) -> Result<Option<Self>, FileError> {
        let Some(file) = untrusted::open(path, OpenOptions::new().read(true), OPEN)? else { return Ok(None) };
        Self::of(Arc::new(file), path).map(Some)
    }

    /// Reads a journal's file from where it stands.
    pub(super) fn of(file: Arc<File>, path: &Path) -> Result<Self, FileError> {
        let scan = scan(&*file).map_err(|error| explain(error, path))?;
        let service = scan.header.as_ref().and_then(|header| Service::of(&header.base_url));
        Ok(Self { file, path: path.to_owned(), scan, service })
    }

    /// What is incomplete at its end, and does not count.
    pub fn torn_tail(&self) -> Option<&TornTail> {
        self.scan.torn.as_ref()
    }

    /// Takes the header that was written to a file without one.
    pub(super) fn begin(&mut self, header: Header, service: Option<Service>) {
        (self.scan.header, self.service) = (Some(header), service);
    }

    /// The base URL of the API that it tells of; nothing if it is empty.
    pub fn base_url(&self) -> Option<&str> {
        self.service.as_ref().map(Service::base_url)
    }

    /// How many users have a newest record of this state. What was about to be sent is
    /// [unknown](State::Unknown).
    pub fn count(&self, state: State) -> u64 {
        self.scan.index.count(state)
    }

    /// How many users it knows who are not among these.
    pub(crate) fn count_others<'u>(&self, users: impl IntoIterator<Item = &'u UserHash>) -> u64 {
        let index = &self.scan.index;
        let users = users.into_iter().filter_map(|user| index.offset(user));
        index.len() - users.collect::<HashSet<_>>().len() as u64
    }

    /// Whether the last run over its plan sent something, and did not come to its end.
    pub(crate) fn has_unended_run(&self) -> bool {
        self.plan().is_some() && self.scan.index.has_from(self.scan.last_run_ended)
    }

    /// Whether a run writes the journal now.
    pub fn is_in_use(&self) -> bool {
        // Opened anew: a lock belongs to an open file, and that of this one may be a run's own.
        let file = File::open(&self.path);
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// The SHA-256 of the plan that its runs apply; none of a journal of rows.
    pub fn plan(&self) -> Option<Sha256Sum> {
        self.scan.header.as_ref()?.plan
    }

    /// Whether the next run over the plan passes over a user: the last one, which did not come to its end, has done it.
    /// Reads from the file.
    ///
    /// # Errors
    /// The file cannot be read, or was changed meanwhile.
    pub fn is_passed_over(&self, user: &UserHash) -> Result<bool, FileError> {
        Ok(matches!(self.applied(user)?, AppliedBefore::InThisRun(_)))
    }

    /// What the runs so far say of a user of their plan. Reads from the file.
    pub(crate) fn applied(&self, user: &UserHash) -> Result<AppliedBefore, FileError> {
        let Scan { index, last_run_ended, .. } = &self.scan;
        let is_of_unended_run = index.offset(user).is_some_and(|offset| offset >= *last_run_ended);
        Ok(match self.newest(user)?.map(|newest| newest.outcome) {
            Some(outcome) if outcome.state == State::Done && is_of_unended_run => {
                AppliedBefore::InThisRun(outcome)
            }
            Some(outcome) if outcome.state == State::Done => AppliedBefore::InAnEarlierRun,
            Some(outcome) if outcome.state == State::Unknown => AppliedBefore::Perhaps,
            _ => AppliedBefore::No,
        })
    }

    /// The newest record of a user. Reads from the file.
    ///
    /// # Errors
    /// The file cannot be read, or was changed meanwhile.
    pub fn newest(&self, user: &UserHash) -> Result<Option<Recorded>, FileError> {
        let Some(offset) = self.scan.index.offset(user) else { return Ok(None) };
        let line =
            self.line(offset).map_err(|error| FileError::system("read the journal", &self.path, error))?;
        let record = Line::parse(&line).and_then(|line| record::read(&line));
        let (owner, entry) = record.ok_or_else(|| changed(&self.path))?;
        Ok((owner == *user).then_some(entry))
    }

    /// Whether the claims of an input do not count.
    pub(crate) fn is_fresh(&self) -> bool {
        self.scan.header.as_ref().is_some_and(|header| header.fresh)
    }

    /// What proves to later runs that its service did an update.
    pub(crate) fn prove(&self, user: &UserHash, office: &OfficeHash) -> Option<Proof> {
        self.service.as_ref().map(|service| service.hasher.prove(user, office))
    }

    /// The line at an offset, without its end.
    fn line(&self, offset: u64) -> io::Result<Vec<u8>> {
        let (mut bytes, mut filled) = (vec![0; TYPICAL_LINE_LENGTH], 0);
        loop {
            let read = os::read_at(&self.file, &mut bytes[filled..], offset + filled as u64)?;
            if let Some(end) = bytes[filled..filled + read].iter().position(|byte| *byte == b'\n') {
                bytes.truncate(filled + end);
                return Ok(bytes);
            }
            filled += read;
            if read == 0 || filled >= MAX_LENGTH {
                return Ok(Vec::new());
            }
            bytes.resize(2 * bytes.len().max(filled), 0);
        }
    }
}

/// Whether a user of a plan was updated, by the plan's journal.
pub(crate) enum AppliedBefore {
    /// Not, as far as it is known.
    No,
    /// By a run that came to its end. What became of it since is not known.
    InAnEarlierRun,
    /// By the run that was interrupted and is gone on with.
    InThisRun(Outcome),
    /// A request was about to be sent, or was not answered.
    Perhaps,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A service, which is told from others by its base URL.
pub(super) struct Service {
    base_url: String,
    hasher: ProofHasher,
}

impl Service {
    /// The service of a base URL. Slashes at its end mean nothing.
    pub(super) fn of(base_url: &str) -> Option<Self> {
        let base_url = base_url::trimmed(base_url);
        (!base_url.is_empty())
            .then(|| Self { base_url: base_url.to_owned(), hasher: ProofHasher::new(base_url) })
    }

    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }
}

/// Refuses a journal at a path that tells of another service.
pub(super) fn check_service(own: &str, other: &str, path: &Path) -> Result<(), FileError> {
    let other = base_url::trimmed(other);
    if own == other {
        return Ok(());
    }
    let message = format!(
        "the journal {} tells of updates to {own}, not to {other}: name another journal for this service, \
         or set this one aside and begin a fresh one",
        path.display(),
    );
    Err(FileError::new(FileErrorKind::OtherService, message))
}

/// Refuses a journal at a path that tells of another plan, or of rows where a plan is meant, or the other way round.
pub(super) fn check_plan(
    own: Option<Sha256Sum>,
    other: Option<Sha256Sum>,
    path: &Path,
) -> Result<(), FileError> {
    let what = match (own, other) {
        _ if own == other => return Ok(()),
        (Some(_), Some(_)) => "tells of another plan",
        (Some(_), None) => "tells of a plan, not of rows",
        (None, _) => "tells of rows, not of a plan",
    };
    let message = format!(
        "the journal {} {what}: name another one, or set this one aside and begin a fresh one",
        path.display()
    );
    Err(FileError::new(FileErrorKind::OtherPlan, message))
}

fn changed(path: &Path) -> FileError {
    let message = format!("the journal {} was changed by something else during the run", path.display());
    FileError::new(FileErrorKind::Damaged, message)
}

fn explain(error: ScanError, path: &Path) -> FileError {
    let shown = path.display();
    match error {
        ScanError::System(error) => FileError::system("read the journal", path, error),
        ScanError::NoJournal => {
            let message = format!(
                "{shown} is no journal, or its first line was changed: name another file, or restore it"
            );
            FileError::new(FileErrorKind::Damaged, message)
        }
        ScanError::Newer(format) => {
            let message = format!(
                "the journal {shown} has format {format}, and this version reads {FORMAT_OF_PLANS}: use the version \
                 that wrote it"
            );
            FileError::new(FileErrorKind::NewerFormat, message)
        }
        ScanError::Damaged(line) => {
            let message = format!(
                "line {line} of the journal {shown} is not as it was written, and something older must not be \
                 believed in its place: restore the file, or set it aside and begin a fresh journal, which \
                 sends every row again"
            );
            FileError::new(FileErrorKind::Damaged, message)
        }
    }
}
