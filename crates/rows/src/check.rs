//! The whole of an input, checked before anything of it is sent.

mod country;
mod damaged_text;
mod duplicates;
mod embedded;
mod escapes;
mod id_cache;
mod id_counts;
mod placeholders;
pub(crate) mod plan_row;
mod postal;
pub(crate) mod row;
pub(crate) mod spreadsheet_errors;
mod spreadsheet_numbers;
mod suspicious_values;
mod wrong_encoding;

use std::borrow::Cow;

use avepoint_elements::{OfficeInformation, UserKey};

pub use duplicates::Duplicates;
pub use id_counts::IdCounts;

use crate::columns::Column;
use crate::entry::{Invalid, Row};
use crate::error::InputError;
use crate::options::InputOptions;
use crate::parsed_row::ParsedRow;
use crate::problem::Problem;
use crate::table::Table;
use crate::text::CLEAR;
use duplicates::Users;
use row::{RowCheck, RowParts};

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The row cannot be sent.
    Error(Problem),
    /// The row can be sent, and should be looked at.
    Warning(Problem),
}

/// What the check of one update came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedUpdate {
    /// What is to be sent, with the service's own name of the country; or all that is wrong, at least one thing.
    pub office: Result<OfficeInformation, Vec<Problem>>,
    /// What is suspicious about it.
    pub warnings: Vec<Problem>,
}

/// Checks one update as a row of an input is. The problems name line 1.
pub fn check_update(user: &UserKey, office: &OfficeInformation) -> CheckedUpdate {
    let ids = [
        (Column::Customer, user.customer.as_str()),
        (Column::Tenant, user.tenant.as_str()),
        (Column::User, user.user.as_str()),
    ];
    let values = Column::ALL.into_iter().filter_map(|column| {
        let value = office.get(column.office()?)?;
        Some((column, if value.is_empty() { CLEAR } else { value }))
    });
    let values = ids.into_iter().chain(values).map(|(column, text)| (column, Cow::Borrowed(text)));
    let (parsed, options) = (ParsedRow::of_values(values), InputOptions::default());
    let mut check = RowCheck::building(&options);
    let RowParts { office, problems, warnings, .. } = check.check(&parsed);
    let office = office.filter(|_| problems.is_empty()).ok_or(problems);
    CheckedUpdate { office, warnings }
}

/// What the check of one row came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedRow {
    /// The update, with the service's own name of the country; or why there is none.
    pub row: Result<Row, Invalid>,
    /// What is suspicious about it.
    pub warnings: Vec<Problem>,
}

/// Checks the values of one row as those of an input are: for rows of a database or a form. The problems name line 1.
///
/// Of the options, those matter that are about values. That a user comes twice is found by a run.
///
/// ```
/// use avepoint_elements_rows::{Column, InputOptions, check_row};
///
/// let values = [
///     (Column::Customer, "c1"),
///     (Column::Tenant, "t1"),
///     (Column::User, "u1"),
///     (Column::PostalCode, "01067"),
///     (Column::CountryRegion, "Deutschland"),
///     (Column::State, "Saxony"),
/// ];
/// let invalid = check_row(values, &InputOptions::default()).row.unwrap_err();
/// assert_eq!(invalid.problems[0].column.as_deref(), Some("address"));
///
/// let whole = values.into_iter().chain([(Column::Address, "Theaterplatz 2")]);
/// let row = check_row(whole, &InputOptions::default()).row?;
/// assert_eq!(row.office.country_region(), "Germany");
/// # Ok::<(), avepoint_elements_rows::Invalid>(())
/// ```
pub fn check_row<'v>(
    values: impl IntoIterator<Item = (Column, &'v str)>,
    options: &InputOptions,
) -> CheckedRow {
    let parsed = ParsedRow::of_texts(values);
    let mut check = RowCheck::building(options);
    let RowParts { user, office, problems, warnings } = check.check(&parsed);
    let user = user.and_then(|user| check.key(&user));
    CheckedRow { row: Row::of(user, office, problems), warnings }
}

/// What a check came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checked {
    /// How many rows there are, of those that were selected.
    pub rows: u64,
    /// How many can be sent.
    pub valid: u64,
    /// How many cannot, each counted once. A user twice makes all its rows invalid.
    pub invalid: u64,
    /// How many warnings there are.
    pub warnings: u64,
    /// The rows that are valid by themselves and leave out the city: the users' own may be blanked.
    pub without_city: LineList,
    /// The rows whose user is there twice.
    pub duplicates: Duplicates,
    /// The customers of the rows that are valid by themselves, whatever earlier runs did with these.
    pub customers: IdCounts,
    /// The tenants of the same rows.
    pub tenants: IdCounts,
    /// The columns that mean nothing here and are carried through; of NDJSON, the first 1000 of all objects.
    pub unknown_columns: Vec<String>,
}

