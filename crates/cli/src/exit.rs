//! Exit codes, decided here and nowhere else.

use std::io::ErrorKind;
use std::process::ExitCode;

use avepoint_elements_bulk::FileError;
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::output::{self, Report, note, with_causes};

/// What the exit codes mean, for the help of the program.
pub(crate) const HELP: &str = "\
Exit codes:
  0    done
  1    the service refused or failed, or could not be reached; or a report could not be written; of many rows,
       some are not done
  2    usage, settings, values or rows are invalid, or journal and results cannot be made; nothing was sent
  3    authentication: the credential or the token was refused
  4    many rows: stopped early, or another run is at work on them; run it again to go on
  130  interrupted";

/// Why a command ended without being done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The SDK says why.
    Elements(avepoint_elements::Error),
    /// Something that was asked for does not work.
    Usage(String),
    /// The system failed, other than by closing the output.
    System(std::io::Error),
    /// The work was done, and only its report was lost.
    Unreported { done: String, error: std::io::Error },
    /// Of many rows, some are not done.
    Rows(String),
    /// A run over many rows ended early, and can go on.
    Stopped(String),
    /// Told to end, with what that means.
    Interrupted(&'static str),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub(crate) fn interrupted() -> Self {
        Self::Interrupted("interrupted; an update that was under way may have been applied")
    }

    /// A journal or results that cannot be used, before anything was sent; the flag names another place.
    pub(crate) fn at_start(error: &FileError, flag: &str) -> Self {
        let text = with_causes(error);
        if error.is_in_use() {
            return Self::Stopped(format!("{text}, then run the same command again; nothing was sent"));
        }
        Self::Usage(if error.is_system() {
            format!("{text}; nothing was sent; name another place with {flag}")
        } else if error.is_unsuitable() {
            format!("{text}, with {flag}; nothing was sent")
        } else {
            text
        })
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Elements(error) if error.is_validation() || error.is_configuration() => 2,
            Self::Elements(error) if error.is_authentication() => 3,
            Self::Usage(_) => 2,
            // Whoever closed the output, such as `head`, has seen enough.
            Self::System(error) | Self::Unreported { error, .. } if error.kind() == ErrorKind::BrokenPipe => {
                0
            }
            Self::Elements(_) | Self::System(_) | Self::Unreported { .. } | Self::Rows(_) => 1,
            Self::Stopped(_) => 4,
            Self::Interrupted(_) => 130,
        }
    }

    /// Says what happened on standard error and gives the code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            _ if self.code() == 0 => {}
            Self::Unreported { .. } | Self::Interrupted(_) => note(&self.message()),
            _ => note(&format!("error: {}", self.message())),
        }
        self.code().into()
    }

    fn message(&self) -> String {
        match self {
            Self::Elements(error) => with_causes(error),
            Self::Usage(message) | Self::Rows(message) | Self::Stopped(message) => message.clone(),
            Self::System(error) => error.to_string(),
            Self::Unreported { done, error } => {
                format!("{done}, but the report cannot be written: {error}")
            }
            Self::Interrupted(meaning) => (*meaning).to_owned(),
        }
    }

    /// Has told programs, in the place of a report, why there is none.
    pub(crate) fn told(self, format: Format, stopped: &'static str) -> Self {
        if format == Format::Json {
            // Where nobody listens, the exit code says it.
            let _ = output::print(format, &NoReport { stopped, message: self.message() });
        }
        self
    }

    /// As [`told`](Self::told), where the failure itself shows why.
    pub(crate) fn told_why(self, format: Format) -> Self {
        let stopped = match &self {
            Self::Elements(error) if error.is_authentication() => "authentication",
            Self::Stopped(_) => "in-use",
            Self::Interrupted(_) => "interrupted",
            _ if self.code() == 2 => "usage",
            _ => "other",
        };
        self.told(format, stopped)
    }
}

/// Why there is no report.
struct NoReport {
    stopped: &'static str,
    message: String,
}

impl Report for NoReport {
    fn text(&self) -> String {
        self.message.clone()
    }

    fn json(&self) -> Value {
        json!({ "stopped": self.stopped, "message": self.message })
    }
}

impl From<avepoint_elements::Error> for Failure {
    fn from(error: avepoint_elements::Error) -> Self {
        Self::Elements(error)
    }
}

/// A journal that cannot be read where nothing is sent, or not yet: there is no run to go on with.
impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::Usage(with_causes(&error))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::System(error)
    }
}
