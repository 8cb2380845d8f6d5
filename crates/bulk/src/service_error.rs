//! What an error of a request means for its row, and for the others.

use std::error::Error as _;

use avepoint_elements::{Error, ErrorKind};

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

/// Whether a reply is not the API's, and waiting does not help: a page or a redirect of another server, or a server that
/// does not know the request at all.
pub(crate) fn is_of_another_server(status: u16) -> bool {
    matches!(status, 200..400 | 501 | 505)
}

/// What happened and what to do about it, with its causes, in one line.
pub(crate) fn reason(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |reason, cause| format!("{reason}: {cause}"))
}

/// The reason as a word for results.
pub(crate) fn reason_code(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Validation => "invalid",
        ErrorKind::Configuration => "configuration",
        ErrorKind::Authentication => "authentication",
        ErrorKind::Permission => "permission",
        ErrorKind::NotFound => "not-found",
        ErrorKind::Rejected => "rejected",
        ErrorKind::Throttled => "throttled",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Server => "server",
        ErrorKind::Connection => "connection",
        ErrorKind::UnexpectedReply => "unexpected-reply",
        ErrorKind::UnreadableReply => "unreadable-reply",
        ErrorKind::TokenUnavailable => "token-unavailable",
        ErrorKind::Cancelled => "cancelled",
        _ => "other",
    }
}
