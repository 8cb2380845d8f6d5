//! Values that hold other rows, as a quote that is missing or too much makes them.

use avepoint_elements::{CustomerId, TenantId, UserId};

use crate::columns::Column;
use crate::format::csv::{Cells, Record};
use crate::format::lines;
use crate::required_cells::RequiredCells;
use crate::text::trimmed;

/// The fewest cells of a line that looks like a row, however short the header is.
const FEWEST: usize = 3;

/// A value that holds another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Swallowed {
    /// The place of the value.
    pub(crate) place: usize,
    /// The line on which the other row begins.
    pub(crate) line: u64,
    /// Whether that line has a row's cells, with ids where ids stand. Else it has the delimiters of one.
    pub(crate) is_row: bool,
}

/// What rows of an input look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowShape<'l> {
    pub(crate) delimiter: u8,
    /// How many columns the header has.
    pub(crate) columns: usize,
    /// The place of each column that is read.
    pub(crate) places: &'l [Option<usize>],
    pub(crate) required: &'l RequiredCells,
}

/// The first value that holds another row, or else the first that seems to.
pub(crate) fn find(record: &Record<'_>, shape: &RowShape<'_>) -> Option<Swallowed> {
    if !record.cells.holds_line_end() {
        return None;
    }
    let mut line = record.line;
    let mut likely = None;
    for (place, cell) in record.cells.iter().enumerate().take(shape.columns) {
        let mut texts = lines::of_text(cell).enumerate().peekable();
        while let Some((number, text)) = texts.next() {
            line += u64::from(number > 0);
            if number == 0 {
                continue;
            }
            let value = Value { cells: record.cells, place, is_last_line: texts.peek().is_none() };
            if value.ends_with_row(text, shape) {
                return Some(Swallowed { place, line, is_row: true });
            }
            if likely.is_none() && has_delimiters_of_row(text, shape) {
                likely = Some(Swallowed { place, line, is_row: false });
            }
        }
    }
    likely
}

/// Where a line stands.
struct Value<'r> {
    cells: Cells<'r>,
    place: usize,
    is_last_line: bool,
}

impl Value<'_> {
    /// Whether a line has as many cells as a row, with ids in their columns; of the last line of a value, the cells
    /// behind the value are the row's, too.
    fn ends_with_row(&self, line: &str, shape: &RowShape<'_>) -> bool {
        let cells: Vec<_> = line.split(char::from(shape.delimiter)).map(trimmed).collect();
        let is_whole = cells.len() <= shape.columns && shape.required.are_in(cells.len());
        let continues = self.is_last_line
            && cells.len() == self.place + 1
            && cells.len() >= FEWEST
            && shape.required.are_in(self.cells.len());
        let ids = [Column::Customer, Column::Tenant].into_iter().chain(Column::KEYS);
        (is_whole || continues)
            && ids
                .filter_map(|column| Some((column, shape.places[column as usize]?)))
                .all(|(column, place)| cells.get(place).is_some_and(|text| is_id(column, text)))
    }
}

fn is_id(column: Column, text: &str) -> bool {
    match column {
        Column::Customer => CustomerId::new(text).is_ok(),
        Column::Tenant => TenantId::new(text).is_ok(),
        Column::UserPrincipalName | Column::Mail => text.contains('@'),
        _ => UserId::new(text).is_ok(),
    }
}

/// Whether a line has at least half as many delimiters as the header, without a space behind them: an address of
/// several lines has spaces there.
fn has_delimiters_of_row(line: &str, shape: &RowShape<'_>) -> bool {
    let bytes = line.as_bytes();
    let is_delimiter =
        |(place, byte): &(usize, &u8)| **byte == shape.delimiter && bytes.get(place + 1) != Some(&b' ');
    let fewest = shape.columns.saturating_sub(1).div_ceil(2).max(FEWEST);
    bytes.iter().enumerate().filter(is_delimiter).count() >= fewest
}
