//! The rows of a table that is planned, with what an earlier planning of them has read.

use std::fmt;
use std::iter::Peekable;

use avepoint_elements_rows::{InputError, Original, PlanEntries, PlanEntry, Table};
use self_cell::{MutBorrow, self_cell};

use super::{EarlierReading, Plan, PlanRow, PlanState, PlannedUser, PlannedUsers};

/// The rows of a table, as those of a plan.
///
/// They end where reading fails; [`into_table`](Self::into_table) then says why.
#[must_use]
pub struct PlanRows {
    entries: OwnedPlanEntries,
    earlier: Option<EarlierPlanning>,
    error: Option<InputError>,
}

self_cell! {
    /// A table that is being read.
    struct OwnedPlanEntries {
        owner: MutBorrow<Table>,
        #[covariant]
        dependent: PlanEntries,
    }
}

impl OwnedPlanEntries {
    fn of(table: Table) -> Result<Self, InputError> {
        Self::try_new(MutBorrow::new(table), |table| table.borrow_mut().plan_entries())
    }

    fn next(&mut self) -> Option<Result<PlanEntry, InputError>> {
        self.with_dependent_mut(|_, entries| entries.next())
    }
}

impl PlanRows {
    /// The rows of a table, from its beginning.
    ///
    /// # Errors
    /// The file was changed since it was opened, or reading fails.
    pub fn new(table: Table) -> Result<Self, InputError> {
        Ok(Self { entries: OwnedPlanEntries::of(table)?, earlier: None, error: None })
    }

    /// With what an earlier planning of the same rows has read, by the same rules.
    pub fn go_on_with(mut self, earlier: Option<EarlierPlanning>) -> Self {
        self.earlier = earlier;
        self
    }

    /// The table.
    ///
    /// # Errors
    /// Why the rows ended before the end of the input.
    pub fn into_table(self) -> Result<Table, InputError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.entries.into_owner().into_inner()),
        }
    }
}

impl fmt::Debug for PlanRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanRows").field("error", &self.error).finish_non_exhaustive()
    }
}

impl Iterator for PlanRows {
    type Item = PlanRow<Original>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next()?.map_err(|error| self.error = Some(error)).ok()?;
        let mut row = PlanRow::of(entry);
        row.earlier = self.earlier.as_mut().and_then(|earlier| earlier.reading(row.keys.line));
        Some(row)
    }
}

/// What a planning that ended early has read: changes are in its partial plan, equal rows in its partial results, both in
/// the order of the rows.
pub struct EarlierPlanning {
    changes: Option<Peekable<PlannedUsers>>,
    results: Option<OwnedPlanEntries>,
}

impl EarlierPlanning {
    /// What these files hold. Results that cannot be read hold nothing.
    pub fn new(plan: &Plan, results: Option<Table>) -> Self {
        Self { changes: Some(plan.users().peekable()), ..Self::of_results(results) }
    }

    /// What these results hold: equal rows alone.
    pub fn of_results(results: Option<Table>) -> Self {
        let results = results.and_then(|table| OwnedPlanEntries::of(table).ok());
        Self { changes: None, results }
    }

    /// What was read of the row that begins on a line; asked of every row in turn.
    fn reading(&mut self, line: u64) -> Option<EarlierReading> {
        // The results have a row for each of the input, as far as they go.
        let result = self.results.as_mut().and_then(|rows| rows.next()?.ok()?.result);
        let is_of_row =
            |planned: &Result<_, _>| planned.as_ref().is_ok_and(|it: &PlannedUser| it.line == line);
        match self.changes.as_mut().and_then(|changes| changes.next_if(is_of_row)) {
            Some(Ok(planned)) => Some(EarlierReading::Change(Box::new(planned))),
            _ => (result.as_deref() == Some(PlanState::Equal.name())).then_some(EarlierReading::Equal),
        }
    }
}

impl fmt::Debug for EarlierPlanning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EarlierPlanning").finish_non_exhaustive()
    }
}
