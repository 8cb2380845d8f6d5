//! What the input says of a row, before anything of it is checked.

use std::borrow::Cow;

use crate::column_role::{ColumnRole, ResultColumn};
use crate::columns::{Column, INPUT};
use crate::format::csv::{Cells, Record};
use crate::format::ndjson::{self, Member, NoObject, Object};
use crate::layout::Layout;
use crate::layout::record_faults::RecordFaults;
use crate::problem::{Advice, Problem, excerpt};
use crate::row_in_value;
use crate::text::{HOLDS_REPLACEMENT, trimmed, unwrapped};

/// The value of each column without white space around it, where the input has that column or member.
pub(crate) type Values<'r> = [Option<Cow<'r, str>>; Column::ALL.len()];

/// What the input calls the columns of values. They are seldom asked for.
#[derive(Debug)]
pub(crate) enum ColumnNames<'r> {
    /// Nothing else than this crate.
    Own,
    Header(&'r Layout),
    Members(Vec<(Column, Cow<'r, str>)>),
}

impl ColumnNames<'_> {
    /// The name of a column that has a value.
    pub(crate) fn of(&self, column: Column) -> &str {
        let name = match self {
            Self::Own => None,
            Self::Header(layout) => layout.name(column),
            Self::Members(names) => {
                names.iter().rev().find(|(named, _)| *named == column).map(|(_, name)| &**name)
            }
        };
        name.unwrap_or(column.name())
    }

    /// The cell of a sheet that a problem is about.
    pub(crate) fn sheet_cell(&self, problem: &Problem) -> Option<String> {
        match self {
            Self::Header(layout) => {
                Some(format!("{}{}", layout.sheet_letters(problem.column.as_ref()?)?, problem.line))
            }
            Self::Own | Self::Members(_) => None,
        }
    }
}

/// A row as the input has it.
#[derive(Debug)]
pub(crate) struct ParsedRow<'r> {
    pub(crate) line: u64,
    pub(crate) fields: Fields<'r>,
    pub(crate) names: ColumnNames<'r>,
    pub(crate) values: Values<'r>,
    /// Whether all values are known to [be plain](crate::text::is_plain).
    pub(crate) are_plain: bool,
    pub(crate) faults: RecordFaults,
    /// What an earlier run wrote of it. Few inputs are results.
    pub(crate) earlier: Option<Box<EarlierResult<'r>>>,
}

/// What an earlier run wrote of a row: the text of each [column](ResultColumn) that is read again.
pub(crate) type EarlierResult<'r> = [Option<Cow<'r, str>>; ResultColumn::COUNT];

fn earlier_result<'r>(layout: &Layout, cells: Cells<'r>) -> Option<Box<EarlierResult<'r>>> {
    let text = |place: Option<usize>| cells.get(place?).map(|text| Cow::Borrowed(trimmed(text)));
    layout.earlier[ResultColumn::Result as usize]?;
    Some(Box::new(layout.earlier.map(text)))
}

