//! What an error of a request means for its row, and for the others.

use std::error::Error as _;
use std::fmt;

use avepoint_elements::{Error, ErrorKind};
use serde::{Serialize, Serializer};

use crate::outcome::State;

/// The SDK's error of a request, for values that are compared: two are equal that have the same kind and text.
///
/// Its text is the error's with its causes, in one line.
#[derive(Clone, Debug)]
pub struct ServiceError(Error);

impl ServiceError {
    /// The error itself, with its [kind](Error::kind).
    pub fn get(&self) -> &Error {
        &self.0
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&reason(&self.0))
    }
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl PartialEq for ServiceError {
    fn eq(&self, other: &Self) -> bool {
        self.0.kind() == other.0.kind() && reason(&self.0) == reason(&other.0)
    }
}

impl Eq for ServiceError {}

/// As the name of its kind.
impl Serialize for ServiceError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.kind().name())
    }
}

/// The one status from 400 to 499, beside 429, that is no refusal: the request did not arrive in time.
const REQUEST_TIMEOUT: u16 = 408;

/// Whether the service refused what was asked.
pub(crate) fn is_refusal(error: &Error) -> bool {
    let refused = error.is_permission() || error.is_not_found() || error.is_rejected();
    refused && error.attempts() > 0 && error.status() != Some(REQUEST_TIMEOUT)
}

/// Whether every other request would meet it, too.
pub(crate) fn is_fatal(error: &Error) -> bool {
    error.is_authentication() || error.is_configuration()
}

/// Whether there is no answer to what was asked: the service did not reply, said that it cannot, or something else replied in
/// its place. The same request may be answered another time.
pub(crate) fn is_no_response(error: &Error) -> bool {
    !(is_fatal(error) || is_refusal(error) || error.is_validation() || error.is_cancelled())
}

/// Whether a reply is not the API's, and waiting does not help: a page or a redirect of another server, also one that a
/// reading cannot make a user of, a server that does not know the request at all, or a network that wants a login first.
pub(crate) fn is_of_another_server(status: u16) -> bool {
    matches!(status, 200..400 | 501 | 505 | 511)
}

/// What happened and what to do about it, with its causes, in one line.
pub(crate) fn reason(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |reason, cause| format!("{reason}: {cause}"))
}

/// What a row comes to whose update ends with an error.
pub(crate) fn state(error: &Error) -> State {
    match error {
        error if error.is_outcome_unknown() => State::Unknown,
        error if error.is_validation() => State::Invalid,
        error if error.is_unreadable_reply() => State::Unreadable,
        error if is_refusal(error) => State::Refused,
        error if error.is_authentication() && !error.is_about_token() => State::Refused,
        error if (is_fatal(error) || error.is_cancelled()) && error.attempts() == 0 => State::NotAttempted,
        _ => State::Failed,
    }
}

/// The reason as a word for results, which is the kind's own where that is one word.
pub(crate) fn reason_code(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Validation => "invalid",
        ErrorKind::NotFound => "not-found",
        ErrorKind::UnexpectedReply => "unexpected-reply",
        ErrorKind::UnreadableReply => "unreadable-reply",
        ErrorKind::TokenUnavailable => "token-unavailable",
        kind => kind.name(),
    }
}
