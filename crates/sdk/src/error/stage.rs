//! What was being done, and what ended it.

use std::time::Duration;

use avepoint_elements_client::Operation;

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
