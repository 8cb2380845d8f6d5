//! Rows of a plan as they are handed out.

use crate::check::plan_row::PlanRowParts;
use crate::check::row::RowCheck;
use crate::column_role::ResultColumn;
use crate::columns::Column;
use crate::entry::{Original, original};
use crate::error::InputError;
use crate::layout::{Layout, found, nothing_changes};
use crate::options::{InputOptions, Purpose};
use crate::parsed_row::ParsedRow;
use crate::problem::Problem;
use crate::reading::{CheckedReading, Reading};
use crate::table::Table;
use crate::wanted::{KeyCells, WantedRow};

impl Table {
    /// The rows from the beginning, as those of a [plan](crate::Purpose::Plan).
    ///
    /// # Errors
    /// As for [`entries`](Self::entries).
    pub fn plan_entries(&mut self) -> Result<PlanEntries<'_>, InputError> {
        Ok(PlanEntries::new(self.reading()?))
    }
}

/// A row of a plan, checked by itself.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlanEntry {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What the input says, for results.
    pub original: Original,
    /// The cells that name the user, also where other cells are wrong: the user may be another row's, too.
    pub keys: KeyCells<'static>,
    /// What the row wants, or all that is wrong with it, at least one thing.
    pub wanted: Result<WantedRow, Vec<Problem>>,
    /// What is suspicious about it.
    pub warnings: Vec<Problem>,
    /// The text of `elements_result`, where the input is the results of an earlier run.
    pub result: Option<String>,
}

/// A row of a plan, of which it is asked alone who is meant and what is wrong.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlanCheck<'r> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The cells that name the user, also where other cells are wrong.
    pub keys: KeyCells<'r>,
    /// All that is wrong with the row.
    pub problems: Vec<Problem>,
    /// What is suspicious about it.
    pub warnings: Vec<Problem>,
}

/// Reads the rows of a table as those of a [plan](crate::Purpose::Plan) and hands each to `row`, before any user is looked
/// for.
///
/// # Errors
/// The input cannot be read to its end, or no row of it has a column that says what to change. What is wrong with a row
/// is no error of this kind.
pub fn check_plan(table: &mut Table, mut row: impl FnMut(PlanCheck<'_>)) -> Result<(), InputError> {
    let mut reading = table.reading()?;
    let mut check = RowCheck::judging(reading.options);
    let (mut is_empty, mut may_change) = (true, false);
    while let Some(parsed) = reading.next()? {
        is_empty = false;
        may_change = may_change || !parsed.faults.problems.is_empty() || parsed.has_value();
        let PlanRowParts { keys, problems, warnings, .. } = check.check_planned(&parsed);
        row(PlanCheck { line: parsed.line, keys, problems, warnings });
    }
    if is_empty || may_change { Ok(()) } else { Err(nothing_changes(&found(table.columns()))) }
}

/// A row of a plan that stands in no input.
#[derive(Debug)]
#[non_exhaustive]
pub struct CheckedPlanRow {
    /// The values that name the user, also where other values are wrong.
    pub keys: KeyCells<'static>,
    /// What the row wants, or all that is wrong with it, at least one thing.
    pub wanted: Result<WantedRow, Vec<Problem>>,
    /// What is suspicious about it.
    pub warnings: Vec<Problem>,
}

/// Checks the values of one row as those of a row of a [plan](crate::Purpose::Plan) are: for rows of a database or a form. A
/// column that is left out, and a blank value, keep what the service holds. The problems name line 1.
///
/// ```
/// use avepoint_elements::OfficeField;
/// use avepoint_elements_rows::{Column, InputOptions, check_plan_row};
///
/// let values = [(Column::Mail, "ada@fabrikam.example"), (Column::CountryRegion, "Deutschland")];
/// let row = check_plan_row(values, &InputOptions::default());
/// assert_eq!(row.keys.get(Column::Mail), "ada@fabrikam.example");
/// let office = row.wanted.expect("nothing is wrong").office;
/// assert_eq!(office.get(OfficeField::CountryRegion).value(), Some("Germany"));
/// assert_eq!(office.get(OfficeField::State).value(), None);
/// ```
pub fn check_plan_row<'v>(
    values: impl IntoIterator<Item = (Column, &'v str)>,
    options: &InputOptions,
) -> CheckedPlanRow {
    let options = options.clone().purpose(Purpose::Plan);
    let parsed = ParsedRow::of_texts(values);
    let PlanRowParts { keys, wanted, problems, warnings } =
        RowCheck::building(&options).check_planned(&parsed);
    let wanted = if problems.is_empty() { Ok(wanted) } else { Err(problems) };
    CheckedPlanRow { keys: keys.into_owned(), wanted, warnings }
}

/// The rows of a table as those of a plan. An error ends them.
#[derive(Debug)]
pub struct PlanEntries<'t> {
    rows: CheckedReading<'t>,
}

impl<'t> PlanEntries<'t> {
    pub(crate) fn new(reading: Reading<'t>) -> Self {
        Self { rows: CheckedReading::new(reading) }
    }

    fn entry(parsed: ParsedRow<'_>, check: &mut RowCheck<'_>, layout: &Layout) -> PlanEntry {
        let PlanRowParts { keys, wanted, problems, warnings } = check.check_planned(&parsed);
        let wanted = if problems.is_empty() { Ok(wanted) } else { Err(problems) };
        let keys = keys.into_owned();
        let result =
            parsed.earlier.as_deref().and_then(|earlier| earlier[ResultColumn::Result as usize].as_deref());
        let (line, result) = (parsed.line, result.map(str::to_owned));
        PlanEntry { line, original: original(parsed, layout), keys, wanted, warnings, result }
    }
}

impl Iterator for PlanEntries<'_> {
    type Item = Result<PlanEntry, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next(Self::entry)
    }
}
