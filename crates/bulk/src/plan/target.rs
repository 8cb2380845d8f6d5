//! A user who is to be read and compared with what a row wants.

use std::sync::Arc;

use avepoint_elements::{Elements, Error, User, UserKey};
use avepoint_elements_rows::WantedRow;

use super::fresh_lists::FreshLists;
use super::{Change, Comparison, Current, PlanOutcome, PlanState, PlannedUser, compare};
use crate::directory::{Found, Key, KeySet, Resolution, RowKeysBuf, UserEntry};
use crate::error::listed;
use crate::outcome::{Outcome, State};

/// A user who was found, and what the user's row wants.
#[derive(Clone, Debug)]
pub struct PlanTarget {
    pub(super) found: Box<Found>,
    pub(super) keys: RowKeysBuf,
    pub(super) wanted: WantedRow,
    /// What is suspicious about the row.
    pub(super) warnings: String,
    /// Where the user was found in a directory that may be old: all rows, and the number of this one.
    pub(super) directory: Option<(Arc<FreshLists>, usize)>,
}

/// What comes of a row by a fresh list of its user's tenant.
pub(crate) enum Relocated {
    /// The user is the same.
    Same,
    /// Another user is to be read.
    Other(Box<PlanTarget>),
    /// No user is.
    Settled(Outcome),
}

impl PlanTarget {
    /// The user.
    pub fn user(&self) -> &UserKey {
        &self.found.user
    }

    /// The row with this result, and the user as it is.
    pub(crate) fn hold(&self, state: PlanState, reason: String) -> Outcome {
        PlanOutcome::of(&self.found, state, reason).into_run()
    }

    /// What a reading says of the row.
    pub(crate) fn judge(&self, user: &User) -> Outcome {
        self.compare(user).into_run()
    }

    /// Where a reading shows that the directory is older than the user: what comes of the row by a fresh list of the tenant.
    pub(crate) async fn relocate(&self, elements: &Elements, outcome: &Outcome) -> Result<Relocated, Error> {
        let is_stale = match &outcome.plan {
            Some(plan) => plan.state == PlanState::KeysDisagree,
            None => outcome.state == State::Gone,
        };
        let Some((rows, number)) = self.directory.as_ref().filter(|_| is_stale && self.found.is_listed)
        else {
            return Ok(Relocated::Same);
        };
        Ok(match rows.fresh(elements, *number, self.user()).await? {
            None => Relocated::Same,
            Some(Resolution::Resolved(found)) if found.user == self.found.user => Relocated::Same,
            Some(Resolution::Resolved(found)) => Relocated::Other(Box::new(Self { found, ..self.clone() })),
            Some(other) => Relocated::Settled(PlanOutcome::of_resolution(&other).into_run()),
        })
    }

    /// What comes of the row where no reading says it.
    pub(crate) fn fail(&self, outcome: Outcome) -> Outcome {
        let plan = PlanOutcome::of_failure(&self.found, &outcome);
        Outcome { plan: Some(Box::new(plan)), ..outcome }
    }

    fn compare(&self, user: &User) -> PlanOutcome {
        let Self { found, keys, wanted, warnings, .. } = self;
        let outcome = |state, reason| PlanOutcome::of(found, state, reason);
        let current = match Current::of(&found.user.user, user) {
            Ok(current) => current,
            Err(unreadable) => return outcome(PlanState::Unreadable, unreadable.to_string()),
        };
        let unseen = self.disagreeing(user);
        if !unseen.is_empty() {
            let seen = keys.as_keys().keys().without(unseen);
            let disagreement = Resolution::KeysDisagree { seen, unseen, leading_zeros: None };
            return outcome(PlanState::KeysDisagree, disagreement.to_string());
        }
        let change = match compare(&wanted.office, &current) {
            Comparison::Change(change) => change,
            // What no reading returns may differ.
            Comparison::Equal if wanted.local.is_some() => Change::default(),
            Comparison::Equal => {
                return PlanOutcome {
                    names: found.names(Some(user)),
                    ..outcome(PlanState::Equal, warnings.clone())
                };
            }
            Comparison::TooLong(fields) => return outcome(PlanState::TooLong, listed(&fields)),
        };
        let mut planned = PlannedUser::new(keys.line, found.user.clone(), change);
        planned.by = found.by.iter().collect();
        planned.names = found.names(Some(user));
        planned.local.clone_from(&wanted.local);
        planned.kept_empty = planned.change.kept_empty(&current).collect();
        let names = planned.names.clone();
        PlanOutcome { planned: Some(planned), names, ..outcome(PlanState::Change, warnings.clone()) }
    }

    /// The keys of the row that the user does not have. A list has shown that there are all; then what is missing in the
    /// reading says nothing.
    fn disagreeing(&self, user: &User) -> KeySet {
        let entry = UserEntry {
            id: user.id(),
            user_principal_name: user.login_name().unwrap_or_default(),
            mail: user.mail().unwrap_or_default(),
            employee_id: user.employee_id().unwrap_or_default(),
        };
        let is_there = |key: &Key| !self.found.is_listed || !entry.get(*key).trim().is_empty();
        self.keys.as_keys().disagreeing(&entry).iter().filter(is_there).collect()
    }
}
