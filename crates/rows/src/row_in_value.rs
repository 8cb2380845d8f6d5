//! Values of objects that hold another row: the file that the objects were made of had a quote that was missing or too much.

use memchr::memchr2;

use crate::columns::Column;
use crate::format::lines::is_any_end;
use crate::ids::is_uuid;
use crate::layout::row_shape::{LINE_DELIMITERS, without_wrapping};
use crate::parsed_row::Values;

/// The fewest cells of a line that is a row.
const MIN_CELLS: usize = 4;

/// How many cells of a line are UUIDs that is a row, whatever the others are.
const MIN_UUIDS: usize = 2;

/// The column of a value in which another line than the first is a row: no header tells of what cells, but ids do.
pub(crate) fn find(values: &Values<'_>) -> Option<Column> {
    let holds_row = |column: &Column| {
        let text = values[*column as usize].as_deref().unwrap_or_default();
        memchr2(b'\n', b'\r', text.as_bytes()).is_some()
            && text.split(is_any_end).skip(1).any(|line| is_row(line, values))
    };
    Column::ALL.into_iter().find(holds_row)
}

/// Whether a line has the customer and the tenant of a row among its cells, or ids of its own.
fn is_row(line: &str, values: &Values<'_>) -> bool {
    let own = [Column::Customer, Column::Tenant].map(|column| values[column as usize].as_deref());
    let own: Vec<_> = own.into_iter().flatten().filter(|id| !id.is_empty()).collect();
    LINE_DELIMITERS.into_iter().any(|delimiter| {
        let cells: Vec<_> = line.split(char::from(delimiter)).map(without_wrapping).collect();
        let has_own_ids = || !own.is_empty() && own.iter().all(|id| cells.contains(id));
        let has_uuids = || cells.iter().filter(|cell| is_uuid(cell)).count() >= MIN_UUIDS;
        cells.len() >= MIN_CELLS && (has_own_ids() || has_uuids())
    })
}
