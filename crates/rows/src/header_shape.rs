//! What stands in place of a header that does not fit.

use crate::column_role::ColumnRole;
use crate::columns::Column;
use crate::error::InputError;
use crate::format::csv::Records;
use crate::format::dialect::Dialect;
use crate::format::lines;
use crate::options::InputOptions;
use crate::problem::excerpt;
use crate::text::trimmed;

/// How many columns a line names that looks like a header.
const MIN_COLUMNS: usize = 3;

/// How many lines are looked at for the header.
const MAX_LINES: usize = 50;

/// Delimiters that are not read.
const OTHER_DELIMITERS: [u8; 6] = [b'|', b':', b'^', b'~', b'!', 0x1F];

/// What to say of the beginning of a file, if its first line is no header for a reason that can be named.
pub(crate) fn explain(start: &str, options: &InputOptions) -> Option<InputError> {
    let mut lines = lines::of_text(start).zip(1..).filter(|(line, _)| !trimmed(line).is_empty());
    let (first, number) = lines.by_ref().find(|(line, _)| !is_separator_line(line))?;
    let named = columns(first, options);
    let message = if named == 0 && is_wrapped(first, options) {
        format!(
            "{} in quotes, which makes one value of a row; remove the quotes around the lines, and write those within them \
             once",
            if is_quoted(lines.next()) { "the lines of the input stand" } else { "the header stands" }
        )
    } else if let Some(delimiter) = other_delimiter(first, options).filter(|_| named == 0) {
        format!(
            "the columns of the input are told apart by \"{}\", which is not read; save the file with commas, semicolons or \
             tabs",
            excerpt(&char::from(delimiter).to_string())
        )
    } else {
        let is_header = |line: &str| columns(line, options) >= MIN_COLUMNS.max(named + 1);
        let (_, header) = lines.take(MAX_LINES).find(|(line, _)| is_header(line))?;
        format!(
            "line {number} is not the header{}, and line {header} looks like it; delete what stands above line {header}",
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
        format!(" but \"{}\"", excerpt(line))
    }
}

fn is_separator_line(line: &str) -> bool {
    Dialect::of(line.as_bytes()).map_or(true, |dialect| dialect.has_separator_line)
}

/// How many columns a line names, with the delimiter that stands in it.
fn columns(line: &str, options: &InputOptions) -> usize {
    Dialect::of(line.as_bytes()).map_or(0, |dialect| columns_between(line, dialect.delimiter, options))
}

fn columns_between(line: &str, delimiter: u8, options: &InputOptions) -> usize {
    let mut records =
        Records::new(line.as_bytes(), Dialect { delimiter, has_separator_line: false, is_sheet: false });
    let Ok(Some(header)) = records.next() else { return 0 };
    let mut named = [false; Column::ALL.len()];
    for name in header.cells.iter() {
        if let ColumnRole::Column(column) = ColumnRole::of(name, options) {
            named[column as usize] = true;
        }
    }
    named.into_iter().filter(|named| *named).count()
}

/// Whether a line, if there is one, begins and ends with a quote.
fn is_quoted(line: Option<(&str, i32)>) -> bool {
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

fn other_delimiter(line: &str, options: &InputOptions) -> Option<u8> {
    OTHER_DELIMITERS.into_iter().find(|delimiter| columns_between(line, *delimiter, options) >= MIN_COLUMNS)
}
