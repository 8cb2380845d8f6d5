//! Which cell of a record is which value.

use std::fmt::Write;

use crate::broken_row::{self, BrokenRow};
use crate::column_role::{ColumnRole, ResultColumn};
use crate::columns::Column;
use crate::error::InputError;
use crate::format::csv::{Cells, Neighbour, Record};
use crate::format::dialect::Dialect;
use crate::format::quotes::QuoteFault;
use crate::options::InputOptions;
use crate::other_header::{JoinedLine, OtherHeader, name_of};
use crate::problem::{Advice, Problem, excerpt};
use crate::purpose::Purpose;
use crate::required_cells::RequiredCells;
use crate::row_shape::RowShape;
use crate::split_value::{self, SplitValue};
use crate::text::{MISSING, REPLACED, trimmed};
use crate::unclosed_quote::{self, UnclosedQuote};

/// Where a CSV file has what.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// The header without columns at the end that have no name.
    header: Vec<String>,
    /// How many cells the header has with these.
    width: usize,
    /// How many cells a row may have, where those behind the header are blank.
    pub(crate) longest: usize,
    delimiter: u8,
    /// Whether records are rows of a sheet, whose cells have names of their own.
    is_sheet: bool,
    /// The place of each column that is read.
    pub(crate) places: [Option<usize>; Column::ALL.len()],
    options: InputOptions,
    /// The cells that every row must have.
    required: RequiredCells,
    /// The place of the result of an earlier run.
    pub(crate) result: Option<usize>,
    /// The place of what proves that.
    pub(crate) proof: Option<usize>,
    /// The place of its time.
    pub(crate) time: Option<usize>,
    /// The places of the columns that are the input's own.
    pub(crate) own: Vec<usize>,
    /// The names of those that are carried through only.
    pub(crate) unknown: Vec<String>,
}

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
            return Err(InputError::malformed(format!("in the header, {}", quote_fault(fault))));
        }
        let mut layout = Self {
            header: names(&header.cells),
            width: header.cells.len(),
            longest: header.cells.len(),
            delimiter: dialect.delimiter,
            is_sheet: dialect.is_sheet,
            options: options.clone(),
            ..Self::default()
        };
        for place in 0..layout.header.len() {
            layout.add(place, options)?;
        }
        layout.check_mapped(options)?;
        layout.check_required(options)?;
        layout.required = RequiredCells::new(&layout.places, options);
        Ok(layout)
    }

    fn add(&mut self, place: usize, options: &InputOptions) -> Result<(), InputError> {
        let name = &self.header[place];
        match ColumnRole::of(name, options) {
            ColumnRole::Result(column) => {
                match column {
                    ResultColumn::Result => self.result = Some(place),
                    ResultColumn::Proof => self.proof = Some(place),
                    ResultColumn::Time => self.time = Some(place),
                    ResultColumn::Other => {}
                }
                return Ok(());
            }
            ColumnRole::Unknown | ColumnRole::Input if !name.is_empty() => self.unknown.push(name.clone()),
            ColumnRole::Unknown | ColumnRole::Input => {}
            ColumnRole::Column(column) => {
                if let Some(first) = self.places[column as usize].replace(place) {
                    return Err(twice(column, &self.header[first], name));
                }
            }
        }
        self.own.push(place);
        Ok(())
    }

    fn check_mapped(&self, options: &InputOptions) -> Result<(), InputError> {
        let missing = options.map.iter().find(|(column, _)| self.places[*column as usize].is_none());
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
        if Column::KEYS.iter().any(|key| self.places[*key as usize].is_some()) {
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
            let filled = self.places[*column as usize].is_some() || options.filling(*column).is_some();
            column.is_required() && !filled
        };
        let required: Vec<_> = Column::OF_UPDATE.into_iter().filter(is_missing).collect();
        let Some(first) = required.first() else { return Ok(()) };
        let is_left_out = |column: &Column| !column.is_required() && self.places[*column as usize].is_none();
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
        office.filter(|column| self.places[*column as usize].is_none()).collect()
    }

    /// The input's name of a column, where it has that column.
    pub(crate) fn name(&self, column: Column) -> Option<&str> {
        Some(&self.header[self.places[column as usize]?])
    }

    /// The letters that the sheet has for a column, by the name that messages have for it, where the input is a workbook.
    pub(crate) fn sheet_letters(&self, column: &str) -> Option<String> {
        let place = self.header.iter().position(|name| excerpt(name) == column).filter(|_| self.is_sheet)?;
        Some(letters(place))
    }

    /// What is wrong with a record as such, or suspicious.
    #[inline]
    pub(crate) fn inspect(&self, record: &Record<'_>) -> RecordFaults {
        if self.is_usual(record) {
            RecordFaults::default()
        } else if let Some((header, message)) = self.other_header(record) {
            let problems = vec![Problem::of_row(record.line, message)];
            RecordFaults { is_no_row: true, header: Some(header), problems, ..RecordFaults::default() }
        } else if let Some(problem) = self.why_no_row(record) {
            RecordFaults { is_no_row: true, problems: vec![problem], ..RecordFaults::default() }
        } else {
            let (mistake, mut warnings) = self.unclosed_quote(record);
            warnings.extend(self.shifted_cell(record));
            let problems = self.problems(record).into_iter().chain(mistake).collect();
            RecordFaults { problems, warnings, ..RecordFaults::default() }
        }
    }

    /// Whether nothing can be wrong with a record as such, or suspicious, as it is with most.
    fn is_usual(&self, record: &Record<'_>) -> bool {
        let cells = record.cells;
        cells.are_plain
            && record.quote_fault.is_none()
            && cells.len() <= self.header.len()
            && self.required.are_in(cells.len())
            && !cells.are_one()
            && !split_value::may_be_in(cells)
            && self.is_among_rows(record)
            && !Self::may_be_header(cells.text())
            && !self.may_repeat_header(cells)
    }

    /// The header that a record is, or that it ends with, and what to say of it.
    fn other_header(&self, record: &Record<'_>) -> Option<(OtherHeader, String)> {
        let cells = record.cells;
        let may_be_one = || Self::may_be_header(cells.text()) || self.may_repeat_header(cells);
        if let Some(header) =
            Some(()).filter(|()| may_be_one()).and_then(|()| self.header_row(cells.len(), |at| cells.get(at)))
        {
            return Some((header, other_header(header).to_owned()));
        }
        if cells.len() <= self.header.len() && record.quote_fault.is_none() {
            return None;
        }
        let joined = self.joined_line(cells.len(), |place| cells.get(place))?;
        Some((joined.header, joined_line(&joined)))
    }

    /// What to say of a row below a header whose columns differ, which stands on a line.
    pub(crate) fn below_other_header(line: u64) -> String {
        format!(
            "the row stands below the header of line {line}, whose columns are others than those of the first; split the file \
             in two at that line"
        )
    }

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    pub(crate) fn options(&self) -> &InputOptions {
        &self.options
    }

    /// Why a record is no row, if its cells cannot be told or are no values.
    fn why_no_row(&self, record: &Record<'_>) -> Option<Problem> {
        let message = match record.quote_fault {
            Some(fault) => quote_fault(fault),
            None if self.is_in_quotes(record.cells) && self.is_sheet => ROW_IN_A_CELL.to_owned(),
            None if self.is_in_quotes(record.cells) => LINE_IN_QUOTES.to_owned(),
            None => return self.split_value(record),
        };
        Some(Problem::of_row(record.line, message))
    }

    /// What is to be said of a value that the delimiter cuts in two, since its quotes are none of CSV.
    fn split_value(&self, record: &Record<'_>) -> Option<Problem> {
        let is_code = |place: usize| {
            let of = |column: &Column| self.places[*column as usize] == Some(place);
            Column::ALL.iter().filter(|column| !column.is_value()).any(of) || of(&Column::PostalCode)
        };
        // Sheets and results have cells that were split before, with quotes around them now.
        let are_exact = record.stray_quotes < 2 && !self.is_sheet && self.result.is_none();
        let SplitValue { open, close, quote, is_at_start } =
            split_value::find(record.cells, are_exact, is_code)?;
        let name = |place: usize| self.header.get(place).map_or("a column without a name", String::as_str);
        let end = excerpt(trimmed(record.cells.get(close).unwrap_or_default()));
        let advice = match quote {
            _ if self.is_sheet => "write it into one cell",
            '"' if is_at_start => "write the quote directly behind the delimiter, without a space before it",
            '"' => "put quotes around the whole value, and write those within it twice",
            _ => "put double quotes (\") around the whole value, which alone hold it together",
        };
        let message = format!(
            "opens a quote ({quote}) that \"{end}\" closes in {}: the delimiter within cut the value in two; {advice}",
            excerpt(name(close))
        );
        let value = trimmed(record.cells.get(open).unwrap_or_default());
        let cell = self.is_sheet.then(|| format!("{}{}", letters(open), record.line));
        Some(Problem { cell, ..Problem::of_value(record.line, name(open), value, message) })
    }

    /// What is suspicious about a row with more cells than the header has names, where as many are usual: a space behind one
    /// delimiter alone, as in a sentence.
    fn shifted_cell(&self, record: &Record<'_>) -> Option<Problem> {
        let cells = record.cells;
        if cells.len() <= self.header.len() || self.is_sheet {
            return None;
        }
        let begins_with_space = |place: &usize| {
            let is_filled = |place| cells.get(place).is_some_and(|cell| !trimmed(cell).is_empty());
            is_filled(*place)
                && cells.get(*place).is_some_and(|cell| cell.starts_with(' '))
                && is_filled(place - 1)
        };
        let mut found = (1..self.header.len()).filter(begins_with_space);
        let (place, None) = (found.next()?, found.next()) else { return None };
        let message = format!(
            "stands behind a space, and the row ends with a delimiter: if it belongs to {}, put quotes around that whole value",
            excerpt(&self.header[place - 1])
        );
        let value = trimmed(cells.get(place)?);
        Some(Problem::of_value(record.line, &self.header[place], value, message))
    }

    /// Whether no neighbour of a record has too few cells, or as many as the record lacks, and none ends with a blank one.
    fn is_among_rows(&self, record: &Record<'_>) -> bool {
        let cells = record.cells.len();
        let is_row = |beside: Neighbour<'_>| {
            self.required.are_in(beside.len())
                && beside.len() + cells != self.width + 1
                && !beside.ends_blank()
        };
        !record.as_neighbour().ends_blank()
            && record.previous.is_none_or(is_row)
            && record.next.is_none_or(is_row)
    }

    /// Whether a record with too few cells is another row all the same: in quotes, with another delimiter, or a header.
    fn is_of_its_own(&self, record: &Neighbour<'_>) -> bool {
        record.text().is_some_and(|text| self.row_shape().is_row(text))
            || self.header_row(record.len(), |place| record.get(place)).is_some()
    }

    /// Whether a record is a row whose quotes stand around the line, which makes one value of it.
    fn is_in_quotes(&self, cells: Cells<'_>) -> bool {
        let line = cells.get(0).filter(|_| cells.are_one());
        line.is_some_and(|line| {
            // One cell alone may be a row whose other cells are blank.
            line.contains(char::from(self.delimiter)) && self.row_shape().is_row_between(line, self.delimiter)
        })
    }

    /// Whether a record may repeat the header, judged by the one cell that tells most. No name of a column has a digit,
    /// and most ids have one.
    fn may_repeat_header(&self, cells: Cells<'_>) -> bool {
        let place = Column::KEYS.iter().find_map(|key| self.places[*key as usize]);
        let user = place.and_then(|place| cells.get(place));
        user.is_some_and(|user| !user.bytes().any(|byte| byte.is_ascii_digit()) && self.names_column(user))
    }

    /// Whether names of columns stand where ids do, and in another column.
    pub(crate) fn repeats_header<'r>(&self, cell: impl Fn(usize) -> Option<&'r str>) -> bool {
        let names = |column: &Column| {
            let place = self.places[*column as usize]?;
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
        self.header.iter().any(|header| header == name) && !name.is_empty()
            || matches!(ColumnRole::of(name, &self.options), ColumnRole::Column(_))
    }

    /// What is wrong with a record as such.
    fn problems(&self, record: &Record<'_>) -> Vec<Problem> {
        let (line, cells) = (record.line, record.cells);
        let damaged = cells.damaged.iter().map(|(place, byte)| {
            let name = self.header.get(*place).map_or("a column without a name", String::as_str);
            let value = cells.get(*place).unwrap_or_default();
            Problem::of_value(line, name, value, format!("byte {byte} {NOT_UTF8}"))
        });
        let replaced = self.replaced(record).map(|place| {
            let value = cells.get(place).unwrap_or_default();
            Problem::of_value(line, &self.header[place], value, REPLACED)
        });
        let first = self.surplus(cells).map(trimmed).find(|cell| !cell.is_empty());
        let too_long = match first {
            Some(cell) => Some(self.too_long(cells.len(), cell)),
            None => (cells.len() > self.longest).then(|| self.longer_than_others(cells.len())),
        };
        let too_long = too_long.map(|message| Problem::of_row(line, message));
        let too_short = self.required.problem(cells.len(), &self.header);
        let half =
            || broken_row::find(record, &self.row_shape(), |other| self.is_of_its_own(other)).map(cut_in_two);
        let too_short = too_short.or_else(half).map(|message| Problem::of_row(line, message));
        damaged.chain(replaced).chain(too_long).chain(too_short).collect()
    }

    /// What is to be said of a value that holds another row: a mistake or a warning.
    fn unclosed_quote(&self, record: &Record<'_>) -> (Option<Problem>, Vec<Problem>) {
        let Some(UnclosedQuote { place, line, is_row }) = unclosed_quote::find(record, &self.row_shape())
        else {
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

    fn row_shape(&self) -> RowShape<'_> {
        let Self { delimiter, width, places, required, .. } = self;
        RowShape { delimiter: *delimiter, columns: self.header.len(), width: *width, places, required }
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

    /// The cells of the input's own columns, as results have them.
    pub(crate) fn own_cells<'r>(&self, cells: Cells<'r>) -> impl Iterator<Item = &'r str> {
        let missing = self.required.missing(cells.len());
        let absent = |place| if missing.contains(place) { MISSING } else { "" };
        self.own.iter().map(move |place| cells.get(*place).unwrap_or(absent(place)))
    }

    /// The cells of a record that belong to no column, up to the last in which anything stands.
    pub(crate) fn surplus<'r>(&self, cells: Cells<'r>) -> impl Iterator<Item = &'r str> {
        let is_filled = |place: &usize| cells.get(*place).is_some_and(|cell| !trimmed(cell).is_empty());
        let end = (self.header.len()..cells.len()).rfind(is_filled).map_or(0, |last| last + 1);
        (self.header.len()..end).filter_map(move |place| cells.get(place))
    }

    fn too_long(&self, count: usize, cell: &str) -> String {
        format!(
            "the row has {count} cells and the header {}; \"{}\" belongs to no column. Put quotes around a value \
             that holds the delimiter{}",
            self.header.len(),
            excerpt(cell),
            if count + 1 == 2 * self.header.len() {
                ", or end the line between two rows that stand in it"
            } else {
                ""
            }
        )
    }

    fn longer_than_others(&self, count: usize) -> String {
        format!(
            "the row has {count} cells, and most others have no more than {}: a value may hold the delimiter and stand in two \
             cells. Put quotes around such a value, or delete the delimiters at the end of the row",
            self.longest
        )
    }
}

/// The letters that sheets have for a column, whose place is counted from 0.
pub(crate) fn letters(place: usize) -> String {
    let last = char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]);
    let before = if place < 26 { String::new() } else { letters(place / 26 - 1) };
    format!("{before}{last}")
}

/// What to say of a row that is a header.
fn other_header(header: OtherHeader) -> &'static str {
    match header {
        OtherHeader::Same => "the row repeats the header, as where two files were joined; delete the line",
        OtherHeader::Different => {
            "the row is a header with other columns than the first, or in another order, as where two files were joined; split \
             the file in two at this line. The rows below it are not sent"
        }
    }
}

/// What to say of a line that holds the end of a row and a header.
fn joined_line(joined: &JoinedLine<'_>) -> String {
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
fn quote_fault(QuoteFault { line, is_backslash }: QuoteFault) -> String {
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
fn cut_in_two(half: BrokenRow) -> String {
    let (line, part) = match half {
        BrokenRow::First { second } => (second, "end"),
        BrokenRow::Second { first } => (first, "beginning"),
    };
    format!(
        "line {line} is no row and looks like the {part} of this one, which a line break within a value cuts in two; write \
         the row as one, with quotes around a value of several lines"
    )
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
