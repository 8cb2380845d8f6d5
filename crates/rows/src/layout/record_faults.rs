//! What is wrong with a record, whatever its values are.

use super::broken_row::{self, BrokenRow};
use super::other_header::{JoinedLine, OtherHeader, name_of};
use super::split_value::{self, SplitValue};
use super::unclosed_quote::{self, UnclosedQuote};
use super::{Layout, NOT_UTF8, letters, row_shape};
use crate::column_role::ResultColumn;
use crate::columns::Column;
use crate::format::csv::{Cells, Neighbour, Record};
use crate::format::quotes::QuoteFault;
use crate::problem::{Advice, Problem, excerpt};
use crate::text::{HOLDS_REPLACEMENT, has_digits, trimmed};

/// What is to be said of a record, whatever its values are.
#[derive(Debug, Default)]
pub(crate) struct RecordFaults {
    /// Whether it is no row, for a reason that is its one problem: then its values mean nothing.
    pub(crate) is_no_row: bool,
    /// The header that it is, or that it ends with.
    pub(crate) header: Option<OtherHeader>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

impl RecordFaults {
    /// That it is no row: what it is instead, if it is a header, and what to say of it.
    pub(crate) fn of_no_row(header: Option<OtherHeader>, problem: Problem) -> Self {
        Self { is_no_row: true, header, problems: vec![problem], warnings: Vec::new() }
    }
}

impl Layout {
    /// What is wrong with a record as such, or suspicious.
    #[inline]
    pub(crate) fn inspect(&self, record: &Record<'_>) -> RecordFaults {
        if self.is_usual(record) {
            RecordFaults::default()
        } else if let Some((header, message)) = self.other_header(record) {
            RecordFaults::of_no_row(Some(header), Problem::of_row(record.line, message))
        } else if let Some(problem) = self.why_no_row(record) {
            RecordFaults::of_no_row(None, problem)
        } else {
            let (mistake, mut warnings) = self.unclosed_quote(record);
            warnings.extend(self.shifted_cell(record));
            warnings.extend(self.merged_cells(record));
            let problems = self.problems(record).into_iter().chain(mistake).collect();
            RecordFaults { problems, warnings, ..RecordFaults::default() }
        }
    }

    /// Whether nothing can be wrong with a record as such, or suspicious, as it is with most.
    fn is_usual(&self, record: &Record<'_>) -> bool {
        let cells = record.cells;
        cells.are_plain
            && record.quote_fault.is_none()
            && (self.usual..=self.header.len()).contains(&cells.len())
            && self.shape.required.are_in(cells.len())
            && !cells.are_one()
            && self.is_among_rows(record)
            && !Self::may_be_header(cells.text())
            && !self.may_repeat_header(cells)
    }

    /// The header that a record is, or that it ends with, and what to say of it.
    fn other_header(&self, record: &Record<'_>) -> Option<(OtherHeader, String)> {
        let cells = record.cells;
        let may_be_one = Self::may_be_header(cells.text()) || self.may_repeat_header(cells);
        if may_be_one && let Some(header) = self.header_row(cells.len(), |place| cells.get(place)) {
            return Some((header, other_header_message(header).to_owned()));
        }
        if cells.len() <= self.header.len() && record.quote_fault.is_none() {
            return None;
        }
        let joined = self.joined_line(cells.len(), |place| cells.get(place))?;
        Some((joined.header, joined_line_message(&joined)))
    }

    /// What to say of a row below a header whose columns differ, which stands on a line.
    pub(crate) fn below_other_header(line: u64) -> String {
        format!(
            "the row stands below the header of line {line}, whose columns are others than those of the first; split the file \
             in two at that line"
        )
    }

    /// Why a record is no row, if its cells cannot be told or are no values.
    fn why_no_row(&self, record: &Record<'_>) -> Option<Problem> {
        let message = match record.quote_fault {
            Some(fault) => quote_fault_message(fault),
            None if self.is_in_quotes(record.cells) && self.is_sheet => ROW_IN_A_CELL.to_owned(),
            None if self.is_in_quotes(record.cells) => LINE_IN_QUOTES.to_owned(),
            None => return self.split_value(record),
        };
        Some(Problem::of_row(record.line, message))
    }

