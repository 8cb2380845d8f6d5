//! How lists are asked for, and why they end before they are whole.

use std::fmt;
use std::time::Duration;

use avepoint_elements::Error;

use crate::run::BulkOptions;
use crate::service_error::{is_of_another_server, reason};

/// How lists are asked for.
///
/// A list that fails in a way that may pass is gone on with where it was. While no list is answered, one request at a time
/// asks whether the service is up again, for as long as the [outage](Self::max_outage) may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct ListOptions {
    pub(super) lists_at_a_time: usize,
    /// None where nothing is waited for.
    pub(super) max_outage: Option<Duration>,
}

impl Default for ListOptions {
    fn default() -> Self {
        Self {
            lists_at_a_time: BulkOptions::DEFAULT_CONCURRENCY,
            max_outage: Some(BulkOptions::DEFAULT_MAX_OUTAGE),
        }
    }
}

impl ListOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many tenants are listed at a time. Default: 4.
    pub fn concurrency(mut self, lists: usize) -> Self {
        self.lists_at_a_time = lists.max(1);
        self
    }

    /// For how long a service that is down is waited for. Default: an hour.
    pub fn max_outage(mut self, max_outage: Duration) -> Self {
        self.max_outage = Some(max_outage);
        self
    }

    /// Waits for nothing: the first failure that may pass ends all lists with its error, for a caller that asks again.
    pub fn without_waiting(mut self) -> Self {
        self.max_outage = None;
        self
    }
}

/// What lists wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListWait {
    /// The time to the next request, which asks whether the service is up; zero while that is under way.
    pub left: Duration,
    /// Whether the service asked for the wait, and is not taken to be down.
    pub is_throttled: bool,
}

/// Why lists ended before they were whole.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ListError {
    /// Every other list would meet this error, such as a token that is refused; or the customers cannot be listed.
    Service(Error),
    /// The service was down for longer than was to be waited, or asked for a wait that is longer; or lists reach
    /// [another server](Self::is_another_server).
    Outage {
        /// The last error.
        error: Error,
        /// The wait that the service asked for, if that was too long.
        wait: Option<Duration>,
    },
}

impl ListError {
    /// The SDK's error.
    pub fn error(&self) -> &Error {
        match self {
            Self::Service(error) | Self::Outage { error, .. } => error,
        }
    }

    /// Whether lists reach something else than the API: a page, a redirect, or a server that does not know the request. The
    /// settings are wrong, or something stands in between.
    pub fn is_another_server(&self) -> bool {
        matches!(self, Self::Outage { error, .. } if error.status().is_some_and(is_of_another_server))
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => error.fmt(f),
            Self::Outage { error, .. } if self.is_another_server() => {
                write!(f, "lists reach another server than the API: {}", reason(error))
            }
            Self::Outage { error, .. } => write!(
                f,
                "the service was down, or asked for a wait, for longer than lists were to wait: {}",
                reason(error)
            ),
        }
    }
}

impl std::error::Error for ListError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Service(error) => error.source(),
            // Its text is in this one's.
            Self::Outage { .. } => None,
        }
    }
}
