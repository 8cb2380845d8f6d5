//! What became of a row.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use crate::clock;
use crate::hash::Proof;
use crate::plan::PlanOutcome;

/// What became of a row, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// The service answered that it did the update, in this run. Of a plan also: in the interrupted run that this one goes
    /// on with, or a request that was not answered turns out to have been applied.
    Done,
    /// A reading shows every value that the plan leads to; nothing was sent.
    Already,
    /// The journal says, or the input proves, that this update was done before; nothing was sent.
    Unchanged,
    /// The user was read, and [`Outcome::plan`] has what changes; nothing was sent.
    Planned,
    /// A reading shows every value that the plan leads to.
    Confirmed,
    /// No reading returns what the plan changes, and what it does return does not change.
    Unseen,
    /// A reading still shows values from which the plan starts, and otherwise those that it leads to.
    Pending,
    /// A reading shows values from which the plan neither starts nor to which it leads.
    Differs,
    /// The row cannot be sent as it is; nothing was.
    Invalid,
    /// A planned field holds another value than the one from which the plan starts; nothing was sent.
    Conflict,
    /// The user is not there any more.
    Gone,
    /// The service holds an office field that is no text, or answered with another user; nothing was sent.
    Unreadable,
    /// The service refused the request: a status from 400 to 499 other than 408 and 429. Or it refused others of the same
    /// customer, and this one was not sent.
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
    pub const ALL: [Self; 16] = [
        Self::Done,
        Self::Already,
        Self::Unchanged,
        Self::Planned,
        Self::Confirmed,
        Self::Unseen,
        Self::Pending,
        Self::Differs,
        Self::Invalid,
        Self::Conflict,
        Self::Gone,
        Self::Unreadable,
        Self::Refused,
        Self::Failed,
        Self::Unknown,
        Self::NotAttempted,
    ];

    /// Those of rows that are [sent](crate::Item::Send).
    pub const OF_UPDATES: [Self; 7] = [
        Self::Done,
        Self::Unchanged,
        Self::Invalid,
        Self::Refused,
        Self::Failed,
        Self::Unknown,
        Self::NotAttempted,
    ];

    /// Those of rows of a plan that are [applied](crate::Item::Apply).
    pub const OF_PLANS: [Self; 10] = [
        Self::Done,
        Self::Already,
        Self::Invalid,
        Self::Conflict,
        Self::Gone,
        Self::Unreadable,
        Self::Refused,
        Self::Failed,
        Self::Unknown,
        Self::NotAttempted,
    ];

    /// Those of rows of a plan that are [verified](crate::Item::Verify).
    pub const OF_VERIFICATIONS: [Self; 9] = [
        Self::Confirmed,
        Self::Unseen,
        Self::Pending,
        Self::Differs,
        Self::Gone,
        Self::Unreadable,
        Self::Refused,
        Self::Failed,
        Self::NotAttempted,
    ];

    /// Its name in results and summaries, such as `not attempted`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already",
            Self::Unchanged => "unchanged",
            Self::Planned => "planned",
            Self::Confirmed => "confirmed",
            Self::Unseen => "unseen",
            Self::Pending => "pending",
            Self::Differs => "differs",
            Self::Invalid => "invalid",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::Unreadable => "unreadable",
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
        matches!(self, Self::Done | Self::Already | Self::Unchanged | Self::Planned | Self::Confirmed)
    }

    /// The code of its reason where there is no closer one.
    pub(crate) const fn reason_code(self) -> &'static str {
        match self {
            Self::Done | Self::Planned | Self::Confirmed => "",
            Self::Unchanged => "done-before",
            Self::NotAttempted => "not-attempted",
            other => other.name(),
        }
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
    /// The reason as a word, such as `conflict` or `permission`, which holds no id and is the same in every version: to
    /// group rows by. Empty where the row is done.
    pub reason_code: &'static str,
    /// When it was known.
    pub at: SystemTime,
    /// The name of the machine that knew it.
    pub host: Arc<str>,
    /// Where it is a success on a service that is known, what proves it to later runs that read the results.
    pub proof: Option<Proof>,
    /// What planning the row came to, of one that was [to be planned](crate::Item::Plan).
    pub plan: Option<Box<PlanOutcome>>,
}

impl Outcome {
    /// An outcome without a reply, known here and now.
    pub fn new(state: State, reason: impl Into<String>) -> Self {
        let (reason, host) = (reason.into(), this_host());
        let (status, request_id, proof, plan) = (None, None, None, None);
        let (attempts, reason_code) = (0, state.reason_code());
        Self {
            state,
            status,
            request_id,
            attempts,
            reason,
            reason_code,
            at: clock::wall(),
            host,
            proof,
            plan,
        }
    }

    /// With a closer code of its reason.
    pub(crate) fn because(self, reason_code: &'static str) -> Self {
        Self { reason_code, ..self }
    }
}

/// The name of this machine.
pub(crate) fn this_host() -> Arc<str> {
    static HOST: LazyLock<Arc<str>> = LazyLock::new(|| gethostname::gethostname().to_string_lossy().into());
    HOST.clone()
}
