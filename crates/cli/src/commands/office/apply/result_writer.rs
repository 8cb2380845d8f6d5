//! Writes the results of a run.

use std::ops::ControlFlow;
use std::path::PathBuf;

use avepoint_elements_bulk::{FileError, Original, Outcome, Results, State};

/// Writes results until one cannot be written. None is written after that.
pub(crate) struct ResultWriter {
    results: Results,
    failed: Option<FileError>,
    /// Cause of the latest unanswered row.
    cause: Option<String>,
}

impl ResultWriter {
    pub(crate) fn new(results: Results) -> Self {
        Self { results, failed: None, cause: None }
    }

    pub(crate) fn write(&mut self, original: &Original, outcome: &Outcome) {
        // Of those that were not attempted, some found no connection.
        let is_unanswered = matches!(outcome.state, State::Failed | State::Unknown | State::NotAttempted);
        if is_unanswered && outcome.error().is_some() {
            self.cause = Some(outcome.reason.clone());
        }
        self.attempt(|results| results.write(original, outcome));
    }

    /// Hands all rows so far to the system.
    pub(crate) fn flush(&mut self) {
        self.attempt(Results::flush);
    }

    fn attempt(&mut self, write: impl FnOnce(&mut Results) -> Result<(), FileError>) {
        if self.failed.is_none() {
            self.failed = write(&mut self.results).err();
        }
    }

    /// Whether the run goes on: it does not where results cannot be written.
    pub(crate) fn flow(&self) -> ControlFlow<()> {
        if self.failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    pub(crate) fn cause(&self) -> Option<String> {
        self.cause.clone()
    }

    /// Gives the results their name, if every row of the input has its result.
    pub(crate) fn finish(self, is_whole: bool) -> Result<Option<PathBuf>, FileError> {
        match self.failed {
            Some(error) => Err(error),
            None if is_whole => self.results.finish().map(Some),
            None => Ok(None),
        }
    }
}
