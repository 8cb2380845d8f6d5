//! Which cell of a record is which value.

mod broken_row;
pub(crate) mod other_header;
pub(crate) mod record_faults;
mod required_cells;
pub(crate) mod row_shape;
mod split_value;
mod unclosed_quote;
pub(crate) mod usual_length;

use std::fmt::Write;

use crate::column_role::{ColumnRole, ResultColumn};
use crate::columns::Column;
use crate::error::InputError;
use crate::format::csv::{Cells, Record};
use crate::format::dialect::Dialect;
use crate::options::{InputOptions, Purpose};
use crate::problem::{Advice, excerpt};
use crate::text::{MISSING, has_digits, trimmed};
use record_faults::quote_fault_message;
use required_cells::RequiredCells;
use row_shape::RowShape;
use unclosed_quote::UnclosedQuote;

/// Where a CSV file has what.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// The header without columns at the end that have no name.
    header: Vec<String>,
    /// How many cells most rows have.
    pub(crate) usual: usize,
    /// Whether records are rows of a sheet, whose cells have names of their own.
    is_sheet: bool,
    pub(crate) shape: RowShape,
    options: InputOptions,
    /// Whether a name that a column is mapped from has a digit, as ids have.
    are_names_numbered: bool,
    /// The place of each [column](ResultColumn) that an earlier run added and that is read again.
    pub(crate) earlier: [Option<usize>; ResultColumn::COUNT],
    /// The places of the columns that are the input's own.
    pub(crate) own: Vec<usize>,
    /// The names of those that are carried through only.
    pub(crate) unknown: Vec<String>,
}

impl Layout {
    /// The layout that a header describes.
    pub(crate) fn new(
        header: &Record<'_>,
        dialect: Dialect,
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        if !header.cells.damaged.is_empty() {
            return Err(InputError::malformed(format!("the header {NOT_UTF8}")));
        }
        if let Some(fault) = header.quote_fault {
            return Err(InputError::malformed(format!("in the header, {}", quote_fault_message(fault))));
        }
        let (names, width) = (names(&header.cells), header.cells.len());
        let (delimiter, columns) = (dialect.delimiter, names.len());
        let mut layout = Self {
            header: names,
            usual: width,
            shape: RowShape { delimiter, columns, width, ..RowShape::default() },
            is_sheet: dialect.is_sheet,
            options: options.clone(),
            ..Self::default()
        };
        for place in 0..layout.header.len() {
            layout.add(place, options)?;
        }
        layout.shape.required = RequiredCells::new(&layout.shape.places, options);
        layout.check_quotes(header)?;
        layout.check_mapped(options)?;
        layout.check_required(options)?;
        layout.are_names_numbered = options.map.iter().any(|(_, name)| has_digits(name));
        Ok(layout)
    }

    /// Makes sure that no name holds a row, which has at least the cells of the header. In a sheet, no quote makes one of both.
    fn check_quotes(&self, header: &Record<'_>) -> Result<(), InputError> {
        let Some(UnclosedQuote { place, line, is_row: true }) = unclosed_quote::find(header, &self.shape)
        else {
            return Ok(());
        };
        let name = &self.header[place];
        let fewest = self.shape.columns.max(2) - 1;
        let is_row = |line| row_shape::delimiters(line, self.shape.delimiter) >= fewest;
        if self.is_sheet || !name.lines().skip(1).any(is_row) {
            return Ok(());
        }
        Err(InputError::malformed(format!(
            "in the header, the name that begins with \"{}\" holds the row of line {line}, as a quote (\") makes it that is \
             missing or too much there; correct the quotes",
            excerpt(name.lines().next().unwrap_or_default())
        )))
    }

