//! The memory of what was done.
//!
//! A journal is a file beside the input, to which records are only ever appended, one a line, with checksums that chain
//! each [line](framing) to the one before it: lines that were changed, swapped, doubled or removed are found. The first
//! line is a header with the format, the base URL of the API, the time and the machine. Users and office information
//! stand there as hashes. Format 1, without the chain, is read, and replaced by today's when a run goes on with it.
//!
//! Only a user's newest record counts. So a user that was done before with other office information gets a record
//! of the intent, which lasts before the update is sent: no crash can leave the older record standing.

mod file;
mod framing;
mod index;
mod record;
mod scan;
mod snapshot;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task;

use crate::error::{FileError, FileErrorKind};
use crate::hash::{OfficeHash, UserHash};
use crate::outcome::{Outcome, this_host};
use crate::plan::Sha256Sum;
use crate::{clock, os, untrusted};
pub use record::Recorded;
use record::{Header, UNCHAINED};
use scan::Scan;
pub use scan::TornTail;
pub(crate) use snapshot::AppliedBefore;
pub use snapshot::Snapshot;
use snapshot::{Service, check_plan, check_service};
pub(crate) use writer::Writer;
use writer::{FileEnd, Storage};

/// A journal that is written.
///
/// It holds the file's lock until it is [closed](Self::close) or dropped: no other run can use it. It knows
/// what was there when it was opened, in at most 18 bytes a user; what is recorded since is in the file alone. So it
/// serves one run: for the next, [close](Self::close) it and open it again. What writes to it is called within a tokio
/// runtime.
pub struct Journal {
    snapshot: Arc<Snapshot>,
    writer: Writer,
    /// Whether a run was begun with it.
    used: AtomicBool,
    torn_tail: Option<TornTail>,
    /// Whether its file was made for it.
    is_new: bool,
    previous_path: Option<PathBuf>,
}

impl Journal {
    /// Opens a journal, or makes it, readable for its owner alone.
    ///
    /// A last record that a crash left incomplete is cut off; [`torn_tail`](Self::torn_tail) says so. A base URL counts
    /// without slashes at its end.
    ///
    /// # Errors
    /// Another run uses it ([`FileError::is_in_use`]), it tells of another base URL
    /// ([`FileError::is_other_service`]), one of its lines was changed or it is no journal
    /// ([`FileError::is_damaged`]), its format is newer, the base URL is empty ([`FileError::is_unsuitable`]), or the
    /// system fails. The file is then as it was.
    pub fn open(path: &Path, base_url: &str) -> Result<Self, FileError> {
        Self::open_on(path, base_url, None, false, |file| file)
    }

    /// Opens the journal of a plan, or makes it, as [`open`](Self::open) does. The plan is known by its SHA-256.
    ///
    /// Its runs pass over what was done since the last of them [came to its end](Self::end_run), and nothing else.
    ///
    /// # Errors
    /// As [`open`](Self::open), or it tells of another plan ([`FileError::is_other_plan`]).
    pub fn open_for_plan(path: &Path, base_url: &str, plan: Sha256Sum) -> Result<Self, FileError> {
        Self::open_on(path, base_url, Some(plan), false, |file| file)
    }

    /// Renames the journal at a path to `….old`, or `….old.2` and so on, and begins an empty one there. Every row is sent
    /// again, also those that an [input proves](crate::Item::Claimed) to be done.
    ///
    /// # Errors
    /// Another run uses it ([`FileError::is_in_use`]), the file there does not begin as a journal does
    /// ([`FileError::is_damaged`]) and stays where it is, the base URL is empty ([`FileError::is_unsuitable`]), or the
    /// system fails.
    pub fn fresh(path: &Path, base_url: &str) -> Result<Self, FileError> {
        Self::begin_fresh(path, base_url, None)
    }

    /// Renames the journal at a path as [`fresh`](Self::fresh) does, and begins one of a plan there.
    ///
    /// # Errors
    /// As [`fresh`](Self::fresh).
    pub fn fresh_for_plan(path: &Path, base_url: &str, plan: Sha256Sum) -> Result<Self, FileError> {
        Self::begin_fresh(path, base_url, Some(plan))
    }

    fn begin_fresh(path: &Path, base_url: &str, plan: Option<Sha256Sum>) -> Result<Self, FileError> {
        service_of(base_url, path)?;
        let previous_path = file::keep_previous(path)?;
        let mut journal = Self::open_on(path, base_url, plan, true, |file| file)?;
        journal.previous_path = previous_path;
        Ok(journal)
    }

