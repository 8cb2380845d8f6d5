//! The one error of this crate.

mod constructors;
mod kind;
mod messages;
mod predicates;
pub(crate) mod redact;
pub(crate) mod reply;
pub(crate) mod sanitize;
pub(crate) mod unreadable;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use avepoint_elements_client::Operation;

use crate::api::office_field::Violation;
pub use kind::ErrorKind;
use reply::Reply;
use sanitize::sanitize;

/// The result of this crate's operations.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The longest message, in bytes. Its parts are bounded; this is the last resort.
const MESSAGE_BYTES: usize = 2048;

/// Why an operation was not done.
///
/// Its text says what happened and what to do next. Programs sort errors by [`kind`](Self::kind), or by the predicate of
/// each kind; the table of [`ErrorKind`] says which error is of which.
///
/// | kind | what to do |
/// |---|---|
/// | `Validation` | correct the value; nothing was sent |
/// | `Configuration` | correct the settings; the operation was not sent |
/// | `Authentication` | correct the credential or the token URL; where [`is_about_token`](Self::is_about_token) is false, the service refused the token |
/// | `Permission` | grant the permission, or add the customer to the app's scope |
/// | `NotFound` | correct the ids |
/// | `Rejected` | read what the reply says |
/// | `Cancelled` | make another client; this one was [shut down](crate::Elements::shut_down) |
/// | `Throttled` | wait for [`retry_after`](Self::retry_after), and send fewer requests at a time |
/// | `Server`, `Connection`, `Timeout`, `TokenUnavailable` | try again later, where [`is_retryable`](Self::is_retryable); [`is_outcome_unknown`](Self::is_outcome_unknown) tells whether the operation may have been applied |
/// | `UnexpectedReply` | check the base URL or the token URL, and what stands in between |
/// | `UnreadableReply` | check the base URL, and look for a newer version of this crate; [`reply_text`](Self::reply_text) is what came |
///
/// Neither its text nor its `Debug` shows a secret, even where a reply repeats one; both stay under 4 KiB.
/// A value that was to be sent is not shown either, unless the service's own explanation repeats it.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorDetail,
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
enum ErrorDetail {
    Validation(Vec<Violation>),
    Configuration,
    /// The credential was refused, or a token source gave up.
    Authentication,
    /// The token URL answers, and not as a token endpoint does.
    WrongTokenUrl,
    /// A token source has no token now.
    TokenUnavailable,
    /// A reply other than the expected success, to the operation or to a request for a token.
    Reply(Stage),
    /// A success of the operation whose body cannot be read.
    Unreadable(&'static Operation),
    Transport {
        stage: Stage,
        sent: bool,
        timeout: Option<Limit>,
    },
    /// The call left the queue of the rate limiter without a request: the pause that the service asks for is longer
    /// than the time left, or the wait was cancelled.
    Queued,
    /// The client was shut down.
    ShutDown,
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// That of making a connection.
    Connect(Duration),
    /// That of one request.
    Attempt(Duration),
    /// That of the whole call.
    Total(Duration),
}

impl Limit {
    pub(crate) fn duration(self) -> Duration {
        let (Self::Connect(limit) | Self::Attempt(limit) | Self::Total(limit)) = self;
        limit
    }
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A token was being obtained; the operation itself has not been sent.
    Token,
    /// The operation itself.
    Operation(&'static Operation),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sanitize(&self.0.message, MESSAGE_BYTES))?;
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
        debug.field("message", &format_args!("\"{}\"", sanitize(&self.0.message, MESSAGE_BYTES)));
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
        let cause = self.0.source.as_deref()?;
        Some(match &cause.original {
            Some(original) => &**original,
            None => cause,
        })
    }
}

/// How much of a cause is kept, in bytes: a certificate's other names alone may fill pages.
const CAUSE_BYTES: usize = 1024;

/// What caused an error, and what caused that: one line, bounded, unable to steer a terminal.
struct Cause {
    text: String,
    /// The cause itself, where a caller gave it.
    original: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Cause {
    fn new(error: &(dyn std::error::Error + 'static)) -> Self {
        let chain = std::iter::successors(Some(error), |error| error.source());
        let texts: Vec<_> = chain.map(ToString::to_string).collect();
        Self { text: sanitize(&texts.join(": "), CAUSE_BYTES), original: None }
    }

    fn keeping(original: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let Self { text, .. } = Self::new(&*original);
        Self { text, original: Some(original) }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.text)
    }
}

impl std::error::Error for Cause {}
