//! What a journal held when it was opened.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::index::Index;
use super::line::LONGEST;
use super::record::{self, Recorded};
use super::scan::{Scan, Trouble, scan};
use super::service::Service;
use crate::error::{FileError, Kind};
use crate::{Earlier, OfficeHash, Proof, State, UserHash, os};

/// How much is read for a record at first, in bytes: most have less.
const USUAL: usize = 512;

/// An index in memory, and the records in the file.
pub(super) struct Past {
    file: Arc<File>,
    path: PathBuf,
    index: Index,
    /// The service that it tells of; none where it is empty, or one to throw away.
    service: Option<Service>,
    /// Whether it was begun to send every row again.
    anew: bool,
}

impl Past {
    /// Reads a journal. What the rest of the scan says is for the caller.
    pub(super) fn read(file: Arc<File>, path: &Path) -> Result<(Self, Scan), FileError> {
        let mut scan = scan(&*file).map_err(|trouble| explain(trouble, path))?;
        let index = std::mem::replace(&mut scan.index, Index::new());
        let anew = scan.header.as_ref().is_some_and(|header| header.anew);
        let service = scan.header.as_ref().and_then(|header| Service::of(&header.base_url));
        Ok((Self { file, path: path.to_owned(), index, service, anew }, scan))
    }

    /// It is, or is to be, of a service.
    pub(super) fn tells_of(&mut self, service: Option<Service>) {
        self.service = service;
    }

    pub(super) fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }

    /// Forgets what other files say.
    pub(super) fn begin_anew(&mut self) {
        self.anew = true;
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn count(&self, state: State) -> u64 {
        self.index.count(state)
    }

    pub(super) fn newest(&self, user: &UserHash) -> Result<Option<Recorded>, FileError> {
        let Some(place) = self.index.place(user) else { return Ok(None) };
        let line =
            self.line(place).map_err(|error| FileError::system("read the journal", &self.path, error))?;
        let (owner, entry) = record::read(&line).ok_or_else(|| changed(&self.path))?;
        Ok((owner == *user).then_some(entry))
    }

    /// What was known of an update. An input's claim counts of users of whom the journal says nothing, unless it was
    /// begun anew.
    pub(super) fn earlier(
        &self,
        user: &UserHash,
        office: &OfficeHash,
        claim: Option<&Proof>,
    ) -> Result<Earlier, FileError> {
        let prove = || self.service().map(|service| service.prover().prove(user, office));
        Ok(match (self.newest(user)?, claim.filter(|_| !self.anew), self.service()) {
            (Some(newest), ..) => Earlier::of_record(newest, office, prove),
            (None, Some(proof), Some(service)) => Earlier::of_proof(service.prover(), user, office, proof),
            (None, ..) => Earlier::Nothing,
        })
    }

    /// The line at a place, without its end.
    fn line(&self, place: u64) -> io::Result<Vec<u8>> {
        let (mut bytes, mut filled) = (vec![0; USUAL], 0);
        loop {
            let read = os::read_at(&self.file, &mut bytes[filled..], place + filled as u64)?;
            if let Some(end) = bytes[filled..filled + read].iter().position(|byte| *byte == b'\n') {
                bytes.truncate(filled + end);
                return Ok(bytes);
            }
            filled += read;
            if read == 0 || filled >= LONGEST {
                return Ok(Vec::new());
            }
            bytes.resize(2 * bytes.len().max(filled), 0);
        }
    }
}

fn changed(path: &Path) -> FileError {
    let message = format!("the journal {} was changed by something else during the run", path.display());
    FileError::new(Kind::Damaged, message)
}

fn explain(trouble: Trouble, path: &Path) -> FileError {
    let shown = path.display();
    match trouble {
        Trouble::System(error) => FileError::system("read the journal", path, error),
        Trouble::NoJournal => {
            let message = format!(
                "{shown} is no journal, or its first line was changed: name another file, or restore it"
            );
            FileError::new(Kind::Damaged, message)
        }
        Trouble::Newer(format) => {
            let message = format!(
                "the journal {shown} has format {format}, and this version reads {}: use the version that \
                 wrote it",
                super::header::FORMAT
            );
            FileError::new(Kind::NewerFormat, message)
        }
        Trouble::Damaged(line) => {
            let message = format!(
                "line {line} of the journal {shown} is not as it was written, and something older must not be \
                 believed in its place: restore the file, or set it aside and begin a fresh journal, \
                 which sends every row again"
            );
            FileError::new(Kind::Damaged, message)
        }
    }
}
