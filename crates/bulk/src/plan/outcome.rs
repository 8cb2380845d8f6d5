//! What planning a row came to.

use avepoint_elements::{Error, ErrorKind, UserKey};
use serde::{Serialize, Serializer};

use super::{Names, PlanState, PlannedUser};
use crate::directory::{Found, Resolution};
use crate::outcome::{Outcome, State};
use crate::service_error::ServiceError;

/// What planning a row came to.
///
/// Serialized, it is an object with `state`, `reason`, `reasonCode`, `errorKind`, `user`, `names`, `change`, `status` and
/// `requestId`, where what is not known is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlanOutcome {
    /// In one word.
    pub state: PlanState,
    /// Why it is not planned and what to do about it; where it is, what is suspicious about the row, if anything.
    pub reason: String,
    /// The reason as a word, such as `not-found` or `permission`, which holds no id and is the same in every version: to
    /// group rows by. Empty where the row is planned.
    pub reason_code: &'static str,
    #[serde(rename = "errorKind")]
    pub(super) error: Option<ServiceError>,
    /// The user, where the row came to one.
    pub user: Option<UserKey>,
    /// What people call the user.
    pub names: Names,
    /// What changes, where something does.
    #[serde(rename = "change", serialize_with = "serialize_change")]
    pub planned: Option<PlannedUser>,
    /// The status of the reply, where it was an error.
    pub status: Option<u16>,
    /// The id that the service gave the request, where it was answered with an error.
    pub request_id: Option<String>,
}

impl PlanOutcome {
    /// The error of the reading, where that failed, or of a list of users, where the row's user was looked for in one.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref().map(ServiceError::get)
    }

    /// The [kind](Error::kind) of that error.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error().map(Error::kind)
    }

    pub(super) fn unresolved(state: PlanState, reason: String) -> Self {
        Self {
            state,
            reason,
            reason_code: state.reason_code(),
            error: None,
            user: None,
            names: Names::default(),
            planned: None,
            status: None,
            request_id: None,
        }
    }

    /// Of a row that came to no user.
    pub(super) fn of_resolution(resolution: &Resolution) -> Self {
        let state = resolution.state().unwrap_or(PlanState::CouldNotBeTold);
        let outcome = Self::unresolved(state, resolution.to_string());
        let error = resolution.error().cloned().map(ServiceError::from);
        Self { reason_code: resolution.reason_code(), error, ..outcome }
    }

    /// Of a row that came to a user.
    pub(super) fn of(found: &Found, state: PlanState, reason: String) -> Self {
        let names = found.names(None);
        Self { user: Some(found.user.clone()), names, ..Self::unresolved(state, reason) }
    }

    /// Of a row whose user was not read, by what came of that.
    pub(super) fn of_failure(found: &Found, outcome: &Outcome) -> Self {
        let names = found.names(None);
        Self { user: Some(found.user.clone()), names, ..Self::from_run(outcome) }
    }

    fn from_run(outcome: &Outcome) -> Self {
        let state = match outcome.state {
            State::Gone => PlanState::NotFound,
            State::Unreadable => PlanState::Unreadable,
            State::Refused => PlanState::Refused,
            State::NotAttempted => PlanState::NotAttempted,
            _ => PlanState::Failed,
        };
        Self {
            reason_code: outcome.reason_code,
            status: outcome.status,
            request_id: outcome.request_id.clone(),
            error: outcome.error.clone(),
            ..Self::unresolved(state, outcome.reason.clone())
        }
    }

    /// What a run says of a row with this outcome.
    pub(super) fn into_run(self) -> Outcome {
        let state = match self.state {
            PlanState::Change | PlanState::Equal => State::Planned,
            PlanState::NotFound => State::Gone,
            PlanState::Unreadable => State::Unreadable,
            PlanState::NotAttempted => State::NotAttempted,
            _ => State::Invalid,
        };
        let outcome = Outcome::new(state, self.reason.clone()).because(self.reason_code);
        Outcome { error: self.error.clone(), plan: Some(Box::new(self)), ..outcome }
    }
}

#[allow(clippy::ref_option, reason = "so serde calls it")]
fn serialize_change<S: Serializer>(planned: &Option<PlannedUser>, serializer: S) -> Result<S::Ok, S::Error> {
    planned.as_ref().map(|planned| &planned.change).serialize(serializer)
}

/// Of a row of a run over [`PlanningItems`](super::PlanningItems).
impl From<Outcome> for PlanOutcome {
    fn from(mut outcome: Outcome) -> Self {
        let plan = outcome.plan.take();
        plan.map_or_else(|| Self::from_run(&outcome), |plan| *plan)
    }
}
