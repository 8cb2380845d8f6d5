//! What an error means: for programs that sort errors, and for the path that every call takes.

use std::time::Duration;

use avepoint_elements_client::Operation;

use super::{Error, ErrorDetail, ErrorKind, Limit, Stage};
use crate::api::office_field::Violation;

impl Error {
    /// A value or an id was refused on this side. Nothing was sent.
    pub fn is_validation(&self) -> bool {
        self.kind() == ErrorKind::Validation
    }

    /// The settings cannot work: one of them is unusable, or the token URL answers a first request with a redirect or with
    /// anything but a token. The operation was not sent.
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::Configuration
    }

    /// The credential or the access token was refused, or no token could be obtained from its source: the token
    /// endpoint answered with a status from 400 to 499 other than 408 and 429.
    pub fn is_authentication(&self) -> bool {
        self.kind() == ErrorKind::Authentication
    }

    /// A [token source](crate::TokenSource) has no token now.
    pub fn is_token_unavailable(&self) -> bool {
        self.kind() == ErrorKind::TokenUnavailable
    }

    /// The client was [shut down](crate::Elements::shut_down) before the operation was sent, or before a refused token was
    /// replaced. A call that had failed before ends with that failure instead.
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }

    /// It is about obtaining an access token, and not about the operation: so are its status, request id and text.
    pub fn is_about_token(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorDetail::Authentication
                | ErrorDetail::TokenUnavailable
                | ErrorDetail::WrongTokenUrl
                | ErrorDetail::Reply(Stage::Token)
                | ErrorDetail::Transport { stage: Stage::Token, .. }
        )
    }

    /// The service answered 403: the app lacks the permission, or its customer scope leaves the customer out.
    pub fn is_permission(&self) -> bool {
        self.kind() == ErrorKind::Permission
    }

    /// The service answered 404: no such customer, tenant or user.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// The service, or its token endpoint, answered 429; or it asks for a pause that is longer than the time that the
    /// call had left; or the call was [cancelled in the queue](crate::Elements::cancel_queued).
    pub fn is_throttled(&self) -> bool {
        self.kind() == ErrorKind::Throttled
    }

    /// The service refused the request with another status from 400 to 499 than those that have a kind of their own.
    pub fn is_rejected(&self) -> bool {
        self.kind() == ErrorKind::Rejected
    }

    /// The service, or its token endpoint, answered with a status from 500 to 599.
    pub fn is_server(&self) -> bool {
        self.kind() == ErrorKind::Server
    }

    /// The connection could not be made, or broke before a reply came.
    pub fn is_connection(&self) -> bool {
        self.kind() == ErrorKind::Connection
    }

    /// No connection was made, to the service or to the token endpoint: nothing was sent.
    pub fn is_unreachable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorDetail::Transport { sent: false, timeout: None | Some(Limit::Connect(_)), .. }
        )
    }

    /// Connecting, answering or the whole call took longer than the limit set; the text says which. Or the service
    /// gave up waiting for the request (408).
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// A reply that is neither success nor an error: another success than the contract's, or a redirect.
    ///
    /// It is also true where the token URL never gave a token, which is a mistake of the settings:
    /// [`ErrorKind::Configuration`].
    pub fn is_unexpected_reply(&self) -> bool {
        self.kind() == ErrorKind::UnexpectedReply || matches!(self.0.kind, ErrorDetail::WrongTokenUrl)
    }

    /// The contract's success came with a body that is not what the contract says, or is
    /// [too large](crate::ElementsBuilder::max_reply_size). Asking again would not help.
    pub fn is_unreadable_reply(&self) -> bool {
        self.kind() == ErrorKind::UnreadableReply
    }

    /// The operation was sent, and no answer that can be trusted says whether it was applied.
    ///
    /// An update is the whole value, so sending it again does no harm and settles the question. Statuses
    /// 408, 500, 502, 504 and others that are not a plain refusal count, since a gateway may give them for a
    /// request that went through.
    ///
    /// An operation that only reads leaves nothing open.
    ///
    /// It counts what every attempt of the call left open, not only the last one.
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.unknown || self.leaves_outcome_open()
    }

    fn leaves_outcome_open(&self) -> bool {
        if self.operation().is_some_and(Operation::reads) {
            return false;
        }
        match (&self.0.kind, self.operation_status()) {
            (ErrorDetail::Transport { stage: Stage::Operation(_), sent, .. }, _) => *sent,
            (ErrorDetail::Reply(Stage::Operation(_)), Some(status)) => match status {
                400..500 | 503 => status == 408,
                _ => true,
            },
            (kind, _) => matches!(kind, ErrorDetail::Unreadable(_)),
        }
    }

    /// The status of the reply, where there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.reply.as_ref().map(|reply| reply.status)
    }

    /// How many requests of the operation were sent, those for tokens left out.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The wait that the service asks for, where it does: longer than was left, or than is honoured.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the service refused the access token.
    pub(crate) fn refuses_token(&self) -> bool {
        self.operation_status() == Some(401)
    }

    /// Whether the call's time ended, or the client was shut down, before anything new was learnt.
    pub(crate) fn ends_call(&self) -> bool {
        self.left_queue()
            || self.is_cancelled()
            || matches!(self.0.kind, ErrorDetail::Transport { timeout: Some(Limit::Total(_)), .. })
    }

    /// Whether nothing left this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.is_validation() || self.is_configuration()
    }

    /// Whether the call left the queue of the rate limiter without a request.
    pub(crate) fn left_queue(&self) -> bool {
        matches!(self.0.kind, ErrorDetail::Queued)
    }

    /// Whether the service dealt with the request, if only to refuse it.
    pub(crate) fn is_answer(&self) -> bool {
        let is_answer = |status| (400..500).contains(&status) && !matches!(status, 401 | 408 | 429);
        self.operation_status().is_some_and(is_answer)
    }

    /// The operation that was under way.
    fn operation(&self) -> Option<&'static Operation> {
        match self.0.kind {
            ErrorDetail::Reply(Stage::Operation(operation))
            | ErrorDetail::Unreadable(operation)
            | ErrorDetail::Transport { stage: Stage::Operation(operation), .. } => Some(operation),
            _ => None,
        }
    }

    /// The status of the reply to the operation itself.
    pub(crate) fn operation_status(&self) -> Option<u16> {
        matches!(self.0.kind, ErrorDetail::Reply(Stage::Operation(_))).then(|| self.status()).flatten()
    }

    /// The id that the service gave the request, for the vendor's support; at most 128 bytes of it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.reply.as_ref()?.request_id.as_deref()
    }

    /// The first 4 KiB of the reply's body, as it came; what is not UTF-8 is replaced. Not for terminals.
    pub fn reply_text(&self) -> Option<&str> {
        self.0.reply.as_ref().map(|reply| reply.text.as_str())
    }

    /// The fields that violate the contract, all of them; none where an id was at fault.
    pub fn violations(&self) -> &[Violation] {
        match &self.0.kind {
            ErrorDetail::Validation(violations) => violations,
            _ => &[],
        }
    }
}
