//! What the journals of a plan say was applied.

use avepoint_elements_bulk::plan::{Plan, PlannedUser};
use avepoint_elements_bulk::{FileError, Snapshot, State, UserHash, journals_beside};

use super::super::interrupted;
use crate::failure::Failure;
use crate::printer::{self, note, with_causes};

/// The journals beside a plan that tell of it: that of one machine, those of shards, and those that were set aside.
pub(super) struct PlanJournals(Vec<Snapshot>);

impl PlanJournals {
    pub(super) fn of(plan: &Plan) -> Result<Self, Failure> {
        let mut journals = Vec::new();
        for path in journals_beside(&interrupted::name(plan))? {
            let journal = Snapshot::read(&path)?;
            if journal.plan() == Some(plan.journal_id()) {
                if journal.is_in_use() {
                    return Err(Failure::usage(format!(
                        "{} is in use: the plan is being applied, and the inverse would lack what is still to come; wait \
                         for the end of that run",
                        printer::path(&path)
                    )));
                }
                if let Some(torn) = journal.torn_tail() {
                    note(&format!(
                        "note: {torn} by the next run. The inverse may lack its user, whose update may have been applied; \
                         --all takes back every change"
                    ));
                }
                plan.check_journal(&journal).map_err(|error| {
                    let error = with_causes(&error);
                    Failure::usage(format!("{error}; --all takes back the changes that are still in it"))
                })?;
                journals.push(journal);
            }
        }
        if journals.is_empty() {
            return Err(Failure::usage(format!(
                "{} has no journal beside it that tells of it, so nothing says what was applied (a rehearsal keeps no \
                 journal); --all takes back every change of it",
                printer::path(plan.path())
            )));
        }
        Ok(Self(journals))
    }

    /// Whether the change of a user was applied, or may have been.
    pub(super) fn have_applied(&self, planned: &PlannedUser) -> Result<bool, FileError> {
        let user = UserHash::of(&planned.user);
        for journal in &self.0 {
            let newest = journal.newest(&user)?;
            if newest.is_some_and(|it| matches!(it.outcome.state, State::Done | State::Unknown)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
