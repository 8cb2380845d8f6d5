//! What stands in place of a header that does not fit.

use crate::column_role::ColumnRole;
use crate::columns::Column;
use crate::error::InputError;
use crate::format::csv::Records;
use crate::format::dialect::{DELIMITERS, Dialect};
use crate::format::lines;
use crate::options::InputOptions;
use crate::problem::excerpt;
use crate::text::trimmed;

/// How many columns a line names that looks like a header.
const MIN_COLUMNS: usize = 3;

/// How many lines are looked at for the header.
const MAX_LINES: usize = 50;

/// Delimiters that are not read.
const OTHER_DELIMITERS: [char; 11] = ['|', ':', '^', '~', '!', '\u{1F}', '，', '；', '、', '｜', '،'];

/// What to say of the beginning of a file, if its first line is no header for a reason that can be named.
pub(crate) fn explain(start: &str, dialect: Dialect, options: &InputOptions) -> Option<InputError> {
    let unit = if dialect.is_sheet { "row" } else { "line" };
    let records = records(start, dialect.is_sheet);
    let mut lines = records.into_iter().filter(|(line, _)| !trimmed(line).is_empty());
    let mut separators = Vec::new();
    let (first, number) = lines.by_ref().find(|(line, number)| {
        let is_separator = !dialect.is_sheet && is_separator_line(line);
        separators.extend(is_separator.then_some(*number));
        !is_separator
    })?;
    let named = columns(first, options);
    let message = if let [_, second, ..] = separators[..] {
        format!(
            "line {second} is one more line sep=, and only the first line of a file may be one; delete line {second}"
        )
    } else if let Some(delimiter) = separators.first().and_then(|_| unlike_separator(first, dialect, options))
    {
        format!(
            "the line sep= at the beginning names \"{}\" as the delimiter, and the header has \"{}\"; delete the line sep=, or \
             correct it",
            excerpt(&char::from(dialect.delimiter).to_string()),
            excerpt(&char::from(delimiter).to_string())
        )
    } else if named == 0 && is_wrapped(first, options) {
        format!(
            "{} in quotes, which makes one value of a row; remove the quotes around the lines, and write those within them \
             once",
            if is_quoted(lines.next()) { "the lines of the input stand" } else { "the header stands" }
        )
    } else if let Some(delimiter) = other_delimiter(first, options).filter(|_| named == 0) {
        format!(
            "the columns of the input are told apart by \"{}\", which is not read; save the file with commas, semicolons or \
             tabs",
            excerpt(&delimiter.to_string())
        )
    } else {
        let is_header = |line: &str| columns(line, options) >= MIN_COLUMNS.max(named + 1);
        let (_, header) = lines.take(MAX_LINES).find(|(line, _)| is_header(line))?;
        format!(
            "{unit} {number} is not the header{}, and {unit} {header} looks like it; delete what stands above {unit} {header}",
            kind(trimmed(first))
        )
    };
    Some(InputError::malformed(message))
}

/// What a line above the header is, where it is known.
fn kind(line: &str) -> String {
    let starts = |start: &str| line.get(..start.len()).is_some_and(|line| line.eq_ignore_ascii_case(start));
    let unquoted = line.trim_start_matches('"');
    if unquoted.starts_with("#TYPE") {
        " but a type line (#TYPE), as PowerShell's Export-Csv writes it without -NoTypeInformation".to_owned()
    } else if starts("version") || starts("\"version") {
        " but a version line, as templates have it".to_owned()
    } else {
        let inner = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        format!(" but \"{}\"", excerpt(inner.filter(|inner| !inner.contains('"')).unwrap_or(line)))
    }
}

/// The records of a text, each with the line on which it begins, or with its row in a sheet: line ends between quotes belong to
/// a value. Where a quote is not closed, every line is a record.
fn records(start: &str, is_sheet: bool) -> Vec<(&str, usize)> {
    let (mut records, mut begin, mut line, mut next) = (Vec::new(), 0, 1, 1);
    let (mut is_quoted, mut before) = (false, b',');
    for (place, byte) in start.bytes().enumerate() {
        let is_end = lines::is_end(byte) && !(byte == b'\n' && before == b'\r');
        match byte {
            b'"' if is_quoted => is_quoted = false,
            // Behind a closing quote, one more stands for a quote within.
            b'"' if place == begin || DELIMITERS.contains(&before) || before == b'"' => is_quoted = true,
            _ => {}
        }
        next += usize::from(is_end && !(is_sheet && is_quoted));
        if lines::is_end(byte) && !is_quoted {
            if is_end {
                records.push((&start[begin..place], line));
            }
            (begin, line) = (place + 1, next);
        }
        before = byte;
    }
    if is_quoted {
        return lines::of_text(start).zip(1..).collect();
    }
    records.push((&start[begin..], line));
    records
}

/// The delimiter of a header, if it is another than the line `sep=` names.
fn unlike_separator(header: &str, dialect: Dialect, options: &InputOptions) -> Option<u8> {
    let named = |delimiter: u8| columns_between(header, delimiter, options);
    let other = DELIMITERS.into_iter().max_by_key(|delimiter| named(*delimiter))?;
    (other != dialect.delimiter && named(other) > named(dialect.delimiter)).then_some(other)
}

fn is_separator_line(line: &str) -> bool {
    Dialect::of(line.as_bytes()).map_or(true, |dialect| dialect.has_separator_line)
}

/// How many columns a line names, with the delimiter that stands in it.
fn columns(line: &str, options: &InputOptions) -> usize {
    Dialect::of(line.as_bytes()).map_or(0, |dialect| columns_between(line, dialect.delimiter, options))
}

fn columns_between(line: &str, delimiter: u8, options: &InputOptions) -> usize {
    let mut records = Records::new(line.as_bytes(), Dialect::between(delimiter));
    let Ok(Some(header)) = records.next() else { return 0 };
    let mut named = [false; Column::ALL.len()];
    for name in header.cells.iter() {
        if let Some(column) = ColumnRole::column(name, options) {
            named[column as usize] = true;
        }
    }
    named.into_iter().filter(|named| *named).count()
}

/// Whether a line, if there is one, begins and ends with a quote.
fn is_quoted(line: Option<(&str, usize)>) -> bool {
    line.is_none_or(|(line, _)| {
        trimmed(line).starts_with('"') && trimmed(line).trim_end_matches([',', ';', '\t']).ends_with('"')
    })
}

/// Whether a line is one quoted value that is a header by itself.
fn is_wrapped(line: &str, options: &InputOptions) -> bool {
    let Some(inner) = trimmed(line).trim_end_matches([',', ';', '\t']).strip_prefix('"') else {
        return false;
    };
    let Some(inner) = inner.strip_suffix('"') else { return false };
    columns(&inner.replace("\"\"", "\""), options) >= MIN_COLUMNS
}

fn other_delimiter(line: &str, options: &InputOptions) -> Option<char> {
    OTHER_DELIMITERS.into_iter().find(|delimiter| {
        let line = line.replace(',', " ").replace(*delimiter, ",");
        columns_between(&line, b',', options) >= MIN_COLUMNS
    })
}
