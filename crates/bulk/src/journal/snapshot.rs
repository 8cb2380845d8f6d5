//! A journal that is only read.

use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::past::Past;
use super::place::OPEN;
use super::record::Recorded;
use super::service::Service;
use crate::error::FileError;
use crate::{Earlier, OfficeHash, Proof, State, UserHash, untrusted};

/// What a journal says at a moment, also while a run writes to it.
pub struct Snapshot(Past);

impl Snapshot {
    /// Reads a journal without a lock, and changes nothing. A last record that is incomplete does not count.
    ///
    /// # Errors
    /// There is none, it is damaged ([`FileError::is_damaged`]), its format is newer, or it cannot be read.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let file = untrusted::open(path, OpenOptions::new().read(true), OPEN)?;
        let file = file.ok_or_else(|| FileError::system(OPEN, path, io::ErrorKind::NotFound.into()))?;
        Past::read(Arc::new(file), path).map(|(past, _)| Self(past))
    }

    /// The base URL of the API that it tells of; nothing if it is empty.
    pub fn base_url(&self) -> Option<&str> {
        self.0.service().map(Service::base_url)
    }

    /// How many users have a newest record of this state. What was about to be sent is
    /// [unknown](State::Unknown).
    pub fn count(&self, state: State) -> u64 {
        self.0.count(state)
    }

    /// The newest record of a user. Reads from the file.
    ///
    /// # Errors
    /// The file cannot be read, or was changed meanwhile.
    pub fn newest(&self, user: &UserHash) -> Result<Option<Recorded>, FileError> {
        self.0.newest(user)
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
        self.0.earlier(user, office, claim)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("path", &self.0.path()).finish_non_exhaustive()
    }
}