/// Everything that the input has of a row.
#[derive(Debug)]
pub(crate) enum Fields<'r> {
    Cells(Cells<'r>),
    Members(Vec<Member<'r>>),
    /// A line that is no object.
    Line(String),
}

impl<'r> ParsedRow<'r> {
    /// What a record says. A cell that the record is too short for has no value.
    #[inline]
    pub(crate) fn of_record(layout: &'r Layout, record: Record<'r>) -> Self {
        let cells = record.cells;
        let mut row = Self {
            line: record.line,
            fields: Fields::Cells(cells),
            names: ColumnNames::Header(layout),
            values: Values::default(),
            are_plain: cells.are_plain,
            faults: layout.inspect(&record),
            earlier: earlier_result(layout, cells),
        };
        for (value, place) in row.values.iter_mut().zip(&layout.shape.places) {
            let Some(cell) = place.and_then(|place| cells.get(place)) else { continue };
            *value = Some(unwrapped(trimmed(cell)));
        }
        row
    }

    /// Makes it no row, since it stands below a header that has other columns, on a line.
    pub(crate) fn stands_below(&mut self, line: u64) {
        let problem = Problem::of_row(self.line, Layout::below_other_header(line));
        self.faults = RecordFaults::of_no_row(None, problem);
    }

    /// What an object says, by the roles of its names. That a value holds another row is a mistake, or if several lines are
    /// allowed a warning.
    pub(crate) fn of(
        object: Object<'r>,
        allow_multiline: bool,
        mut role: impl FnMut(&str) -> ColumnRole,
    ) -> Self {
        let Object { line, members } = object;
        let mut row = Self::empty(line);
        let members = match members {
            Ok(members) => members,
            Err(NoObject { why, text }) => {
                row.faults.problems.push(Problem::of_row(line, why));
                row.fields = Fields::Line(text);
                return row;
            }
        };
        let mut own = Vec::with_capacity(members.len());
        for member in members {
            match role(&member.0) {
                ColumnRole::Result(None) => continue,
                ColumnRole::Result(Some(column)) => {
                    row.take_result(column, &member);
                    continue;
                }
                ColumnRole::Column(column) => {
                    row.take(column, &member);
                    row.check(&member);
                }
                ColumnRole::Input => row.refuse(&member),
                ColumnRole::Unknown => row.check(&member),
            }
            own.push(member);
        }
        row.fields = Fields::Members(own);
        row.find_other_row(allow_multiline);
        row
    }

    /// Notes a value that holds another row.
    fn find_other_row(&mut self, allow_multiline: bool) {
        let Some(column) = row_in_value::find(&self.values) else { return };
        let value = self.values[column as usize].as_deref().unwrap_or_default();
        let problem = |message| Problem::of_value(self.line, self.names.of(column), value, message);
        if allow_multiline {
            self.faults.warnings.push(problem(
                "looks as if it held another row; a quote (\") may have been missing or too much in the file that it comes from",
            ));
        } else {
            let problem = problem(
                "holds another row, as a quote (\") makes it that was missing or too much in the file that it comes from; \
                 correct the value, or allow values of several lines if this one is meant",
            );
            self.faults.problems.push(problem.advise(Advice::AllowMultiline));
        }
    }

    /// A row of its own, which stands in no input.
    pub(crate) fn of_values(values: impl IntoIterator<Item = (Column, Cow<'r, str>)>) -> Self {
        let mut row = Self::empty(1);
        for (column, text) in values {
            row.values[column as usize] = Some(text);
        }
        row
    }

    /// A row of its own, by texts that are read as cells are.
    pub(crate) fn of_texts(values: impl IntoIterator<Item = (Column, &'r str)>) -> Self {
        Self::of_values(values.into_iter().map(|(column, text)| (column, bare(text.into()))))
    }

    /// Whether the input has a cell or member for any value, whatever stands there.
    pub(crate) fn has_value(&self) -> bool {
        Column::ALL.into_iter().any(|column| column.is_value() && self.values[column as usize].is_some())
    }

    fn empty(line: u64) -> Self {
        let (fields, names, values) = (Fields::Members(Vec::new()), ColumnNames::Own, Values::default());
        Self { line, fields, names, values, are_plain: false, faults: RecordFaults::default(), earlier: None }
    }

    /// Takes what an earlier run said.
    fn take_result(&mut self, column: ResultColumn, (_, value): &Member<'r>) {
        let text = ndjson::text(value).ok().flatten().map(bare);
        self.earlier.get_or_insert_default()[column as usize] = text;
    }

    /// Says that the row is a line which was no object before.
    fn refuse(&mut self, (_, value): &Member<'r>) {
        let text = ndjson::text(value).unwrap_or_else(|_| Some(value.get().into()));
        self.faults.problems.extend(text.map(|text| {
            let message = format!(
                "{INPUT} holds a line that was no JSON object, \"{}\"; write that row as an object in the place of \
                 this one, without {INPUT}",
                excerpt(&text)
            );
            Problem::of_row(self.line, message)
        }));
    }

    /// Says so if a value was damaged before it came here, and nothing was said of it just now.
    fn check(&mut self, (name, value): &Member<'r>) {
        if !ndjson::is_replaced(value) {
            return;
        }
        let last = self.faults.problems.last().and_then(|problem| problem.column.as_deref());
        if last != Some(&*excerpt(name)) {
            self.faults.problems.push(Problem::of_value(self.line, name, value.get(), HOLDS_REPLACEMENT));
        }
    }

    fn take(&mut self, column: Column, (name, value): &Member<'r>) {
        let text = ndjson::text(value).unwrap_or_else(|message| {
            self.faults.problems.push(Problem::of_value(self.line, name, value.get(), message));
            Some(Cow::Borrowed(value.get()))
        });
        if self.values[column as usize].replace(bare(text.unwrap_or_default())).is_some() {
            let first = self.names.of(column);
            let first_name = excerpt(first);
            let message = if first == name {
                format!("the object has the key \"{first_name}\" twice; keep one of them")
            } else {
                format!("means {column}, as \"{first_name}\" does; keep one of the two")
            };
            self.faults.problems.push(Problem::of_value(self.line, name, "", message));
        }
        match &mut self.names {
            ColumnNames::Members(names) => names.push((column, name.clone())),
            names => *names = ColumnNames::Members(vec![(column, name.clone())]),
        }
    }
}

/// A text without white space or a formula around it.
fn bare(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => unwrapped(trimmed(text)),
        Cow::Owned(text) => Cow::Owned(unwrapped(trimmed(&text)).into_owned()),
    }
}
