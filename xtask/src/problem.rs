//! The one error of the tasks: what is wrong, where, and what to do next.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A line and a column of a text, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// Something that stops a task.
#[derive(Debug)]
pub struct Problem {
    message: String,
    file: Option<PathBuf>,
    position: Option<Position>,
    help: Option<String>,
}

/// The result of a step of a task.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

impl Problem {
    /// A problem described by `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), file: None, position: None, help: None }
    }

    /// Makes the problem with a file or a folder that cannot be read.
    pub(crate) fn reading(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::new(format!("cannot read: {error}")).in_file(path)
    }

    /// Makes the problem with a file or a folder that cannot be written.
    pub(crate) fn writing(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::new(format!("cannot write: {error}")).in_file(path)
    }

    /// Makes the problem with a program that cannot be started.
    pub(crate) fn starting(program: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::new(format!("cannot start {program}: {error}"))
    }

    /// Names the file at fault, as the reader would type it.
    #[must_use]
    pub fn in_file(mut self, file: impl AsRef<Path>) -> Self {
        self.file = Some(file.as_ref().to_path_buf());
        self
    }

    /// Adds the line and the column, where they are known.
    #[must_use]
    pub fn at(mut self, position: Option<Position>) -> Self {
        self.position = position;
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}:", file.display())?;
            if let Some(Position { line, column }) = self.position {
                write!(f, "{line}:{column}:")?;
            }
            write!(f, " ")?;
        }
        write!(f, "{}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}
