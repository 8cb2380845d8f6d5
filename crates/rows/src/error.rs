//! Why reading cannot go on.

use std::fmt;
use std::io;

use avepoint_elements::terminal;

use crate::problem::Advice;

/// Why an input cannot be read, or not to its end.
///
/// What is wrong with one row alone is a [`Problem`](crate::Problem) of that row. The text says on one line, which cannot
/// steer a terminal, what to do.
#[derive(Debug)]
pub struct InputError {
    message: String,
    advice: Option<Advice>,
    source: Option<io::Error>,
    is_over_limit: bool,
}

impl InputError {
    /// The input is not what can be read.
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        let message = terminal::escape(&message.into()).into_owned();
        Self { message, advice: None, source: None, is_over_limit: false }
    }

    /// The system could not read.
    pub(crate) fn io(what: impl Into<String>, source: io::Error) -> Self {
        Self { source: Some(source), ..Self::malformed(what) }
    }

    /// A stream has more than is copied of it, or an input unpacks to more than is kept.
    pub(crate) fn over_limit(message: impl Into<String>) -> Self {
        Self { is_over_limit: true, ..Self::malformed(message) }
    }

    /// As [`over_limit`](Self::over_limit), of an input or a workbook that is unpacked.
    pub(crate) fn unpacks_too_far(what: &str, limit: u64) -> Self {
        Self::over_limit(format!(
            "the {what} unpacks to more than {limit} bytes, which is the most that is unpacked of one: a damaged or hostile \
             file does that. If it is yours, allow more"
        ))
    }

    /// Whether a stream has more bytes than the [limit](crate::Source::file_or_stream) allows, or a compressed input or a
    /// workbook unpacks to more. Raise it, or save what is in it as a file, which has none.
    pub fn is_over_limit(&self) -> bool {
        self.is_over_limit
    }

    /// This error with an option that helps.
    pub(crate) fn advise(self, advice: Advice) -> Self {
        Self { advice: Some(advice), ..self }
    }

    /// Whether the system failed to read, rather than that the input is wrong.
    pub fn is_io(&self) -> bool {
        self.source.is_some()
    }

    /// The option that helps, where one does.
    pub fn advice(&self) -> Option<&Advice> {
        self.advice.as_ref()
    }
}

impl From<io::Error> for InputError {
    /// One that went through a reader comes out as it was.
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(|error| Self::io("the input cannot be read to its end", error))
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
