//! The error of journals, results and plans.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use avepoint_elements::terminal;

/// Why a journal, a plan or a file of results cannot be used.
///
/// Its text says on one line, which cannot steer a terminal, what happened to which file and what to do next; what the
/// system said is its source.
#[derive(Clone, Debug)]
pub struct FileError(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kind: FileErrorKind,
    message: String,
    source: Option<io::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileErrorKind {
    System,
    InUse,
    Damaged,
    Incomplete,
    OtherService,
    OtherPlan,
    NewerFormat,
    Unsuitable,
    Closed,
}

impl FileError {
    pub(crate) fn new(kind: FileErrorKind, message: impl AsRef<str>) -> Self {
        Self::caused(kind, message, None)
    }

    fn caused(kind: FileErrorKind, message: impl AsRef<str>, source: Option<io::Error>) -> Self {
        let message = terminal::escape(message.as_ref()).into_owned();
        Self(Arc::new(Inner { kind, message, source }))
    }

    /// The system failed to do something, such as `read`, to a file.
    pub(crate) fn system(doing: &str, path: &Path, source: io::Error) -> Self {
        Self::caused(FileErrorKind::System, format!("cannot {doing} {}", path.display()), Some(source))
    }

    /// Whether the operating system failed, as when a disk is full. Correct that and run again: what was done is
    /// in the journal.
    pub fn is_io(&self) -> bool {
        self.0.kind == FileErrorKind::System
    }

    /// Whether the journal was [closed](crate::Journal::close) before. Open it again.
    pub fn is_closed(&self) -> bool {
        self.0.kind == FileErrorKind::Closed
    }

    /// Whether another run has the journal, or writes the results. Wait for its end; where it had the same
    /// [`Journal`](crate::Journal), open that again.
    pub fn is_in_use(&self) -> bool {
        self.0.kind == FileErrorKind::InUse
    }

    /// Whether the file is no journal or no plan, or was changed by something else, also during a run. Restore it, or
    /// begin a fresh one, or name another where it is something else.
    pub fn is_damaged(&self) -> bool {
        self.0.kind == FileErrorKind::Damaged
    }

    /// Whether the end of a plan is missing, as after a crash. Plan again.
    pub fn is_incomplete(&self) -> bool {
        self.0.kind == FileErrorKind::Incomplete
    }

    /// Whether the journal or the plan is about another base URL. Use another one, or begin a fresh one.
    pub fn is_other_service(&self) -> bool {
        self.0.kind == FileErrorKind::OtherService
    }

    /// Whether the journal is about another plan, or about rows and not about a plan. Use another one, or begin a fresh one.
    pub fn is_other_plan(&self) -> bool {
        self.0.kind == FileErrorKind::OtherPlan
    }

    /// Whether the journal or the plan was written by a newer version. Use that version.
    pub fn is_newer_format(&self) -> bool {
        self.0.kind == FileErrorKind::NewerFormat
    }

    /// Whether a file cannot be what it is named for, such as results that would replace their input, what is no
    /// ordinary file, or one that another user may have prepared. Name another one; or a journal has no base URL. Give one.
    pub fn is_unsuitable(&self) -> bool {
        self.0.kind == FileErrorKind::Unsuitable
    }
}

/// Several reasons as one text.
pub(crate) fn listed(all: &[impl ToString]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The first failure of a file that is written. Behind it nothing is written: half a line may stand there.
#[derive(Debug, Default)]
pub(crate) struct FirstFailure(Option<FileError>);

impl FirstFailure {
    /// Takes note of a failure, and gives the one that counts.
    pub(crate) fn record(&mut self, error: FileError) -> FileError {
        self.0.get_or_insert(error).clone()
    }

    /// The failure, if there was one.
    pub(crate) fn check(&self) -> Result<(), FileError> {
        self.0.clone().map_or(Ok(()), Err)
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