    /// What is to be said of a value that the delimiter cuts in two, since its quotes are none of CSV.
    fn split_value(&self, record: &Record<'_>) -> Option<Problem> {
        let is_code = |place: usize| {
            let of = |column: &Column| self.shape.places[*column as usize] == Some(place);
            Column::ALL.iter().filter(|column| !column.is_value()).any(of) || of(&Column::PostalCode)
        };
        // Sheets and results have cells that were split before, with quotes around them now.
        let are_exact = record.stray_quotes < 2
            && !self.is_sheet
            && self.earlier[ResultColumn::Result as usize].is_none();
        let SplitValue { open, close, quote, is_at_start } =
            split_value::find(record.cells, are_exact, is_code)?;
        let end = excerpt(trimmed(record.cells.get(close).unwrap_or_default()));
        let advice = match quote {
            _ if self.is_sheet => "write it into one cell",
            '"' if is_at_start => "write the quote directly behind the delimiter, without a space before it",
            '"' => "put quotes around the whole value, and write those within it twice",
            _ => "put double quotes (\") around the whole value, which alone hold it together",
        };
        let message = format!(
            "opens a quote ({quote}) that \"{end}\" closes in {}: the delimiter within cut the value in two; {advice}",
            excerpt(self.name_at(close))
        );
        let value = trimmed(record.cells.get(open).unwrap_or_default());
        let cell = self.is_sheet.then(|| format!("{}{}", letters(open), record.line));
        Some(Problem { cell, ..Problem::of_value(record.line, self.name_at(open), value, message) })
    }

    /// What messages call the column at a place.
    fn name_at(&self, place: usize) -> &str {
        self.header.get(place).map_or("a column without a name", String::as_str)
    }

    /// How many cells a row may have, where those behind the header are blank.
    fn most_cells(&self) -> usize {
        self.usual.max(self.shape.width)
    }

    /// Whether a row has more cells than most others, of which those behind the header are blank. Spreadsheets add such
    /// cells to some rows that follow each other, and joined files do; a value that is split stands alone, or behind a space.
    fn is_longer_than_others(&self, record: &Record<'_>) -> bool {
        let count = record.cells.len();
        let is_as_long = |beside: Neighbour<'_>| beside.len() == count;
        let is_one_of_several =
            record.previous.is_some_and(is_as_long) || record.next.is_some_and(is_as_long);
        count > self.most_cells() && !(is_one_of_several && self.cell_behind_space(record).is_none())
    }

    /// What is suspicious about a row with more cells than the header has names, where as many are usual: a space behind one
    /// delimiter alone, as in a sentence.
    fn shifted_cell(&self, record: &Record<'_>) -> Option<Problem> {
        let cells = record.cells;
        if cells.len() <= self.header.len() || self.is_sheet {
            return None;
        }
        let place = self.cell_behind_space(record)?;
        let message = format!(
            "stands behind a space, and the row ends with a delimiter: if it belongs to {}, put quotes around that whole value",
            excerpt(&self.header[place - 1])
        );
        let value = trimmed(cells.get(place)?);
        Some(Problem::of_value(record.line, &self.header[place], value, message))
    }

    /// What is suspicious about a row with fewer cells than most others: a value that holds as many delimiters, as where a quote
    /// made one value of several. Ids behind it would be none.
    fn merged_cells(&self, record: &Record<'_>) -> Option<Problem> {
        let (cells, count) = (record.cells, record.cells.len());
        let missing = self.usual.checked_sub(count).filter(|missing| *missing > 0)?;
        if self.is_sheet || count >= self.header.len() {
            return None;
        }
        let is_merged = |cell: &str| row_shape::delimiters(cell, self.shape.delimiter) == missing;
        let place = (0..count - 1).find(|place| cells.get(*place).is_some_and(is_merged))?;
        if self.shape.has_id_behind(place) {
            return None;
        }
        let (delimiters, unit) = if missing == 1 { ("a delimiter", "cell") } else { ("delimiters", "cells") };
        let message = format!(
            "holds {delimiters}, and the row has {missing} {unit} fewer than most others: if a quote (\") too much made one value \
             of several, those behind it stand in the wrong columns"
        );
        Some(Problem::of_value(record.line, self.name_at(place), cells.get(place)?, message))
    }

    /// The place of the one cell that stands behind a space, if only one does.
    fn cell_behind_space(&self, record: &Record<'_>) -> Option<usize> {
        let cells = record.cells;
        let begins_with_space = |place: &usize| {
            let is_filled = |place| cells.get(place).is_some_and(|cell| !trimmed(cell).is_empty());
            is_filled(*place)
                && cells.get(*place).is_some_and(|cell| cell.starts_with(' '))
                && is_filled(place - 1)
        };
        let mut found = (1..self.header.len()).filter(begins_with_space);
        found.next().filter(|_| found.next().is_none())
    }

