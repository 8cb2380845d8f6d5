//! Values that seem to hold another row, as a quote that is missing or too much makes them.

use super::csv::Record;
use super::lines::is_end;

/// The fewest delimiters in a line that look like a row, however short the header is.
const FEWEST: usize = 3;

/// The place of the first value that seems to hold another row, and the line on which that begins.
///
/// A row is told from an address of several lines by its delimiters: at least half as many in a line as the header has,
/// and no space behind them.
pub(super) fn find(record: &Record<'_>, columns: usize, delimiter: u8) -> Option<(usize, u64)> {
    if !record.cells.holds_line_end() {
        return None;
    }
    let fewest = columns.saturating_sub(1).div_ceil(2).max(FEWEST);
    let mut line = record.line;
    for (place, cell) in record.cells.iter().enumerate().take(columns) {
        for (number, text) in lines(cell).enumerate() {
            line += u64::from(number > 0);
            if number > 0 && delimiters(text, delimiter) >= fewest {
                return Some((place, line));
            }
        }
    }
    None
}

/// The lines of a value, which end with CR, LF or both.
fn lines(cell: &str) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(cell.as_bytes());
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.iter().position(|byte| is_end(*byte));
        rest = end.map(|end| &text[end + if text[end..].starts_with(b"\r\n") { 2 } else { 1 }..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// How many delimiters without a space behind them stand in a line.
fn delimiters(line: &[u8], delimiter: u8) -> usize {
    let is_one = |(place, byte): &(usize, &u8)| **byte == delimiter && line.get(place + 1) != Some(&b' ');
    line.iter().enumerate().filter(is_one).count()
}