    /// A journal that no one sees, and that is gone with the process. It proves nothing to later runs.
    ///
    /// # Errors
    /// The system has no place for it.
    pub fn temporary() -> Result<Self, FileError> {
        let directory = std::env::temp_dir();
        let file = tempfile::tempfile();
        let file = file.map_err(|error| FileError::system("make a temporary file in", &directory, error))?;
        Self::on(file, &directory, None, None, false, |file| file)
    }

    fn open_on<S: Storage>(
        path: &Path,
        base_url: &str,
        plan: Option<Sha256Sum>,
        fresh: bool,
        storage: impl FnOnce(Arc<File>) -> Arc<S>,
    ) -> Result<Self, FileError> {
        let service = service_of(base_url, path)?;
        let (file, is_new) = file::locked(path)?;
        let mut journal = Self::on(file, path, Some(service), plan, fresh, storage)?;
        journal.is_new = is_new;
        untrusted::sync_name(path)
            .map_err(|error| FileError::system("sync the directory of", path, error))?;
        Ok(journal)
    }

    fn on<S: Storage>(
        file: File,
        path: &Path,
        service: Option<Service>,
        plan: Option<Sha256Sum>,
        fresh: bool,
        storage: impl FnOnce(Arc<File>) -> Arc<S>,
    ) -> Result<Self, FileError> {
        let mut snapshot = Snapshot::of(Arc::new(file), path)?;
        let base_url = service.as_ref().map_or("", Service::base_url);
        if let Some(header) = &snapshot.scan.header {
            check_service(&header.base_url, base_url, path)?;
            check_plan(header.plan, plan, path)?;
        }
        let torn_tail = snapshot.torn_tail().cloned();
        if let Some(older) = snapshot.scan.header.as_ref().filter(|header| header.format == UNCHAINED) {
            let upgraded = file::upgrade(&snapshot.file, path, older, snapshot.scan.end)?;
            snapshot = Snapshot::of(Arc::new(upgraded), path)?;
        }
        let (host, storage) = (this_host(), storage(snapshot.file.clone()));
        let is_empty = snapshot.scan.header.is_none();
        let header = is_empty.then(|| Header::new(base_url, &host, clock::wall(), fresh, plan));
        let end = prepare(&snapshot.file, &*storage, &snapshot.scan, header.as_ref())
            .map_err(|error| FileError::system("write to the journal", path, error))?;
        if let Some(header) = header {
            snapshot.begin(header, service);
        }
        let writer = Writer::new(storage, path.to_owned(), host, end);
        let (snapshot, used) = (Arc::new(snapshot), AtomicBool::new(false));
        Ok(Self { snapshot, writer, used, torn_tail, is_new: false, previous_path: None })
    }

    /// Where it is; for one to throw away, the directory for temporary files.
    pub fn path(&self) -> &Path {
        &self.snapshot.path
    }

    /// Refuses to serve for another service than that it was opened for, and for a second run, which it could tell
    /// nothing of the first.
    pub(crate) fn begin_run(&self, base_url: &str) -> Result<(), FileError> {
        if let Some(service) = &self.snapshot.service {
            check_service(service.base_url(), base_url, self.path())?;
        }
        if self.used.swap(true, Ordering::Relaxed) {
            let message = format!(
                "the journal {} was opened for one run, which was begun: close it and open it again for another",
                self.path().display()
            );
            return Err(FileError::new(FileErrorKind::InUse, message));
        }
        Ok(())
    }

    /// This machine's name, as records have it.
    pub fn host(&self) -> &str {
        self.writer.host()
    }

    /// What was incomplete at its end, and was cut off when it was opened.
    pub fn torn_tail(&self) -> Option<&TornTail> {
        self.torn_tail.as_ref()
    }

    /// Where the journal is now in whose place this [fresh](Self::fresh) one is.
    pub fn previous_path(&self) -> Option<&Path> {
        self.previous_path.as_deref()
    }

