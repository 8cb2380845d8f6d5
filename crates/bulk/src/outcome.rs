//! What became of a row.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use crate::{Proof, clock};

/// What became of a row, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// The service answered that it did the update, in this run.
    Done,
    /// The journal says, or the input proves, that this update was done before; nothing was sent.
    Unchanged,
    /// The row cannot be sent as it is; nothing was.
    Invalid,
    /// The service refused the update: a status from 400 to 499 other than 408 and 429.
    Refused,
    /// Nothing reached the service, or it answered 429 or 503 to the end. The update was not applied.
    Failed,
    /// The update was sent and no answer that can be trusted came: it may have been applied.
    Unknown,
    /// The run ended before the row's turn came; nothing was sent.
    NotAttempted,
}

impl State {
    /// All of them, in the order of summaries.
    pub const ALL: [Self; 7] = [
        Self::Done,
        Self::Unchanged,
        Self::Invalid,
        Self::Refused,
        Self::Failed,
        Self::Unknown,
        Self::NotAttempted,
    ];

    /// Its name in results and summaries, such as `not attempted`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotAttempted => "not attempted",
        }
    }

    /// The state of a name, if it is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it is one that journals hold: one of rows that were sent, or were to be.
    pub(crate) const fn is_recorded(self) -> bool {
        matches!(self, Self::Done | Self::Refused | Self::Failed | Self::Unknown)
    }

    /// Whether the user has the office information of the row, as far as the service said.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Done | Self::Unchanged)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What became of a row, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// In one word.
    pub state: State,
    /// The status of the last reply, where one came.
    pub status: Option<u16>,
    /// The id that the service gave the last request, where it gave one; at most 128 bytes of it.
    pub request_id: Option<String>,
    /// How many requests were sent for the row.
    pub attempts: u32,
    /// Why the row is not done and what to do about it; empty where it is done.
    pub reason: String,
    /// When it was known.
    pub at: SystemTime,
    /// The name of the machine that knew it.
    pub host: Arc<str>,
    /// Where it is a success on a service that is known, what proves it to later runs that read the results.
    pub proof: Option<Proof>,
}

impl Outcome {
    /// An outcome without a reply, known here and now.
    pub fn new(state: State, reason: impl Into<String>) -> Self {
        let (reason, host) = (reason.into(), this_host());
        let (status, request_id, proof) = (None, None, None);
        Self { state, status, request_id, attempts: 0, reason, at: clock::wall(), host, proof }
    }
}

/// The name of this machine.
pub(crate) fn this_host() -> Arc<str> {
    static HOST: LazyLock<Arc<str>> = LazyLock::new(|| gethostname::gethostname().to_string_lossy().into());
    HOST.clone()
}
