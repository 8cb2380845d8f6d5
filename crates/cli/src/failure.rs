//! Why a command failed: its exit code, its message, and the object that programs get. Decided here and nowhere else.

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use avepoint_elements::Error;
use avepoint_elements_bulk::FileError;
use serde_json::{Value, json};

use crate::printer::{Printer, Report, note, with_causes};

/// What the exit codes mean, for the help of the program.
pub(crate) const HELP: &str = "\
Exit codes:
  0    done
  1    the service refused or failed, or could not be reached; or a report
       could not be written; of many rows, some are not done
  2    usage, settings, values or rows are invalid, or journal and results
       cannot be made; nothing was sent
  3    authentication: the credential or the token was refused
  4    many rows: stopped early, or another run is at work on them; run it
       again to go on
  10   `office plan --exit-code`: every row was planned, and something changes
  130  interrupted";

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The SDK says why.
    Elements(Error),
    /// Arguments, settings or files cannot be used as they are.
    Usage(String),
    /// The rows cannot be read, or are not valid.
    Input(String),
    /// Another run uses the same files.
    InUse(String),
    /// The system failed.
    System(io::Error),
    /// What should not happen: a reply, or a sandbox, that is not as it has to be.
    Unexpected(String),
    /// The work was done, and only its report could not be written.
    Unreported { done: String, error: io::Error },
    /// Stopped early, before there was anything to report.
    Stopped { kind: &'static str, message: String },
    /// The report, which was printed, says why.
    Reported { code: u8, message: String },
    /// The report, which was printed, says what the exit code is for. Nothing failed.
    Noted { code: u8, message: String },
    /// The program was interrupted, with what that means.
    Interrupted(&'static str),
}

/// The early end of work on many rows, as its report tells it.
pub(crate) struct EarlyEnd {
    pub(crate) code: u8,
    /// For programs.
    pub(crate) kind: &'static str,
    /// Why, and what is to be done, for people.
    pub(crate) message: String,
}

impl EarlyEnd {
    /// What another run goes on with, or begins again.
    pub(crate) fn stopped(kind: &'static str, message: impl Into<String>) -> Self {
        Self { code: code::STOPPED, kind, message: message.into() }
    }

    /// The credential was refused, or the settings cannot work: all other rows would meet it, too.
    pub(crate) fn refused(error: &Error) -> Self {
        let (code, kind) = if error.is_configuration() {
            (code::USAGE, "configuration")
        } else {
            (code::AUTHENTICATION, "authentication")
        };
        Self { code, kind, message: with_causes(error) }
    }

    /// The members `stopped` and `message` of a report for programs.
    pub(crate) fn members(self) -> (&'static str, String) {
        (self.kind, self.message)
    }
}

impl From<EarlyEnd> for Failure {
    fn from(EarlyEnd { code, message, .. }: EarlyEnd) -> Self {
        Self::Reported { code, message }
    }
}

/// Exit codes, as [`HELP`] explains them.
pub(crate) mod code {
    pub(crate) const FAILED: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const AUTHENTICATION: u8 = 3;
    pub(crate) const STOPPED: u8 = 4;
    pub(crate) const CHANGES: u8 = 10;
    pub(crate) const INTERRUPTED: u8 = 130;
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// A journal or results that cannot be used, before anything was sent; the flag names another place.
    pub(crate) fn at_start(error: &FileError, flag: &str) -> Self {
        let text = with_causes(error);
        if error.is_in_use() {
            Self::InUse(format!("{text}, then run the same command again; nothing was sent"))
        } else if error.is_io() {
            Self::Usage(format!("{text}; nothing was sent; name another place with {flag}"))
        } else if error.is_unsuitable() {
            Self::Usage(format!("{text}, with {flag}; nothing was sent"))
        } else if error.is_damaged() || error.is_other_service() || error.is_other_plan() {
            let see = if flag == "--journal" { "; see --journal and --fresh" } else { "" };
            Self::Usage(format!("{text}; nothing was sent{see}"))
        } else {
            Self::Usage(text)
        }
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Elements(error) if error.is_validation() || error.is_configuration() => code::USAGE,
            Self::Elements(error) if error.is_authentication() => code::AUTHENTICATION,
            Self::Usage(_) | Self::Input(_) => code::USAGE,
            // A reader that closed the output, such as `head`, has seen enough.
            Self::System(error) | Self::Unreported { error, .. } if error.kind() == ErrorKind::BrokenPipe => {
                0
            }
            Self::Elements(_) | Self::System(_) | Self::Unexpected(_) | Self::Unreported { .. } => {
                code::FAILED
            }
            Self::Reported { code, .. } | Self::Noted { code, .. } => *code,
            Self::InUse(_) | Self::Stopped { .. } => code::STOPPED,
            Self::Interrupted(_) => code::INTERRUPTED,
        }
    }

    /// Says what happened, on standard error and, for programs, in the place of a report. Gives the exit code.
    pub(crate) fn report(&self, printer: Printer) -> ExitCode {
        match self {
            _ if self.code() == 0 => {}
            Self::Unreported { .. } | Self::Interrupted(_) => note(&self.message()),
            Self::Noted { message, .. } => note(&format!("note: {message}")),
            _ => note(&format!("error: {}", self.message())),
        }
        let has_report = matches!(self, Self::Reported { .. } | Self::Noted { .. } | Self::Unreported { .. });
        if printer.is_json() && self.code() != 0 && !has_report {
            // Where that cannot be written, the exit code says it.
            let _ = printer.print(self);
        }
        self.code().into()
    }

    pub(crate) fn message(&self) -> String {
        match self {
            Self::Elements(error) => with_causes(error),
            Self::Usage(message)
            | Self::Input(message)
            | Self::InUse(message)
            | Self::Unexpected(message)
            | Self::Stopped { message, .. }
            | Self::Reported { message, .. }
            | Self::Noted { message, .. } => message.clone(),
            Self::System(error) => error.to_string(),
            Self::Unreported { done, error } => format!("{done}, but the report cannot be written: {error}"),
            Self::Interrupted(meaning) => (*meaning).to_owned(),
        }
    }

    /// The kind of failure, for programs.
    fn kind(&self) -> &'static str {
        match self {
            Self::Input(_) => "input",
            Self::InUse(_) => "in-use",
            Self::Interrupted(_) => "interrupted",
            Self::Stopped { kind, .. } => kind,
            Self::Elements(error) if error.is_authentication() => "authentication",
            _ if self.code() == code::USAGE => "usage",
            Self::Elements(_) => "service",
            _ => "other",
        }
    }
}

impl Report for Failure {
    fn text(&self) -> String {
        self.message()
    }

    /// Of an error of the service also what a caller needs to know before it tries again, or asks for support.
    fn json(&self) -> Value {
        let mut report = json!({ "stopped": self.kind(), "message": self.message() });
        if let Self::Elements(error) = self {
            report["status"] = error.status().into();
            report["requestId"] = error.request_id().into();
            report["attempts"] = error.attempts().into();
            report["mayHaveBeenApplied"] = error.is_outcome_unknown().into();
        }
        report
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Elements(error)
    }
}

/// A journal that cannot be read where nothing is sent, or not yet: there is no run to go on with.
impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::Usage(with_causes(&error))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}
