//! A journal that is only read.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::past::Past;
use super::record::Recorded;
use crate::error::FileError;
use crate::hash::Prover;
use crate::{Earlier, OfficeHash, Proof, State, UserHash};

/// What a journal says at a moment, also while a run writes to it.
pub struct Snapshot {
    past: Past,
    /// The service that it tells of, and what makes its proofs; neither where it is empty.
    base_url: Option<String>,
    prover: Option<Prover>,
}

impl Snapshot {
    /// Reads a journal without a lock, and changes nothing. A last record that is incomplete does not count.
    ///
    /// # Errors
    /// There is none, it is damaged ([`FileError::is_damaged`]), its format is newer, or it cannot be read.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|error| FileError::system("open the journal", path, error))?;
        let (past, scan) = Past::read(Arc::new(file), path)?;
        let base_url = scan.header.map(|header| header.base_url);
        let prover = base_url.as_deref().map(Prover::new);
        Ok(Self { past, base_url, prover })
    }

    /// The base URL of the API that it tells of; nothing if it is empty.
    pub fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    /// How many users have a newest record of this state. What was about to be sent is
    /// [unknown](State::Unknown).
    pub fn count(&self, state: State) -> u64 {
        self.past.count(state)
    }

    /// The newest record of a user. Reads from the file.
    ///
    /// # Errors
    /// The file cannot be read, or was changed meanwhile.
    pub fn newest(&self, user: &UserHash) -> Result<Option<Recorded>, FileError> {
        self.past.newest(user)
    }

    /// As [`Journal::earlier`](super::Journal::earlier).
    ///
    /// # Errors
    /// The file cannot be read, or was changed meanwhile.
    pub fn earlier(
        &self,
        user: &UserHash,
        office: &OfficeHash,
        claim: Option<&Proof>,
    ) -> Result<Earlier, FileError> {
        self.past.earlier(user, office, claim, self.prover.as_ref())
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("path", &self.past.path()).finish_non_exhaustive()
    }
}
