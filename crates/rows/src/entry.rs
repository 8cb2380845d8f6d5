//! Rows as they are handed out.

use std::borrow::Cow;
use std::fmt;

use avepoint_elements::{OfficeInformation, UserKey};
use serde_json::value::{RawValue, to_raw_value};

use crate::check::row::{RowCheck, RowParts};
use crate::columns::INPUT;
use crate::error::InputError;
use crate::layout::Layout;
use crate::parsed_row::{Fields, ParsedRow};
use crate::problem::Problem;
use crate::reading::{CheckedReading, Reading};

/// One update: a user, and the office information that the user is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// Whose.
    pub user: UserKey,
    /// What.
    pub office: OfficeInformation,
}

impl Row {
    /// The update of a user.
    pub fn new(user: UserKey, office: OfficeInformation) -> Self {
        Self { user, office }
    }

    /// The update, where a check found nothing wrong.
    pub(crate) fn of(
        user: Option<UserKey>,
        office: Option<OfficeInformation>,
        problems: Vec<Problem>,
    ) -> Result<Self, Invalid> {
        match (user, office) {
            (Some(user), Some(office)) if problems.is_empty() => Ok(Self::new(user, office)),
            (user, _) => Err(Invalid { user, problems }),
        }
    }
}

/// A row of the input, checked by itself.
///
/// That a user is in an input twice is known after [`check`](fn@crate::check) alone.
#[derive(Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What the input says, for results.
    pub original: Original,
    /// The update, or why there is none.
    pub row: Result<Row, Invalid>,
    /// What is suspicious about it.
    pub warnings: Vec<Problem>,
    /// The text of `elements_result`, where the input is the results of an earlier run.
    pub result: Option<String>,
    /// The text of `elements_proof`, by which such a result is known to be of this row.
    pub proof: Option<String>,
    /// The text of `elements_time`: when it was done.
    pub time: Option<String>,
}

impl Entry {
    /// The user, where the row names one.
    pub fn user(&self) -> Option<&UserKey> {
        match &self.row {
            Ok(row) => Some(&row.user),
            Err(invalid) => invalid.user.as_ref(),
        }
    }
}

/// Why a row cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invalid {
    /// The user, where the row names one.
    pub user: Option<UserKey>,
    /// All that is wrong with the row, at least one thing.
    pub problems: Vec<Problem>,
}

/// All that is wrong, on one line.
impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems: Vec<_> = self.problems.iter().map(Problem::within_row).collect();
        f.write_str(&problems.join("; "))
    }
}

impl std::error::Error for Invalid {}

/// What the input says of a row, without what a results file adds.
///
/// Bytes that are not text stand here as replacement characters; the row is then invalid and says so.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Original {
    /// The cells of a CSV file, as many as the table has [columns](crate::Table::columns); behind them those that
    /// belong to no column, of which a valid row has none. Where a row ends before a cell that it needs, there is
    /// `#MISSING` in its place, which keeps the row invalid.
    Cells(Cells),
    /// The members of an object in their order, each value as it was written. Of a line that is no object, its text
    /// as the member `elements_input`, cut after 16 KiB.
    Members(Vec<(String, Box<RawValue>)>),
}

/// The cells of a row, in the order of a table's columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    /// The cells. White space around a value is still there.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end])
    }

    fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }
}

impl<S: AsRef<str>> FromIterator<S> for Cells {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Self {
        let mut all = Self::default();
        cells.into_iter().for_each(|cell| all.push(cell.as_ref()));
        all
    }
}

/// The rows of a table. An error ends them.
#[derive(Debug)]
pub struct Entries<'t> {
    rows: CheckedReading<'t>,
}

impl<'t> Entries<'t> {
    pub(crate) fn new(reading: Reading<'t>) -> Self {
        Self { rows: CheckedReading::new(reading) }
    }

    fn entry(parsed: ParsedRow<'_>, check: &mut RowCheck<'_>, layout: &Layout) -> Entry {
        let RowParts { user, office, problems, warnings } = check.check(&parsed);
        let user = user.and_then(|user| check.key(&user));
        let row = Row::of(user, office, problems);
        let text = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
        let earlier = parsed.earlier.as_deref().map(|texts| texts.each_ref().map(text));
        // In the order of `ResultColumn`.
        let [result, proof, time] = earlier.unwrap_or_default();
        let line = parsed.line;
        Entry { line, original: original(parsed, layout), row, warnings, result, proof, time }
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next(Self::entry)
    }
}

pub(crate) fn original(row: ParsedRow<'_>, layout: &Layout) -> Original {
    match row.fields {
        Fields::Cells(from) => {
            let (text, ends) = (String::with_capacity(from.bytes()), Vec::with_capacity(from.len()));
            let mut cells = Cells { text, ends };
            layout.own_cells(from).chain(layout.surplus(from)).for_each(|cell| cells.push(cell));
            Original::Cells(cells)
        }
        Fields::Members(members) => Original::Members(
            members.into_iter().map(|(name, value)| (name.into_owned(), value.to_owned())).collect(),
        ),
        // A text is JSON in any case.
        Fields::Line(text) => {
            Original::Members(to_raw_value(&text).map(|text| (INPUT.to_owned(), text)).into_iter().collect())
        }
    }
}
