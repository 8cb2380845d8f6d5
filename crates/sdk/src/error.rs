//! The one error of this crate.

mod advice;
mod cause;
mod make;
mod predicates;
mod stage;
mod violation;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::reply::Reply;
use crate::shown::shown;
use cause::Cause;
pub(crate) use stage::{Limit, Stage};
pub use violation::{Violation, ViolationKind};

/// The longest message, in bytes: what goes into one is bounded, and this is the last resort.
const LONGEST: usize = 2048;

/// Why an operation was not done.
///
/// Its text says what happened and what to do next. The predicates sort errors for programs:
///
/// | predicate | what to do |
/// |---|---|
/// | [`is_validation`](Self::is_validation) | correct the value; nothing was sent |
/// | [`is_configuration`](Self::is_configuration) | correct the settings; nothing was sent |
/// | [`is_authentication`](Self::is_authentication) | correct the credential |
/// | [`is_permission`](Self::is_permission) | grant the permission, or add the customer to the app's scope |
/// | [`is_not_found`](Self::is_not_found) | correct the ids |
/// | [`is_throttled`](Self::is_throttled) | try again later, and slower |
/// | [`is_server`](Self::is_server), [`is_connection`](Self::is_connection), [`is_timeout`](Self::is_timeout) | try again later |
/// | [`is_unexpected_reply`](Self::is_unexpected_reply) | check the base URL, and what stands in between |
///
/// Neither its text nor its `Debug` shows a secret, even where a reply repeats one; both stay under 4 KiB.
/// A value that was to be sent is not shown either, unless the service's own explanation repeats it.
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    message: String,
    reply: Option<Reply>,
    source: Option<Arc<Cause>>,
    /// Requests of the operation that were sent.
    attempts: u32,
    /// Whether one of them, not only the last, may have been applied.
    unknown: bool,
    /// The wait that the service asks for.
    retry_after: Option<Duration>,
}

#[derive(Clone, Debug)]
enum Kind {
    Validation(Vec<Violation>),
    Configuration,
    /// The credential was refused, or a token source gave up.
    Authentication,
    /// A reply other than the expected success, to the operation or to a request for a token.
    Reply(Stage),
    Transport {
        stage: Stage,
        sent: bool,
        timeout: Option<Limit>,
    },
    /// The service told another call to wait for longer than this one has, or the wait was given up.
    HeldBack,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0.message, LONGEST))?;
        if self.is_outcome_unknown() {
            f.write_str("; the update may have been applied: send it again to be sure")?;
        }
        if let Some(wait) = self.0.retry_after {
            write!(f, " (it asks to wait {} s)", wait.as_secs_f64().ceil())?;
        }
        match self.0.attempts {
            0 | 1 => Ok(()),
            attempts => write!(f, " (after {attempts} attempts)"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        // Already harmless; escaping it again would make it longer.
        debug.field("message", &format_args!("\"{}\"", shown(&self.0.message, LONGEST)));
        debug.field("attempts", &self.0.attempts).field("retry_after", &self.0.retry_after);
        if let Some(reply) = &self.0.reply {
            debug.field("status", &reply.status);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
