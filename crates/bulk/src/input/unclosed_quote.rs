//! Values that hold other rows, as a quote that is missing or too much makes them.

use avepoint_elements::{CustomerId, TenantId, UserId};

use super::csv::{Cells, Record};
use super::layout::Layout;
use super::{lines, trimmed};
use crate::columns::Column;

/// The fewest cells of a line that looks like a row, however short the header is.
const FEWEST: usize = 3;

/// A value that holds another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Swallowed {
    /// The place of the value.
    pub(super) place: usize,
    /// The line on which the other row begins.
    pub(super) line: u64,
    /// Whether that line has a row's cells, with ids where ids stand. Else it has the delimiters of one.
    pub(super) is_row: bool,
}

/// The first value that holds another row, or else the first that seems to.
pub(super) fn find(record: &Record<'_>, layout: &Layout) -> Option<Swallowed> {
    if !record.cells.holds_line_end() {
        return None;
    }
    let mut line = record.line;
    let mut likely = None;
    for (place, cell) in record.cells.iter().enumerate().take(layout.len()) {
        let mut texts = lines::of_text(cell).enumerate().peekable();
        while let Some((number, text)) = texts.next() {
            line += u64::from(number > 0);
            if number == 0 {
                continue;
            }
            let value = Value { cells: record.cells, place, is_last_line: texts.peek().is_none() };
            if value.ends_with_row(text, layout) {
                return Some(Swallowed { place, line, is_row: true });
            }
            if likely.is_none() && has_delimiters_of_row(text, layout) {
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
    fn ends_with_row(&self, line: &str, layout: &Layout) -> bool {
        let cells: Vec<_> = line.split(char::from(layout.delimiter())).map(trimmed).collect();
        let is_whole = cells.len() <= layout.len() && layout.is_long_enough(cells.len());
        let continues = self.is_last_line
            && cells.len() == self.place + 1
            && cells.len() >= FEWEST
            && layout.is_long_enough(self.cells.len());
        let ids = [Column::Customer, Column::Tenant, Column::User];
        (is_whole || continues)
            && ids
                .into_iter()
                .filter_map(|column| Some((column, layout.place(column)?)))
                .all(|(column, place)| cells.get(place).is_some_and(|text| is_id(column, text)))
    }
}

fn is_id(column: Column, text: &str) -> bool {
    match column {
        Column::Customer => CustomerId::new(text).is_ok(),
        Column::Tenant => TenantId::new(text).is_ok(),
        _ => UserId::new(text).is_ok(),
    }
}

/// Whether a line has at least half as many delimiters as the header, without a space behind them: an address of
/// several lines has spaces there.
fn has_delimiters_of_row(line: &str, layout: &Layout) -> bool {
    let bytes = line.as_bytes();
    let is_delimiter =
        |(place, byte): &(usize, &u8)| **byte == layout.delimiter() && bytes.get(place + 1) != Some(&b' ');
    let fewest = layout.len().saturating_sub(1).div_ceil(2).max(FEWEST);
    bytes.iter().enumerate().filter(is_delimiter).count() >= fewest
}