    /// Whether no neighbour of a record has too few cells, or about as many as the record lacks, and none ends with a blank one.
    fn is_among_rows(&self, record: &Record<'_>) -> bool {
        let cells = record.cells.len();
        let is_row = |beside: Neighbour<'_>| {
            self.shape.required.are_in(beside.len())
                && !broken_row::may_be_one(beside.len(), cells, &self.shape)
                && !beside.ends_blank()
        };
        !record.as_neighbour().ends_blank()
            && record.previous.is_none_or(is_row)
            && record.next.is_none_or(is_row)
    }

    /// Whether a record with too few cells is another row all the same: in quotes, with another delimiter, or a header.
    fn is_of_its_own(&self, record: &Neighbour<'_>) -> bool {
        record.text().is_some_and(|text| self.shape.is_row(text))
            || self.header_row(record.len(), |place| record.get(place)).is_some()
    }

    /// Whether a record is a row whose quotes stand around the line, which makes one value of it.
    fn is_in_quotes(&self, cells: Cells<'_>) -> bool {
        let (line, delimiter) = (cells.get(0).filter(|_| cells.are_one()), self.shape.delimiter);
        line.is_some_and(|line| {
            // One cell alone may be a row whose other cells are blank.
            line.contains(char::from(delimiter)) && self.shape.is_row_between(line, delimiter)
        })
    }

    /// Whether a record may repeat the header, judged by the one cell that tells most. No usual name of a column has a digit,
    /// and most ids have one.
    fn may_repeat_header(&self, cells: Cells<'_>) -> bool {
        let place = Column::KEYS.iter().find_map(|key| self.shape.places[*key as usize]);
        let user = place.and_then(|place| cells.get(place));
        user.is_some_and(|user| (self.are_names_numbered || !has_digits(user)) && self.names_column(user))
    }

    /// Whether names of columns stand where ids do, and in another column.
    pub(crate) fn repeats_header<'r>(&self, cell: impl Fn(usize) -> Option<&'r str>) -> bool {
        let names = |column: &Column| {
            let place = self.shape.places[*column as usize]?;
            Some(cell(place).is_some_and(|cell| self.names_column(cell)))
        };
        let (others, ids): (Vec<_>, Vec<_>) = Column::ALL.iter().partition(|column| column.is_value());
        let mut ids = ids.into_iter().filter_map(names);
        ids.next() == Some(true)
            && ids.all(|is_name| is_name)
            && others.into_iter().filter_map(names).any(|is_name| is_name)
    }

    pub(crate) fn names_column(&self, cell: &str) -> bool {
        let name = name_of(cell);
        self.header.iter().any(|header| header == name) && !name.is_empty() || self.column_of(name).is_some()
    }

    /// What is wrong with a record as such.
    fn problems(&self, record: &Record<'_>) -> Vec<Problem> {
        let (line, cells) = (record.line, record.cells);
        let damaged = cells.damaged.iter().map(|(place, byte)| {
            let value = cells.get(*place).unwrap_or_default();
            Problem::of_value(line, self.name_at(*place), value, format!("byte {byte} {NOT_UTF8}"))
        });
        let replaced = self.replaced(record).map(|place| {
            let value = cells.get(place).unwrap_or_default();
            Problem::of_value(line, &self.header[place], value, HOLDS_REPLACEMENT)
        });
        let first = self.surplus(cells).map(trimmed).find(|cell| !cell.is_empty());
        let too_long = match first {
            Some(cell) => Some(self.too_long(cells.len(), cell)),
            None => self.is_longer_than_others(record).then(|| self.longer_than_others(cells.len())),
        };
        let too_long = too_long.map(|message| Problem::of_row(line, message));
        let too_short = self.shape.required.problem(cells.len(), &self.header);
        let half = || {
            broken_row::find(record, &self.shape, |other| self.is_of_its_own(other)).map(cut_in_two_message)
        };
        let too_short = too_short.or_else(half).map(|message| Problem::of_row(line, message));
        damaged.chain(replaced).chain(too_long).chain(too_short).collect()
    }

    /// What is to be said of a value that holds another row: a mistake or a warning.
    fn unclosed_quote(&self, record: &Record<'_>) -> (Option<Problem>, Vec<Problem>) {
        let Some(UnclosedQuote { place, line, is_row }) = unclosed_quote::find(record, &self.shape) else {
            return Default::default();
        };
        let value = record.cells.get(place).unwrap_or_default();
        let problem = |message| Problem::of_value(record.line, &self.header[place], value, message);
        let (row, from) = if self.is_sheet {
            ("another row".to_owned(), String::new())
        } else {
            (format!("the row of line {line}"), format!(" from line {line} on"))
        };
        if is_row && !self.options.allow_multiline {
            let message = format!(
                "holds {row}, as a quote (\") makes it that is missing or too much there or before; correct the quotes, or \
                 allow values of several lines if this one is meant"
            );
            (Some(problem(message).advise(Advice::AllowMultiline)), Vec::new())
        } else {
            let message = format!(
                "looks as if it held another row{from}; a quote (\") may be missing or too much there or before"
            );
            (None, vec![problem(message)])
        }
    }

    /// The places of the input's own cells that hold the character for bytes which another program could not read.
    fn replaced(&self, record: &Record<'_>) -> impl Iterator<Item = usize> {
        let Record { cells, .. } = *record;
        // Nearly every record holds none, which is known quicker of the whole.
        let places = if cells.holds(char::REPLACEMENT_CHARACTER) { &*self.own } else { &[] };
        places.iter().copied().filter(move |place| {
            let is_damaged = cells.damaged.binary_search_by_key(place, |(damaged, _)| *damaged).is_ok();
            !is_damaged && cells.get(*place).is_some_and(|cell| cell.contains(char::REPLACEMENT_CHARACTER))
        })
    }

    fn too_long(&self, count: usize, cell: &str) -> String {
        let advice = if self.is_sheet {
            "Delete the cell, or name its column in the header"
        } else if count + 1 == 2 * self.header.len() {
            "Put quotes around a value that holds the delimiter, or end the line between two rows that stand in it"
        } else {
            "Put quotes around a value that holds the delimiter"
        };
        let (columns, cell) = (self.header.len(), excerpt(cell));
        format!(
            "the row has {count} cells and the header {columns}; \"{cell}\" belongs to no column. {advice}"
        )
    }

    fn longer_than_others(&self, count: usize) -> String {
        format!(
            "the row has {count} cells, and most others have no more than {}: a value may hold the delimiter and stand in two \
             cells. Put quotes around such a value, or delete the delimiters at the end of the row",
            self.most_cells()
        )
    }
}

