//! What became of a row.

use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use avepoint_elements::{Error, ErrorKind};
use serde::{Serialize, Serializer};

use crate::export::ExportRow;
use crate::hash::Proof;
use crate::plan::PlanOutcome;
use crate::service_error::{self, ServiceError};
use crate::{clock, times};

avepoint_elements::named_enum! {
    /// What became of a row, in one word.
    pub enum State {
        /// The service answered that it did the update, in this run. Of a plan also: in the interrupted run that this one goes
        /// on with, or a request that was not answered turns out to have been applied.
        Done = "done",
        /// A reading shows every value that the plan leads to; nothing was sent.
        Already = "already",
        /// The journal says, or the input proves, that this update was done before; nothing was sent.
        Unchanged = "unchanged",
        /// The user was read, and [`Outcome::plan`] has what changes; nothing was sent.
        Planned = "planned",
        /// The user was read, and [`Outcome::exported`] has the row of a sheet; nothing was sent.
        Exported = "exported",
        /// A reading shows every value that the plan leads to.
        Confirmed = "confirmed",
        /// No reading returns what the plan changes, and what it does return does not change.
        Unseen = "unseen",
        /// A reading still shows values from which the plan starts, and otherwise those that it leads to.
        Pending = "pending",
        /// A reading shows values from which the plan neither starts nor to which it leads.
        Differs = "differs",
        /// The row cannot be sent as it is; nothing was.
        Invalid = "invalid",
        /// A planned field holds another value than the one from which the plan starts; nothing was sent.
        Conflict = "conflict",
        /// The user is not there any more.
        Gone = "gone",
        /// The service holds an office field that is no text, or answered with another user or with no user; nothing was sent.
        Unreadable = "unreadable",
        /// The service refused the request: a status from 400 to 499 other than 408 and 429. Or it refused others of the same
        /// customer, and this one was not sent.
        Refused = "refused",
        /// Nothing reached the service, or it answered 429 or 503 to the end. The update was not applied.
        Failed = "failed",
        /// The update was sent and no answer that can be trusted came: it may have been applied.
        Unknown = "unknown",
        /// The run ended before the row's turn came, or before there was a connection; nothing was sent.
        NotAttempted = "not attempted",
    }
}

impl State {
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

    /// Whether it is one that journals hold: one of rows that were sent, or were to be.
    pub(crate) const fn is_recorded(self) -> bool {
        matches!(self, Self::Done | Self::Refused | Self::Failed | Self::Unknown)
    }

    /// Whether the user has the office information of the row, as far as the service said.
    pub const fn is_success(self) -> bool {
        matches!(
            self,
            Self::Done | Self::Already | Self::Unchanged | Self::Planned | Self::Exported | Self::Confirmed
        )
    }

    /// The code of its reason where there is no closer one.
    pub(crate) const fn reason_code(self) -> &'static str {
        match self {
            Self::Done | Self::Planned | Self::Exported | Self::Confirmed => "",
            Self::Unchanged => "done-before",
            Self::NotAttempted => "not-attempted",
            other => other.name(),
        }
    }
}

/// As its name.
impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What became of a row, with what is known of it.
///
/// A program that maps errors of the SDK maps outcomes by the same code: [`error`](Self::error) is the error of the last
/// request. For tests of such code an outcome comes [from an error](Self#impl-From<Error>-for-Outcome).
///
/// Serialized, it is an object with `state`, `status`, `requestId`, `attempts`, `reason`, `reasonCode`, `errorKind`, `time`,
/// `host`, `proof` and `plan`, where what is not known is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    #[serde(rename = "errorKind")]
    pub(crate) error: Option<ServiceError>,
    /// When it was known.
    #[serde(rename = "time", serialize_with = "times::serialize")]
    pub at: SystemTime,
    /// The name of the machine that knew it.
    #[serde(serialize_with = "as_text")]
    pub host: Arc<str>,
    /// Where it is a success on a service that is known, what proves it to later runs that read the results.
    pub proof: Option<Proof>,
    /// What planning the row came to, of one that was [to be planned](crate::Item::Plan).
    pub plan: Option<Box<PlanOutcome>>,
    /// What a sheet says of the user, of one that was [to be exported](crate::Item::Export). It is not serialized.
    #[serde(skip)]
    pub exported: Option<Box<ExportRow>>,
}

impl Outcome {
    /// An outcome without a reply, known here and now.
    pub fn new(state: State, reason: impl Into<String>) -> Self {
        Self {
            state,
            status: None,
            request_id: None,
            attempts: 0,
            reason: reason.into(),
            reason_code: state.reason_code(),
            error: None,
            at: clock::wall(),
            host: this_host(),
            proof: None,
            plan: None,
            exported: None,
        }
    }

    /// The error of the last request for the row, where that is why it has its state; of a row that was not sent since the
    /// service refuses its customer, the error of another row. None where a reading, the journal, a check or the end of the
    /// run is the reason.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref().map(ServiceError::get)
    }

    /// The [kind](Error::kind) of that error.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error().map(Error::kind)
    }

    /// The word that results have: what planning the row came to, where it was planned, or else its [state](Self::state).
    pub fn result(&self) -> &'static str {
        self.plan.as_ref().map_or(self.state.name(), |plan| plan.state.name())
    }

    /// With a closer code of its reason.
    pub(crate) fn because(self, reason_code: &'static str) -> Self {
        Self { reason_code, ..self }
    }
}

/// The outcome of a row whose update ends with this error, and of which no earlier request leaves anything open.
impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        let outcome = Self::new(service_error::state(&error), service_error::reason(&error));
        // Those of a token's request say nothing of the row.
        let of_row = Some(&error).filter(|error| !error.is_about_token());
        Self {
            status: of_row.and_then(Error::status),
            request_id: of_row.and_then(Error::request_id).map(str::to_owned),
            attempts: error.attempts(),
            reason_code: service_error::reason_code(&error),
            error: Some(error.into()),
            ..outcome
        }
    }
}

fn as_text<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// The name of this machine.
pub(crate) fn this_host() -> Arc<str> {
    static HOST: LazyLock<Arc<str>> = LazyLock::new(|| gethostname::gethostname().to_string_lossy().into());
    HOST.clone()
}
