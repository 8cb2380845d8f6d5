//! A row that is to be planned.

use avepoint_elements_rows::{CheckedPlanRow, Original, PlanEntry, Problem, WantedRow};

use super::{PlannedUser, WantedOffice};
use crate::directory::RowKeysBuf;
use crate::items::reasons;

/// A row that is to be planned. Beside it goes whatever the caller wants to have back with the outcome.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlanRow<T> {
    /// What comes back.
    pub original: T,
    /// The cells that name the user.
    pub keys: RowKeysBuf,
    /// What the row wants, or what is wrong with it.
    pub wanted: Result<WantedRow, String>,
    /// What is suspicious about it, which its outcome says where it is planned; empty where nothing is.
    pub warnings: String,
    /// What an earlier planning of the same rows came to, by the same rules: then the user is not read again.
    pub earlier: Option<EarlierReading>,
}

/// What a planning that ended early came to for a row whose user it has read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "what a plan and its results hold of rows that are planned")]
pub enum EarlierReading {
    /// Nothing differs.
    Equal,
    /// This is planned.
    Change(Box<PlannedUser>),
}

impl<T> PlanRow<T> {
    /// A row of a cloud user.
    pub fn new(original: T, keys: RowKeysBuf, wanted: Result<WantedOffice, String>) -> Self {
        let wanted = wanted.map(WantedRow::from);
        Self { original, keys, wanted, warnings: String::new(), earlier: None }
    }

    /// A row that was [checked](avepoint_elements_rows::check_plan_row), by a number of the caller's own: messages and the
    /// plan name the row by it.
    pub fn checked(original: T, line: u64, row: CheckedPlanRow) -> Self {
        let CheckedPlanRow { keys, wanted, warnings, .. } = row;
        Self::of_parts(original, RowKeysBuf::of(line, keys), wanted, &warnings)
    }

    fn of_parts(
        original: T,
        keys: RowKeysBuf,
        wanted: Result<WantedRow, Vec<Problem>>,
        warnings: &[Problem],
    ) -> Self {
        let line = keys.line;
        let wanted = wanted.map_err(|problems| reasons(line, &problems));
        let warnings =
            if warnings.is_empty() || wanted.is_err() { String::new() } else { reasons(line, warnings) };
        Self { original, keys, wanted, warnings, earlier: None }
    }
}

impl PlanRow<Original> {
    /// A row of an input.
    pub fn of(entry: PlanEntry) -> Self {
        let PlanEntry { line, original, keys, wanted, warnings, .. } = entry;
        Self::of_parts(original, RowKeysBuf::of(line, keys), wanted, &warnings)
    }
}