/// What to say of a row that is a header.
fn other_header_message(header: OtherHeader) -> &'static str {
    match header {
        OtherHeader::Same => "the row repeats the header, as where two files were joined; delete the line",
        OtherHeader::Different => {
            "the row is a header with other columns than the first, or in another order, as where two files were joined; split \
             the file in two at this line. The rows below it are not sent"
        }
    }
}

/// What to say of a line that holds the end of a row and a header.
fn joined_line_message(joined: &JoinedLine<'_>) -> String {
    let name = excerpt(joined.name);
    let advice = match joined.header {
        OtherHeader::Same => format!("end the line before \"{name}\", and delete the header"),
        OtherHeader::Different => format!(
            "the columns of that header are others than the first's: split the file in two before \"{name}\". The rows below \
             are not sent"
        ),
    };
    format!(
        "two files were joined within this line, as the first does not end with a line end: \"{}\" holds the end of a row and \
         the beginning of a header; {advice}",
        excerpt(joined.cell)
    )
}

/// What to say of a line that is one quoted value.
const LINE_IN_QUOTES: &str = "the line stands in quotes, which makes one value of the row; remove the quotes around it, and \
                              write those within it once";

/// What to say of a row of a sheet that is one cell.
const ROW_IN_A_CELL: &str = "the whole row stands in one cell; split the text into columns at its delimiter";

/// What to say of a record whose quotes do not fit together.
pub(super) fn quote_fault_message(QuoteFault { line, is_backslash }: QuoteFault) -> String {
    let fault = if is_backslash {
        "closes at \\\", since no backslash escapes a quote in CSV"
    } else {
        "closes before the end of its value"
    };
    format!(
        "the quote (\") that opens on line {line} {fault}, and text follows it; write every quote within a value twice, \
         and close the value where it ends"
    )
}

/// What to say of a half of a row.
fn cut_in_two_message(half: BrokenRow) -> String {
    let (line, part) = match half {
        BrokenRow::First { second } => (second, "end"),
        BrokenRow::Second { first } => (first, "beginning"),
    };
    format!(
        "line {line} is no row and looks like the {part} of this one, which a line break within a value cuts in two; write \
         the row as one, with quotes around a value of several lines"
    )
}
