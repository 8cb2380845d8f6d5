//! Writes records, for whoever makes calls.

use std::sync::Arc;

use super::record::Written;
use super::writer::Writer;
use crate::error::FileError;
use crate::{OfficeHash, Outcome, UserHash, clock};

/// The side of a journal that is written to. It outlives the journal, and then refuses every record: it keeps nobody
/// from the file.
#[derive(Clone)]
pub(crate) struct Recorder {
    writer: Writer,
    host: Arc<str>,
}

impl Recorder {
    pub(super) fn new(writer: Writer, host: Arc<str>) -> Self {
        Self { writer, host }
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Writes down what became of rows, as [`Journal::record`](super::Journal::record) does of one. If it fails, none
    /// counts.
    pub(crate) fn record<'a>(
        &self,
        results: impl IntoIterator<Item = (&'a UserHash, &'a OfficeHash, &'a Outcome)>,
    ) -> Result<(), FileError> {
        let recorded = results.into_iter().filter(|(.., outcome)| outcome.state.is_recorded());
        self.writer.append(recorded.map(|(user, office, outcome)| Written::outcome(user, office, outcome)))
    }

    /// See [`Journal::intent`](super::Journal::intent).
    pub(crate) async fn intent(&self, user: &UserHash, office: &OfficeHash) -> Result<(), FileError> {
        self.writer.append([Written::intent(user, office, clock::wall(), &self.host)])?;
        self.writer.sync().await
    }

    /// Syncs what was written, and writes nothing any more. Gives the length that the file has to have.
    pub(super) async fn close(&self, because: FileError) -> Result<u64, FileError> {
        let synced = self.writer.sync().await;
        self.writer.refuse(because);
        synced.map(|()| self.writer.length())
    }

    /// Writes nothing any more, once what is being written is.
    pub(super) fn refuse(&self, because: FileError) {
        self.writer.refuse(because);
    }
}
