//! The one error of this crate.

mod advice;
mod violation;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use avepoint_elements_client::Operation;

use crate::reply::Reply;
use crate::shown::shown;
pub use violation::{Violation, ViolationKind};

type Source = Arc<dyn std::error::Error + Send + Sync>;

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
    source: Option<Source>,
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
    /// The service told another call to wait for longer than this one has.
    HeldBack,
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

impl Error {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        let (reply, source, retry_after) = (None, None, None);
        Self(Box::new(Inner { kind, message, reply, source, attempts: 0, unknown: false, retry_after }))
    }

    /// A value that cannot be used.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Validation(Vec::new()), message)
    }

    /// Fields that violate the contract.
    pub(crate) fn violating(violations: Vec<Violation>) -> Self {
        let texts: Vec<_> = violations.iter().map(ToString::to_string).collect();
        Self::new(
            Kind::Validation(violations),
            format!("the office information is invalid: {}", texts.join("; ")),
        )
    }

    /// Settings that cannot work.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration, message)
    }

    /// No access token can be had: for token sources of your own.
    ///
    /// `message` must not hold a secret. [`is_authentication`](Self::is_authentication) is true of it.
    pub fn authentication(message: impl Into<String>) -> Self {
        Self::new(Kind::Authentication, message)
    }

    /// The service, or something before it, gave a reply that is not the expected success.
    pub(crate) fn reply(stage: Stage, reply: Reply) -> Self {
        let message = advice::on_reply(stage, &reply);
        let mut error = Self::new(Kind::Reply(stage), message);
        error.0.retry_after = reply.retry_after;
        error.0.reply = Some(reply);
        error
    }

    /// No reply, or not all of it; `limit` bounded the request, and `connect` the making of its connection.
    pub(crate) fn transport(stage: Stage, error: reqwest::Error, limit: Limit, connect: Duration) -> Self {
        if error.is_builder() {
            return Self::configuration("the request cannot be built").because(error.without_url());
        }
        let connecting = error.is_connect();
        let timeout = error.is_timeout().then_some(if connecting { Limit::Connect(connect) } else { limit });
        let message = advice::on_transport(stage, !connecting, timeout);
        let kind = Kind::Transport { stage, sent: !connecting, timeout };
        Self::new(kind, message).because(error.without_url())
    }

    /// A wait on this side came to its end; nothing was under way.
    pub(crate) fn timed_out(stage: Stage, limit: Limit) -> Self {
        let message = advice::on_transport(stage, false, Some(limit));
        Self::new(Kind::Transport { stage, sent: false, timeout: Some(limit) }, message)
    }

    /// The service told another call to wait for longer than this one has. Nothing was sent.
    pub(crate) fn held_back(wait: Duration) -> Self {
        Self::new(Kind::HeldBack, "the service is throttling requests; try again later").asking(Some(wait))
    }

    /// A reply to the operation that cannot be read as the contract describes it.
    pub(crate) fn garbled(
        operation: &'static Operation,
        error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let stage = Stage::Operation(operation);
        let kind = Kind::Transport { stage, sent: true, timeout: None };
        Self::new(kind, "the service's reply does not have the contract's shape").because(error)
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    /// The same error, for another call that waited for the same thing.
    pub(crate) fn copy(&self) -> Self {
        Self(self.0.clone())
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

    /// Marks an error of the token endpoint as a refusal of the credential.
    pub(crate) fn credential_refused(mut self) -> Self {
        self.0.kind = Kind::Authentication;
        self
    }

    /// A value or an id was refused on this side. Nothing was sent.
    pub fn is_validation(&self) -> bool {
        matches!(self.0.kind, Kind::Validation(_))
    }

    /// The settings cannot work. Nothing was sent.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration)
    }

    /// The credential or the access token was refused, or no token could be obtained from its source.
    pub fn is_authentication(&self) -> bool {
        matches!(self.0.kind, Kind::Authentication) || self.operation_status() == Some(401)
    }

    /// The service answered 403: the app lacks the permission, or its customer scope leaves the customer out.
    pub fn is_permission(&self) -> bool {
        self.operation_status() == Some(403)
    }

    /// The service answered 404: no such customer, tenant or user.
    pub fn is_not_found(&self) -> bool {
        self.operation_status() == Some(404)
    }

    /// The service, or its token endpoint, answered 429, or told another call to wait for longer than this one
    /// had.
    pub fn is_throttled(&self) -> bool {
        self.status() == Some(429) || self.is_held_back()
    }

    /// The service refused the request with another status from 400 to 499.
    pub fn is_rejected(&self) -> bool {
        let named =
            self.is_authentication() || self.is_permission() || self.is_not_found() || self.is_throttled();
        !named && self.status().is_some_and(|status| (400..500).contains(&status))
    }

    /// The service, or its token endpoint, answered with a status from 500 to 599.
    pub fn is_server(&self) -> bool {
        self.status().is_some_and(|status| (500..600).contains(&status))
    }

    /// The connection could not be made, or broke before a reply came.
    pub fn is_connection(&self) -> bool {
        matches!(self.0.kind, Kind::Transport { timeout: None, .. })
    }

    /// Connecting, answering or the whole call took longer than the limit set; the text says which.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Transport { timeout: Some(_), .. })
    }

    /// A reply that is neither success nor an error: another success than the contract's, or a redirect.
    pub fn is_unexpected_reply(&self) -> bool {
        self.status().is_some_and(|status| !(400..600).contains(&status)) && !self.is_authentication()
    }

    /// The operation was sent, and no answer that can be trusted says whether it was applied.
    ///
    /// An update is the whole value, so sending it again does no harm and settles the question. Statuses
    /// 408, 500, 502, 504 and others that are not a plain refusal count, since a gateway may give them for a
    /// request that went through.
    ///
    /// It counts what every attempt of the call left open, not only the last one.
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.unknown || self.leaves_outcome_open()
    }

    fn leaves_outcome_open(&self) -> bool {
        match (&self.0.kind, self.operation_status()) {
            (Kind::Transport { stage: Stage::Operation(_), sent, .. }, _) => *sent,
            (Kind::Reply(Stage::Operation(_)), Some(408)) => true,
            (Kind::Reply(Stage::Operation(_)), Some(400..500 | 503)) => false,
            (Kind::Reply(Stage::Operation(_)), _) => true,
            _ => false,
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

    /// Whether trying again may help.
    pub(crate) fn may_pass(&self) -> bool {
        match &self.0.kind {
            Kind::Transport { .. } => true,
            Kind::Reply(_) => matches!(self.status(), Some(408 | 429 | 500 | 502 | 503 | 504)),
            Kind::Validation(_) | Kind::Configuration | Kind::Authentication | Kind::HeldBack => false,
        }
    }

    /// Whether the service refused the access token.
    pub(crate) fn refuses_token(&self) -> bool {
        self.operation_status() == Some(401)
    }

    /// Whether nothing was sent because another call was told to wait.
    pub(crate) fn is_held_back(&self) -> bool {
        matches!(self.0.kind, Kind::HeldBack)
    }

    /// Whether the service dealt with the request, if only to refuse it.
    pub(crate) fn is_answer(&self) -> bool {
        self.operation_status()
            .is_some_and(|status| (400..500).contains(&status) && !matches!(status, 408 | 429))
    }

    /// The status of the reply to the operation itself.
    pub(crate) fn operation_status(&self) -> Option<u16> {
        matches!(self.0.kind, Kind::Reply(Stage::Operation(_))).then(|| self.status()).flatten()
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
            Kind::Validation(violations) => violations,
            _ => &[],
        }
    }
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
        debug.field("message", &shown(&self.0.message, LONGEST));
        debug.field("attempts", &self.0.attempts).field("retry_after", &self.0.retry_after);
        if let Some(reply) = &self.0.reply {
            debug.field("status", &reply.status).field("request_id", &reply.request_id);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", &shown(&source.to_string(), 256));
        }
        debug.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
