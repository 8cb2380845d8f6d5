//! Errors as the parts of this crate make them.

use std::sync::Arc;
use std::time::Duration;

use avepoint_elements_client::Operation;

use super::{Cause, Error, ErrorDetail, Inner, Limit, Stage, messages};
use crate::api::office_field::Violation;
use crate::error::reply::Reply;

impl Error {
    fn new(kind: ErrorDetail, message: impl Into<String>) -> Self {
        let message = message.into();
        let (reply, source, retry_after) = (None, None, None);
        Self(Box::new(Inner { kind, message, reply, source, attempts: 0, unknown: false, retry_after }))
    }

    /// A value that cannot be used.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorDetail::Validation(Vec::new()), message)
    }

    /// Fields that violate the contract.
    pub(crate) fn violating(violations: Vec<Violation>) -> Self {
        let texts: Vec<_> = violations.iter().map(ToString::to_string).collect();
        Self::new(
            ErrorDetail::Validation(violations),
            format!("the office information is invalid: {}", texts.join("; ")),
        )
    }

    /// Settings that cannot work.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorDetail::Configuration, message)
    }

    /// No access token can be had: for token sources of your own.
    ///
    /// `message` must not hold a secret. [`is_authentication`](Self::is_authentication) is true of it.
    pub fn authentication(message: impl Into<String>) -> Self {
        Self::new(ErrorDetail::Authentication, message)
    }

    /// No access token can be had now, and it may pass: for token sources of your own.
    ///
    /// `message` must not hold a secret. A call asks its source again within its [`RetryPolicy`](crate::RetryPolicy), as
    /// after 503; [`with_retry_after`](Self::with_retry_after) adds how soon. [`is_token_unavailable`](Self::is_token_unavailable) is true
    /// of it.
    pub fn token_unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorDetail::TokenUnavailable, message)
    }

    /// The same error with the time before which asking again is of no use.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        self.asking(Some(wait))
    }

    /// The service, or something before it, gave a reply that is not the expected success.
    pub(crate) fn reply(stage: Stage, reply: Reply) -> Self {
        let message = messages::on_reply(stage, &reply);
        let mut error = Self::new(ErrorDetail::Reply(stage), message);
        error.0.retry_after = reply.retry_after;
        error.0.reply = Some(reply);
        error
    }

    /// No reply, or not all of it; `limit` bounded the request, and `connect` the making of its connection.
    pub(crate) fn transport(stage: Stage, error: reqwest::Error, limit: Limit, connect: Duration) -> Self {
        if error.is_builder() {
            return Self::configuration("the request cannot be built").because_of(&error.without_url());
        }
        let connecting = error.is_connect();
        let timeout = error.is_timeout().then_some(if connecting { Limit::Connect(connect) } else { limit });
        Self::no_reply(stage, !connecting, timeout).because_of(&error.without_url())
    }

    fn no_reply(stage: Stage, sent: bool, timeout: Option<Limit>) -> Self {
        let message = messages::on_transport(stage, sent, timeout);
        Self::new(ErrorDetail::Transport { stage, sent, timeout }, message)
    }

    /// No connection was made.
    #[cfg(feature = "testing")]
    pub(crate) fn not_connected(stage: Stage) -> Self {
        Self::no_reply(stage, false, None)
    }

    /// A wait on this side came to its end; nothing was under way.
    pub(crate) fn timed_out(stage: Stage, limit: Limit) -> Self {
        Self::no_reply(stage, false, Some(limit))
    }

    /// The service asks for a pause that is longer than the time left. Nothing was sent.
    pub(crate) fn throttle_pause(wait: Duration) -> Self {
        Self::new(ErrorDetail::Queued, "the service is throttling requests; try again later")
            .asking(Some(wait))
    }

    /// The request could not go out within its time. Nothing was sent.
    pub(crate) fn too_late() -> Self {
        Self::new(
            ErrorDetail::Queued,
            "the request could not be sent in time; nothing was sent; try again later",
        )
    }

    /// The call was cancelled while it was queued. Nothing was sent.
    pub(crate) fn cancelled_in_queue(wait: Option<Duration>) -> Self {
        let message = "cancelled while queued by the rate limiter; nothing was sent; try again later";
        Self::new(ErrorDetail::Queued, message).asking(wait)
    }

    /// The client was shut down before a request went out, or went out again.
    pub(crate) fn shut_down() -> Self {
        Self::new(ErrorDetail::ShutDown, "the client was shut down; nothing more was sent")
    }

    /// A success of the operation whose body cannot be read.
    pub(crate) fn unreadable(operation: &'static Operation, reply: Reply, reason: &str) -> Self {
        let message = messages::on_unreadable(&reply, reason);
        let mut error = Self::new(ErrorDetail::Unreadable(operation), message);
        error.0.reply = Some(reply);
        error
    }

    /// A success of the operation that the end of the connection cut off.
    pub(crate) fn broken_off(operation: &'static Operation) -> Self {
        Self::no_reply(Stage::Operation(operation), true, None)
    }

    /// Adds the cause, which [`source`](std::error::Error::source) returns as it is: for token sources of your own.
    ///
    /// `Debug` shows at most 1 KiB of its text, with what caused it in turn.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::new(Cause::keeping(source.into())));
        self
    }

    /// Adds the cause as text of at most 1 KiB, with what caused it in turn: it may quote what was sent or came.
    pub(crate) fn because_of(mut self, source: &(dyn std::error::Error + 'static)) -> Self {
        self.0.source = Some(Arc::new(Cause::new(source)));
        self
    }

    /// The same error with the wait that the service asks for.
    pub(crate) fn asking(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait.or(self.0.retry_after);
        self
    }

    /// The same error at the end of a call.
    pub(crate) fn after(mut self, attempts: u32, unknown: bool) -> Self {
        self.0.attempts = attempts;
        self.0.unknown = unknown;
        self
    }

    /// Puts more words before the message.
    pub(crate) fn context(mut self, words: &str) -> Self {
        self.0.message = format!("{words}: {}", self.0.message);
        self
    }

    /// Marks a reply of the token endpoint as one of another server or page.
    pub(crate) fn wrong_token_url(mut self) -> Self {
        self.0.kind = ErrorDetail::WrongTokenUrl;
        self
    }
}
