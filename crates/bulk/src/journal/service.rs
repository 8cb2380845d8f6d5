//! The service that a journal tells of.

use std::path::Path;

use crate::error::{FileError, Kind};
use crate::hash::Prover;

/// A service, which is told from others by its base URL.
pub(super) struct Service {
    base_url: String,
    prover: Prover,
}

impl Service {
    /// The service of a base URL. Slashes at its end mean nothing.
    pub(super) fn of(base_url: &str) -> Option<Self> {
        let base_url = without_end(base_url);
        (!base_url.is_empty()).then(|| Self { base_url: base_url.to_owned(), prover: Prover::new(base_url) })
    }

    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What proves to later runs that it did an update.
    pub(super) fn prover(&self) -> &Prover {
        &self.prover
    }
}

/// Refuses a journal at a path that tells of another service.
pub(super) fn check(own: &str, other: &str, path: &Path) -> Result<(), FileError> {
    let other = without_end(other);
    if own == other {
        return Ok(());
    }
    let message = format!(
        "the journal {} tells of updates to {own}, not to {other}: name another journal for this service, \
         or set this one aside and begin a fresh one",
        path.display(),
    );
    Err(FileError::new(Kind::OtherService, message))
}

/// A base URL without slashes at its end.
fn without_end(base_url: &str) -> &str {
    base_url.trim_end_matches('/')
}
