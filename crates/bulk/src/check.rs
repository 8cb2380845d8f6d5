//! The whole of an input, checked before anything of it is sent.

mod country;
mod damaged_text;
mod duplicates;
mod known;
mod names;
mod postal;
mod row;
mod spreadsheet_errors;
mod spreadsheet_numbers;
mod suspicious_values;

pub use duplicates::Duplicates;
pub use names::Names;
pub(crate) use row::{RowCheck, Verdict};

use avepoint_elements::{OfficeInformation, UserKey};

use crate::Shard;
use crate::columns::Column;
use crate::input::{CLEAR, InputError, InputOptions, Problem, Raw, Table, is_in};
use duplicates::Users;

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The row cannot be sent.
    Error(Problem),
    /// The row can be sent, and somebody should look at it.
    Warning(Problem),
}

/// What the check of one update came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedUpdate {
    /// What is to be sent, with the service's own name of the country; or all that is wrong, at least one thing.
    pub office: Result<OfficeInformation, Vec<Problem>>,
    /// What is doubtful about it.
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
    let (raw, options) = (Raw::of_values(ids.into_iter().chain(values)), InputOptions::default());
    let mut check = RowCheck::building(&options);
    let Verdict { office, problems, warnings, .. } = check.check(&raw);
    let office = office.filter(|_| problems.is_empty()).ok_or(problems);
    CheckedUpdate { office, warnings }
}

/// What a check came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checked {
    /// How many rows there are; with a shard, in that shard.
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
    pub customers: Names,
    /// The tenants of the same rows.
    pub tenants: Names,
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
        if self.first.len() < MOST_LINES {
            self.first.push(line);
        }
    }
}

/// How many lines a list names.
const MOST_LINES: usize = 1000;

/// Reads a table to its end and hands each finding to `found`: those of single rows in their order, and then the
/// users that are there twice. With a shard, the rows of others are passed over.
///
/// Memory does not grow with the input but for 16 bytes a row (and 1 MiB), by which users are known again.
///
/// # Errors
/// The input cannot be read to its end. Findings are no errors of this kind.
pub fn check(
    table: &mut Table,
    shard: Option<Shard>,
    mut found: impl FnMut(Finding),
) -> Result<Checked, InputError> {
    let mut rows = table.rows()?;
    let mut row_check = RowCheck::judging(&rows.table.options);
    let mut tally = Tally::new();
    while let Some(raw) = rows.next()? {
        let verdict = row_check.check(&raw);
        if shard.is_none_or(|shard| {
            is_in(shard, verdict.user.as_ref().and_then(|user| row_check.key(user)).as_ref())
        }) {
            tally.add(&raw, verdict, &row_check, &mut found)?;
        }
    }
    let column = rows.table.name(Column::User).to_owned();
    Ok(tally.end(&column, rows.unknown_columns(), found))
}

/// What is counted while rows go by.
struct Tally {
    users: Users,
    rows: u64,
    invalid: u64,
    warnings: u64,
    without_city: LineList,
    customers: Names,
    tenants: Names,
}

impl Tally {
    fn new() -> Self {
        let (customers, tenants) = (Names::default(), Names::default());
        let without_city = LineList::default();
        Self { users: Users::new(), rows: 0, invalid: 0, warnings: 0, without_city, customers, tenants }
    }

    fn add(
        &mut self,
        raw: &Raw<'_>,
        verdict: Verdict<'_>,
        check: &RowCheck<'_>,
        found: &mut impl FnMut(Finding),
    ) -> Result<(), InputError> {
        let valid = verdict.problems.is_empty();
        self.rows += 1;
        self.invalid += u64::from(!valid);
        self.warnings += verdict.warnings.len() as u64;
        if let Some(ids) = verdict.user.as_ref().and_then(|user| check.ids(user)) {
            self.users.add(ids, raw.line, valid)?;
            if valid {
                self.count(ids);
                if check.leaves_out_city(raw) {
                    self.without_city.add(raw.line);
                }
            }
        }
        verdict.problems.into_iter().map(Finding::Error).for_each(&mut *found);
        verdict.warnings.into_iter().map(Finding::Warning).for_each(found);
        Ok(())
    }

    fn count(&mut self, [customer, tenant, _]: [&str; 3]) {
        self.customers.count(customer);
        self.tenants.count(tenant);
    }

    fn end(self, column: &str, unknown_columns: Vec<String>, found: impl FnMut(Finding)) -> Checked {
        let (duplicates, valid_by_themselves) = self.users.duplicates(column);
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
