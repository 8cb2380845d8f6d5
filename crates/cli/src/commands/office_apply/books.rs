//! The results of a run, and what is kept of them for its last words.

use std::path::PathBuf;

use avepoint_elements_bulk::{FileError, Original, Outcome, Results, State};

/// Results as they are written. After the first that cannot be written no other is.
pub(super) struct Books {
    results: Results,
    failed: Option<FileError>,
    /// Why the newest row was not answered that was not.
    cause: Option<String>,
}

impl Books {
    pub(super) fn new(results: Results) -> Self {
        Self { results, failed: None, cause: None }
    }

    pub(super) fn write(&mut self, original: &Original, outcome: &Outcome) {
        if matches!(outcome.state, State::Failed | State::Unknown) {
            self.cause = Some(outcome.reason.clone());
        }
        self.keep(|results| results.write(original, outcome));
    }

    /// Hands all rows so far to the system.
    pub(super) fn flush(&mut self) {
        self.keep(Results::flush);
    }

    fn keep(&mut self, write: impl FnOnce(&mut Results) -> Result<(), FileError>) {
        if self.failed.is_none() {
            self.failed = write(&mut self.results).err();
        }
    }

    /// Whether results cannot be written, so that it makes no sense to go on.
    pub(super) fn have_failed(&self) -> bool {
        self.failed.is_some()
    }

    pub(super) fn cause(&self) -> Option<String> {
        self.cause.clone()
    }

    /// Gives the results their name, if every row of the input has its own.
    pub(super) fn finish(self, is_whole: bool) -> Result<Option<PathBuf>, FileError> {
        match self.failed {
            Some(error) => Err(error),
            None if is_whole => self.results.finish().map(Some),
            None => Ok(None),
        }
    }
}
