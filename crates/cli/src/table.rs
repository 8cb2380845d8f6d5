//! Rows of the same columns, in each format: aligned lines, one JSON object, a JSON object a line, or CSV.

use std::io;

use avepoint_elements_bulk::spreadsheet_safe;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::printer::{BUFFERED, OutputFormat, Printer, one_line};

/// What people see of a cell that is not there.
const ABSENT: &str = "-";

/// A column: its name in JSON and CSV, and its heading for people; one without a heading is left out for them.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) heading: Option<&'static str>,
}

/// Writes rows: those of JSON and of text when the table ends, others as they come.
pub(crate) struct Table<const N: usize> {
    printer: Printer,
    columns: &'static [Column; N],
    /// What waits to be written.
    text: String,
    rows: Vec<[String; N]>,
    objects: Vec<Value>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(printer: Printer, columns: &'static [Column; N]) -> Self {
        let mut table = Self { printer, columns, text: String::new(), rows: Vec::new(), objects: Vec::new() };
        if printer.format() == OutputFormat::Csv {
            table.push_csv(&columns.each_ref().map(|column| column.name));
        }
        table
    }

    /// Adds a row; a cell that is not there is empty in CSV and left out in JSON.
    pub(crate) fn row(&mut self, cells: [Option<&str>; N]) -> io::Result<()> {
        match self.printer.format() {
            OutputFormat::Text => {
                self.rows.push(cells.map(|cell| one_line(cell.unwrap_or(ABSENT)).into_owned()));
            }
            OutputFormat::Json => self.objects.push(self.object(cells)),
            OutputFormat::Ndjson => {
                let line = crate::printer::json_text(&self.object(cells));
                self.text += &line;
                self.text.push('\n');
            }
            OutputFormat::Csv => self.push_csv(&cells.map(Option::unwrap_or_default)),
        }
        if self.text.len() >= BUFFERED { self.flush() } else { Ok(()) }
    }

    /// Writes what is left. JSON is one object of the rows, by this name, and of what is known of them.
    pub(crate) fn end(mut self, name: &str, mut known: Value) -> Result<(), Failure> {
        match self.printer.format() {
            OutputFormat::Text => self.align(),
            OutputFormat::Json => {
                known[name] = std::mem::take(&mut self.objects).into();
                self.text = crate::printer::json_text(&known) + "\n";
            }
            OutputFormat::Ndjson | OutputFormat::Csv => {}
        }
        Ok(self.flush()?)
    }

    fn object(&self, cells: [Option<&str>; N]) -> Value {
        let named = self.columns.iter().zip(cells);
        let members = named.filter_map(|(column, cell)| Some((column.name.to_owned(), json!(cell?))));
        Value::Object(members.collect::<Map<_, _>>())
    }

    fn push_csv(&mut self, cells: &[&str; N]) {
        push_csv(&mut self.text, cells.iter().copied());
    }

    /// Aligns the columns that have a heading. Of those, one without a value is left out: a terminal is narrow.
    fn align(&mut self) {
        let has_value =
            |index: usize| self.rows.is_empty() || self.rows.iter().any(|row| row[index] != ABSENT);
        let headings = self.columns.iter().map(|column| column.heading).enumerate();
        let shown: Vec<_> = headings
            .filter_map(|(index, heading)| Some((index, heading?)))
            .filter(|it| has_value(it.0))
            .collect();
        let cells = |row: &[String; N]| shown.iter().map(|(index, _)| row[*index].clone()).collect();
        let headings = shown.iter().map(|(_, heading)| (*heading).to_owned()).collect();
        let lines: Vec<Vec<String>> = std::iter::once(headings).chain(self.rows.iter().map(cells)).collect();
        self.text += &aligned(&lines);
    }

    fn flush(&mut self) -> io::Result<()> {
        self.printer.print_text(&std::mem::take(&mut self.text))
    }
}

/// Lines of as many cells, each column as wide as its widest cell.
pub(crate) fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |index: usize| lines.iter().map(|line| line[index].chars().count()).max().unwrap_or_default();
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// Appends a line of CSV.
pub(crate) fn push_csv<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_csv_cell(text, cell);
    }
    text.push('\n');
}

/// Appends a cell, in quotes where it needs them (RFC 4180). It can neither steer a terminal nor start a formula.
fn push_csv_cell(text: &mut String, cell: &str) {
    // Results of `office verify` are signs, and a sign alone is no formula.
    let cell = if matches!(cell, "=" | "-") { one_line(cell) } else { spreadsheet_safe(cell) };
    if cell.contains([',', '"', ';']) || cell.starts_with(' ') || cell.ends_with(' ') {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(&cell);
    }
}
