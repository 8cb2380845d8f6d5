//! What an error is about: one kind each.

use super::{Error, ErrorDetail, Stage};

crate::named_enum! {
    /// What an error is about. Kinds exclude each other; whether an update may have been applied all the same is another
    /// question, which [`Error::is_outcome_unknown`] answers.
    ///
    /// | kind and predicate | the service answers | the token endpoint answers | or | retryable |
    /// |---|---|---|---|---|
    /// | `Validation`, [`is_validation`](Error::is_validation) | | | a value was refused on this side | no |
    /// | `Configuration`, [`is_configuration`](Error::is_configuration) | | first of all a redirect, or a page and no token | the settings cannot work | no |
    /// | `Authentication`, [`is_authentication`](Error::is_authentication) | 401 | 4xx but 408 and 429 | a token source gives up | no |
    /// | `Permission`, [`is_permission`](Error::is_permission) | 403 | | | no |
    /// | `NotFound`, [`is_not_found`](Error::is_not_found) | 404 | | | no |
    /// | `Rejected`, [`is_rejected`](Error::is_rejected) | another 4xx | | | no |
    /// | `Throttled`, [`is_throttled`](Error::is_throttled) | 429 | 429 | the call was over before the pause that the service asks for, or was cancelled in the queue | yes |
    /// | `Timeout`, [`is_timeout`](Error::is_timeout) | 408 | 408 | a time limit passed | yes |
    /// | `Server`, [`is_server`](Error::is_server) | 5xx | 5xx | | 500, 502, 503, 504 |
    /// | `Connection`, [`is_connection`](Error::is_connection) | | | no connection was made, or it broke | yes |
    /// | `UnexpectedReply`, [`is_unexpected_reply`](Error::is_unexpected_reply) | a redirect, or another success than the contract's | later on, a redirect, or a page and no token | | a page in place of a token |
    /// | `UnreadableReply`, [`is_unreadable_reply`](Error::is_unreadable_reply) | success, with a body that cannot be read or is too large | | | no |
    /// | `TokenUnavailable`, [`is_token_unavailable`](Error::is_token_unavailable) | | | a token source says "not now" | yes |
    /// | `Cancelled`, [`is_cancelled`](Error::is_cancelled) | | | the client was [shut down](crate::Elements::shut_down) | no |
    pub enum ErrorKind {
        /// A value or an id was refused on this side.
        Validation = "validation",
        /// The settings cannot work.
        Configuration = "configuration",
        /// The credential or the access token was refused.
        Authentication = "authentication",
        /// The app lacks the permission, or its customer scope leaves the customer out.
        Permission = "permission",
        /// There is no such customer, tenant or user.
        NotFound = "not_found",
        /// The service refused the request for another reason.
        Rejected = "rejected",
        /// The service asks for fewer requests.
        Throttled = "throttled",
        /// No answer came in time.
        Timeout = "timeout",
        /// The service failed.
        Server = "server",
        /// No connection was made, or it broke.
        Connection = "connection",
        /// The reply is neither the contract's success nor an error.
        UnexpectedReply = "unexpected_reply",
        /// The reply is the contract's success, and cannot be read.
        UnreadableReply = "unreadable_reply",
        /// A token source has no token now.
        TokenUnavailable = "token_unavailable",
        /// The client was shut down.
        Cancelled = "cancelled",
    }
}

impl Error {
    /// What it is about.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.kind {
            ErrorDetail::Validation(_) => ErrorKind::Validation,
            ErrorDetail::Configuration | ErrorDetail::WrongTokenUrl => ErrorKind::Configuration,
            ErrorDetail::Authentication => ErrorKind::Authentication,
            ErrorDetail::TokenUnavailable => ErrorKind::TokenUnavailable,
            ErrorDetail::Queued => ErrorKind::Throttled,
            ErrorDetail::ShutDown => ErrorKind::Cancelled,
            ErrorDetail::Unreadable(_) => ErrorKind::UnreadableReply,
            ErrorDetail::Transport { timeout: Some(_), .. } => ErrorKind::Timeout,
            ErrorDetail::Transport { timeout: None, .. } => ErrorKind::Connection,
            ErrorDetail::Reply(stage) => of_status(*stage, self.status().unwrap_or_default()),
        }
    }

    /// Whether the same call may succeed later.
    ///
    /// A call has tried again by itself, within its [`RetryPolicy`](crate::RetryPolicy). Where
    /// [`retry_after`](Self::retry_after) is a wait, nothing helps before it has passed.
    pub fn is_retryable(&self) -> bool {
        self.may_pass() || self.left_queue()
    }

    /// Whether another attempt of the same call may help.
    pub(crate) fn may_pass(&self) -> bool {
        match self.kind() {
            ErrorKind::Throttled => !self.left_queue(),
            ErrorKind::Timeout | ErrorKind::Connection | ErrorKind::TokenUnavailable => true,
            ErrorKind::Server => matches!(self.status(), Some(500 | 502 | 503 | 504)),
            // A page in place of a token is a gateway's, and may be gone the next time.
            ErrorKind::UnexpectedReply => {
                matches!(self.0.kind, ErrorDetail::Reply(Stage::Token))
                    && matches!(self.status(), Some(200..300))
            }
            _ => false,
        }
    }
}

fn of_status(stage: Stage, status: u16) -> ErrorKind {
    match (stage, status) {
        (_, 408) => ErrorKind::Timeout,
        (_, 429) => ErrorKind::Throttled,
        (_, 500..600) => ErrorKind::Server,
        // RFC 6749, section 5.2, knows 400 and 401; gateways say 403, and a URL that is no token endpoint 404 or 405.
        // None of them passes by itself.
        (Stage::Token, 400..500) | (Stage::Operation(_), 401) => ErrorKind::Authentication,
        (Stage::Operation(_), 403) => ErrorKind::Permission,
        (Stage::Operation(_), 404) => ErrorKind::NotFound,
        (Stage::Operation(_), 400..500) => ErrorKind::Rejected,
        _ => ErrorKind::UnexpectedReply,
    }
}