impl Checked {
    /// Whether all rows can be sent.
    pub fn is_valid(&self) -> bool {
        self.invalid == 0
    }
}

/// Lines on which rows begin: how many there are, and the first 1000 of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineList {
    count: u64,
    first: Vec<u64>,
}

impl LineList {
    /// How many lines there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first 1000 of them, in their order.
    pub fn first(&self) -> &[u64] {
        &self.first
    }

    fn add(&mut self, line: u64) {
        self.count += 1;
        if self.first.len() < MAX_LINES {
            self.first.push(line);
        }
    }
}

/// How many lines a list names.
const MAX_LINES: usize = 1000;

/// Reads a table to its end and hands each finding to `found`: those of single rows in their order, and then the
/// users that are there twice.
///
/// Memory does not grow with the input but for 16 bytes a row (and 1 MiB), by which users are known again.
///
/// # Errors
/// The input cannot be read to its end. Findings are no errors of this kind.
pub fn check(table: &mut Table, found: impl FnMut(Finding)) -> Result<Checked, InputError> {
    check_rows(table, None, found)
}

/// As [`check`], of the rows alone whose user is selected; a row that names no user is asked for without one.
///
/// # Errors
/// As for [`check`].
pub fn check_selected(
    table: &mut Table,
    select: impl Fn(Option<&UserKey>) -> bool,
    found: impl FnMut(Finding),
) -> Result<Checked, InputError> {
    check_rows(table, Some(&select), found)
}

/// Whether the rows of a user, or those that name none, are checked.
type Selection<'s> = &'s dyn Fn(Option<&UserKey>) -> bool;

fn check_rows(
    table: &mut Table,
    select: Option<Selection<'_>>,
    mut found: impl FnMut(Finding),
) -> Result<Checked, InputError> {
    let (column, sheet_letters) = (table.name(Column::User).to_owned(), table.sheet_letters(Column::User));
    let mut reading = table.reading()?;
    let mut row_check = RowCheck::judging(reading.options);
    let mut totals = Totals::new();
    while let Some(parsed) = reading.next()? {
        let row = row_check.check(&parsed);
        let is_selected = select
            .is_none_or(|select| select(row.user.as_ref().and_then(|user| row_check.key(user)).as_ref()));
        if is_selected {
            totals.add(&parsed, row, &row_check, &mut found)?;
        }
    }
    Ok(totals.end(column, sheet_letters, reading.unknown_columns(), found))
}

/// What is counted while rows go by.
struct Totals {
    users: Users,
    rows: u64,
    invalid: u64,
    warnings: u64,
    without_city: LineList,
    customers: IdCounts,
    tenants: IdCounts,
}

impl Totals {
    fn new() -> Self {
        let (customers, tenants) = (IdCounts::default(), IdCounts::default());
        let without_city = LineList::default();
        Self { users: Users::new(), rows: 0, invalid: 0, warnings: 0, without_city, customers, tenants }
    }

    fn add(
        &mut self,
        parsed: &ParsedRow<'_>,
        row: RowParts<'_>,
        check: &RowCheck<'_>,
        found: &mut impl FnMut(Finding),
    ) -> Result<(), InputError> {
        let valid = row.problems.is_empty();
        self.rows += 1;
        self.invalid += u64::from(!valid);
        self.warnings += row.warnings.len() as u64;
        if let Some(ids) = row.user.as_ref().and_then(|user| check.ids(user)) {
            self.users.add(ids, parsed.line, valid)?;
            if valid {
                self.count(ids);
                if check.leaves_out_city(parsed) {
                    self.without_city.add(parsed.line);
                }
            }
        }
        row.problems.into_iter().map(Finding::Error).for_each(&mut *found);
        row.warnings.into_iter().map(Finding::Warning).for_each(found);
        Ok(())
    }

    fn count(&mut self, [customer, tenant, _]: [&str; 3]) {
        self.customers.count(customer);
        self.tenants.count(tenant);
    }

    fn end(
        self,
        column: String,
        sheet_letters: Option<String>,
        unknown_columns: Vec<String>,
        found: impl FnMut(Finding),
    ) -> Checked {
        let (duplicates, valid_by_themselves) = self.users.duplicates(column, sheet_letters);
        duplicates.problems().map(Finding::Error).for_each(found);
        let invalid = self.invalid + valid_by_themselves;
        Checked {
            rows: self.rows,
            valid: self.rows - invalid,
            invalid,
            warnings: self.warnings,
            without_city: self.without_city,
            duplicates,
            customers: self.customers,
            tenants: self.tenants,
            unknown_columns,
        }
    }
}
