//! Values that hold other rows, as a quote that is missing or too much makes them.

use super::row_shape::{Ids, RowShape};
use crate::format::csv::{Cells, Record};
use crate::format::lines::{LineCounter, is_any_end};

/// The fewest cells of the last line of a value that may begin a row.
const MIN_CELLS: usize = 3;

/// A value that holds another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnclosedQuote {
    /// The place of the value.
    pub(crate) place: usize,
    /// The line on which the other row begins.
    pub(crate) line: u64,
    /// Whether that line is a row for certain: it has a row's cells, or ids like those of the row that holds it. Else it
    /// has the delimiters of one.
    pub(crate) is_row: bool,
}

/// The first value that holds another row, or else the first that seems to.
pub(crate) fn find(record: &Record<'_>, shape: &RowShape) -> Option<UnclosedQuote> {
    if !record.cells.hold_line_end() {
        return None;
    }
    let cells = record.cells;
    let own = shape.ids(cells.len(), |place| cells.get(place));
    let mut counter = LineCounter::new(record.line);
    let (mut ended, mut likely) = (None, None);
    for (place, cell) in cells.iter().enumerate().take(shape.columns) {
        for (number, piece) in cell.split_inclusive(is_any_end).enumerate() {
            let line = counter.line();
            counter.advance(piece.as_bytes());
            let text = piece.trim_end_matches(is_any_end);
            if number == 0 {
                if text.len() < piece.len() && ends_row(text, place, cells, &own, shape) {
                    ended.get_or_insert(UnclosedQuote { place, line, is_row: true });
                }
                continue;
            }
            let continues = || text.len() == piece.len() && continues(text, place, cells, shape);
            if is_row(text, &own, shape) || continues() {
                return Some(UnclosedQuote { place, line, is_row: true });
            }
            if likely.is_none() && shape.has_delimiters(text, shape.delimiter) {
                likely = Some(UnclosedQuote { place, line, is_row: false });
            }
        }
    }
    ended.or(likely)
}

/// Whether a line is a row, or the beginning of one with ids like those of the row that holds it.
fn is_row(line: &str, own: &Ids<'_>, shape: &RowShape) -> bool {
    shape.is_row(line) || shape.has_ids_like(line, own)
}

/// Whether the cells before a value and its first line are a row, as where the first quote of a file is too much. Its ids are
/// like those of the row that holds it.
fn ends_row(line: &str, place: usize, cells: Cells<'_>, own: &Ids<'_>, shape: &RowShape) -> bool {
    let end: Vec<_> = line.split(char::from(shape.delimiter)).collect();
    let count = place + end.len();
    let cell = |at: usize| if at < place { cells.get(at) } else { end.get(at - place).copied() };
    let ids = || shape.ids(count, cell);
    end.len() >= MIN_CELLS
        && count <= shape.columns
        && shape.is_whole(count)
        && ids().are_valid()
        && (ids().resemble(own) || ids().begin_row_like(own))
}

/// Whether the last line of a value and the cells behind the value are a row: its own ids, or at least its country, tell.
fn continues(line: &str, place: usize, cells: Cells<'_>, shape: &RowShape) -> bool {
    let begin: Vec<_> = line.split(char::from(shape.delimiter)).collect();
    let cell = |at: usize| if at < begin.len() { begin.get(at).copied() } else { cells.get(at) };
    let own_ids = shape.ids(begin.len(), |at| begin.get(at).copied());
    begin.len() == place + 1
        && begin.len() >= MIN_CELLS
        && shape.is_whole(cells.len())
        && shape.ids(cells.len(), cell).are_valid()
        && (!own_ids.are_missing() || shape.country(|at| begin.get(at).copied()).is_some())
}