    /// Writes down that a run over a plan came to its end: later ones read each of its users again.
    ///
    /// Not to be called where the run was stopped, or left rows out: then the next one goes on with it. In a journal of
    /// rows, nothing is written.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn end_run(&self) -> Result<(), FileError> {
        self.snapshot.plan().map_or(Ok(()), |_| self.writer.end_run())
    }

    /// Writes down what became of a row, which then counts.
    ///
    /// Rows that were not sent (unchanged, invalid, not attempted) leave no record. Records survive the end of the
    /// process. They are synced at the latest with the 16,384th, or the first after a second; until then a failing
    /// machine may lose them, and the rows are sent again.
    ///
    /// It is written before this returns, on the caller's thread, as [results](crate::Results) are: a journal belongs on
    /// a disk that is near.
    ///
    /// # Errors
    /// It cannot be written, or an earlier record could not. Every later call then fails with the same error, and the
    /// run has to end.
    pub fn record(&self, user: &UserHash, office: &OfficeHash, outcome: &Outcome) -> Result<(), FileError> {
        self.writer.record([(user, office, outcome)])
    }

    /// Records that an update is about to be sent to a user that was done
    /// [with other office information](crate::History::DoneWithOther), or [may have been](crate::History::Claimed). Ends when the
    /// record is written and synced; only then may the update be sent.
    ///
    /// # Errors
    /// It cannot be written, or an earlier write failed.
    pub async fn intent(&self, user: &UserHash, office: &OfficeHash) -> Result<(), FileError> {
        self.writer.intent(user, office).await
    }

    /// Syncs all records, and lets others use the journal. Whatever is recorded later fails.
    ///
    /// # Errors
    /// The system fails now, or did before. Or another program removed, replaced or changed the file meanwhile, for which
    /// it is read once more, and the next run would not know what this one did ([`FileError::is_damaged`]).
    pub async fn close(&self) -> Result<(), FileError> {
        let closed = match self.writer.close(self.closed()).await {
            Ok(end) => self.check_untouched(end).await,
            Err(error) => Err(error),
        };
        self.unlock();
        closed
    }

    /// Takes back that it was opened, as far as nothing was recorded since: a file that was made is removed, and a
    /// [previous](Self::previous_path) journal has its name again. For a run that is refused before it begins.
    pub fn discard(self) {
        let is_ours = os::leads_to(self.path(), &self.snapshot.file).unwrap_or(false);
        if !is_ours || self.writer.has_written() {
            return;
        }
        // Where this fails, a journal without records stays, which does no harm.
        let _ = match &self.previous_path {
            Some(previous) => std::fs::rename(previous, self.path()),
            None if self.is_new => std::fs::remove_file(self.path()),
            None => Ok(()),
        };
    }

    async fn check_untouched(&self, end: FileEnd) -> Result<(), FileError> {
        if self.snapshot.service.is_none() {
            // One to throw away has no name.
            return Ok(());
        }
        let (what, path) = ("the journal", self.path());
        untrusted::check_untouched(what, path, &self.snapshot.file, end.length)?;
        let mut file = self.snapshot.file.clone();
        let changed = task::spawn_blocking(move || {
            file.rewind()?;
            scan::first_changed(file, end)
        });
        match changed.await.map_err(io::Error::other).flatten() {
            Ok(None) => Ok(()),
            Ok(Some(line)) => Err(untrusted::changed(&format!("line {line} of {what}"), path)),
            Err(error) => Err(FileError::system("read the journal", path, error)),
        }
    }

    /// What it said when it was opened, which holds no lock.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// What writes to it, for the calls of a run.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Why nothing is recorded any more.
    fn closed(&self) -> FileError {
        FileError::new(FileErrorKind::Closed, format!("the journal {} was closed", self.path().display()))
    }

    /// The lock goes with the file at the latest; here it goes although a thread may still hold the file.
    fn unlock(&self) {
        let _ = self.snapshot.file.unlock();
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Calls may still be under way, and must not write to what another run has locked.
        self.writer.refuse(self.closed());
        self.unlock();
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("path", &self.path()).finish_non_exhaustive()
    }
}

/// The service that a journal at a path is to tell of.
fn service_of(base_url: &str, path: &Path) -> Result<Service, FileError> {
    Service::of(base_url).ok_or_else(|| {
        let message = format!(
            "the journal {} needs the base URL of the service that it tells of, which is empty",
            path.display()
        );
        FileError::new(FileErrorKind::Unsuitable, message)
    })
}

/// Cuts off what is torn, and begins with a header where there is none. Says where the file ends then.
fn prepare(file: &File, storage: &impl Storage, scan: &Scan, header: Option<&Header>) -> io::Result<FileEnd> {
    if scan.torn.is_some() {
        file.set_len(scan.end)?;
        file.sync_all()?;
    }
    let Some(header) = header else { return Ok(FileEnd { length: scan.end, sum: scan.sum }) };
    let mut line = Vec::new();
    let sum = framing::push(&mut line, None, header);
    let written = storage.write(&line).and_then(|()| storage.sync());
    // Half a header would be in the way of the next run.
    written.or_else(|error| file.set_len(0).and(Err(error)))?;
    Ok(FileEnd { length: line.len() as u64, sum })
}