    fn add(&mut self, place: usize, options: &InputOptions) -> Result<(), InputError> {
        let name = &self.header[place];
        match ColumnRole::of(name, options) {
            ColumnRole::Result(column) => {
                if let Some(column) = column {
                    self.earlier[column as usize] = Some(place);
                }
                return Ok(());
            }
            ColumnRole::Unknown | ColumnRole::Input if !name.is_empty() => self.unknown.push(name.clone()),
            ColumnRole::Unknown | ColumnRole::Input => {}
            ColumnRole::Column(column) => {
                if let Some(first) = self.shape.places[column as usize].replace(place) {
                    return Err(twice(column, &self.header[first], name));
                }
            }
        }
        self.own.push(place);
        Ok(())
    }

    fn check_mapped(&self, options: &InputOptions) -> Result<(), InputError> {
        let missing = options.map.iter().find(|(column, _)| self.shape.places[*column as usize].is_none());
        missing.map_or(Ok(()), |(column, name)| {
            Err(InputError::malformed(format!(
                "{column} is mapped to \"{}\", which the input does not have. It has {}",
                excerpt(name),
                found(&self.header)
            )))
        })
    }

    fn check_required(&self, options: &InputOptions) -> Result<(), InputError> {
        match options.purpose {
            Purpose::Update => self.check_complete(options),
            Purpose::Plan => self.check_plannable(),
        }
    }

    /// Makes sure that users are named by something.
    fn check_plannable(&self) -> Result<(), InputError> {
        if Column::KEYS.iter().any(|key| self.shape.places[*key as usize].is_some()) {
            return Ok(());
        }
        let message = format!(
            "the header has no column that names users: {}. It has {}. Name one so, in any usual spelling, or map one that \
             is called otherwise, as in mail=NAME",
            list(&Column::KEYS),
            found(&self.header)
        );
        let advice = Advice::MapColumns { required: Vec::new(), optional: Column::KEYS.to_vec() };
        Err(InputError::malformed(message).advise(advice))
    }

    fn check_complete(&self, options: &InputOptions) -> Result<(), InputError> {
        let is_missing = |column: &Column| {
            let filled = self.shape.places[*column as usize].is_some() || options.filling(*column).is_some();
            column.is_required() && !filled
        };
        let required: Vec<_> = Column::OF_UPDATE.into_iter().filter(is_missing).collect();
        let Some(first) = required.first() else { return Ok(()) };
        let is_left_out =
            |column: &Column| !column.is_required() && self.shape.places[*column as usize].is_none();
        let optional: Vec<_> = Column::OF_UPDATE.into_iter().filter(is_left_out).collect();
        let message = format!(
            "the header has no column for {}{}. It has {}. Name the columns so, in any usual spelling (zip, Postal \
             Code, Country or Region, …), or map the ones that are called otherwise, as in {first}=NAME; a customer \
             and a tenant can also be given for all rows",
            list(&required),
            without_optional(&optional),
            found(&self.header)
        );
        // Without ids and with an address or a number, it is a sheet for a plan.
        let advice = if required.contains(&Column::User) && self.header.iter().any(|name| names_user(name)) {
            Advice::Plan
        } else {
            Advice::MapColumns { required, optional }
        };
        Err(InputError::malformed(message).advise(advice))
    }

    /// The names of the columns that are the input's own.
    pub(crate) fn own_names(&self) -> Vec<String> {
        self.own.iter().map(|place| self.header[*place].clone()).collect()
    }

    /// The columns of the office information that every user has, and the input does not.
    pub(crate) fn absent(&self) -> Vec<Column> {
        let office = Column::ALL.into_iter().filter(|column| column.office().is_some());
        office.filter(|column| self.shape.places[*column as usize].is_none()).collect()
    }

    /// The input's name of a column, where it has that column.
    pub(crate) fn name(&self, column: Column) -> Option<&str> {
        Some(&self.header[self.shape.places[column as usize]?])
    }

    /// The letters that the sheet has for a column, by the name that messages have for it, where the input is a workbook.
    pub(crate) fn sheet_letters(&self, column: &str) -> Option<String> {
        let place = self.header.iter().position(|name| excerpt(name) == column).filter(|_| self.is_sheet)?;
        Some(letters(place))
    }

    /// The cells of the input's own columns, as results have them.
    pub(crate) fn own_cells<'r>(&self, cells: Cells<'r>) -> impl Iterator<Item = &'r str> {
        let missing = self.shape.required.missing(cells.len());
        let absent = |place| if missing.contains(place) { MISSING } else { "" };
        self.own.iter().map(move |place| cells.get(*place).unwrap_or(absent(place)))
    }

    /// The cells of a record that belong to no column, up to the last in which anything stands.
    pub(crate) fn surplus<'r>(&self, cells: Cells<'r>) -> impl Iterator<Item = &'r str> {
        let is_filled = |place: &usize| cells.get(*place).is_some_and(|cell| !trimmed(cell).is_empty());
        let end = (self.header.len()..cells.len()).rfind(is_filled).map_or(0, |last| last + 1);
        (self.header.len()..end).filter_map(move |place| cells.get(place))
    }
}

/// The letters that sheets have for a column, whose place is counted from 0.
pub(crate) fn letters(place: usize) -> String {
    let last = char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]);
    let before = if place < 26 { String::new() } else { letters(place / 26 - 1) };
    format!("{before}{last}")
}

/// Whether a column names users, and not by an id.
fn names_user(name: &str) -> bool {
    Column::of(name).is_some_and(|column| column != Column::User && Column::KEYS.contains(&column))
}

/// An input for a plan has no column that says what changes; `found` are those that it has.
pub(crate) fn nothing_changes(found: &str) -> InputError {
    let values: Vec<_> = Column::ALL.into_iter().filter(|column| column.is_value()).collect();
    let message = format!(
        "no column says what to change: {}. The input has {found}. Name one so, in any usual spelling, or map one that is \
         called otherwise, as in address=NAME",
        list(&values)
    );
    InputError::malformed(message).advise(Advice::MapColumns { required: Vec::new(), optional: values })
}

fn list(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
}

fn without_optional(columns: &[Column]) -> String {
    if columns.is_empty() {
        return String::new();
    }
    format!(", and none for {}, which may be left out but is then blanked for some users", list(columns))
}

/// The names of the columns of an input, as messages show them.
pub(crate) fn found(header: &[String]) -> String {
    let mut found = String::new();
    for (place, name) in header.iter().enumerate().take(MAX_SHOWN) {
        let comma = if place == 0 { "" } else { ", " };
        // Writing to a text cannot fail.
        let _ = write!(found, "{comma}\"{}\"", excerpt(name));
    }
    match header.len() {
        0 => found.push_str("no columns"),
        MAX_SHOWN.. => found.push_str(", …"),
        _ => {}
    }
    found
}

/// How many names a message shows.
const MAX_SHOWN: usize = 30;

/// What to do about bytes that are not text.
const NOT_UTF8: &str =
    "is not UTF-8 (or not UTF-16, if the file is); save the file again, in Excel as \"CSV UTF-8\"";

/// The names of a header up to the last that is not blank.
fn names(header: &Cells<'_>) -> Vec<String> {
    let mut names: Vec<_> = header.iter().map(|name| trimmed(name).to_owned()).collect();
    let last = names.iter().rposition(|name| !name.is_empty());
    names.truncate(last.map_or(0, |last| last + 1));
    names
}

fn twice(column: Column, first: &str, second: &str) -> InputError {
    let (first, second) = (excerpt(first), excerpt(second));
    InputError::malformed(format!(
        "the columns \"{first}\" and \"{second}\" both mean {column}; rename or drop one of them, or say which \
         counts with a mapping, as in {column}={first}"
    ))
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_have_the_letters_of_sheets() {
        let found = [0, 25, 26, 51, 52, 701, 702, 16_383].map(letters);
        assert_eq!(found, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }
}
