//! Rows that a line break without quotes cuts in two.

use crate::format::csv::{Neighbour, Record};
use crate::ids::is_uuid;
use crate::row_shape::{Ids, RowShape};
use crate::text::trimmed;

/// How many delimiters a value may hold that was cut in two and has no quotes around it.
const MAX_DELIMITERS: usize = 3;

/// Which half of a row a record is, with the line of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrokenRow {
    First { second: u64 },
    Second { first: u64 },
}

/// The half that a record is, if it is one. A record for which `is_of_its_own` holds is wrong for another reason.
pub(crate) fn find(
    record: &Record<'_>,
    shape: &RowShape<'_>,
    is_of_its_own: impl Fn(&Neighbour<'_>) -> bool,
) -> Option<BrokenRow> {
    let own = record.as_neighbour();
    let is_half = |other: &Neighbour<'_>| shape.is_whole(other.len()) || !is_of_its_own(other);
    let next = record.next.filter(|next| are_halves(&own, next, None, shape) && is_half(next));
    let previous = record
        .previous
        .filter(|previous| are_halves(previous, &own, record.next.as_ref(), shape) && is_half(previous));
    next.map(|next| BrokenRow::First { second: next.line })
        .or(previous.map(|previous| BrokenRow::Second { first: previous.line }))
}

/// Whether two records may be one row that was cut in two. Where a record can belong to either of its neighbours, both are
/// such a row. The row behind them is given where it is known.
fn are_halves(
    first: &Neighbour<'_>,
    second: &Neighbour<'_>,
    behind: Option<&Neighbour<'_>>,
    shape: &RowShape<'_>,
) -> bool {
    // The cell that was cut counts in both.
    let cells = first.len() + second.len() - 1;
    match (shape.is_whole(first.len()), shape.is_whole(second.len())) {
        (true, true) => cells == shape.width && is_rest(second, first, shape),
        (true, false) => is_part(second, first, cells, shape),
        (false, _) if shape.begins_with_id() && first.len() > 1 => {
            cells <= shape.width && shape.has_id_at_start(first.get(0))
        }
        (false, _) if shape.begins_with_id() => cells <= shape.width && is_id_cut(first, second, behind),
        (false, _) => is_part(first, second, cells, shape),
    }
}

/// Whether a record with too few cells and its neighbour have the cells of a row together; or a few more, as where the
/// value that was cut holds delimiters, and the ids are none like the neighbour's, as those of a row that was cut off are.
fn is_part(short: &Neighbour<'_>, other: &Neighbour<'_>, cells: usize, shape: &RowShape<'_>) -> bool {
    let own = ids(short, shape);
    cells <= shape.width
        || if own.are_missing() {
            cells <= shape.width + MAX_DELIMITERS
        } else {
            !own.resemble(&ids(other, shape))
        }
}

/// Whether a record that has the cells of a row, and fewer than the header, is the rest of the one before it: its ids
/// are unlike, and its country is none.
fn is_rest(record: &Neighbour<'_>, before: &Neighbour<'_>, shape: &RowShape<'_>) -> bool {
    record.len().max(before.len()) < shape.width
        && !ids(record, shape).resemble(&ids(before, shape))
        && !shape.has_country(|place| record.get(place))
}

/// Whether the id in the first column may be cut: a word stands on a line of its own, and the row behind it does not begin
/// with a whole id, which is a UUID or repeats in the next row.
fn is_id_cut(word: &Neighbour<'_>, row: &Neighbour<'_>, behind: Option<&Neighbour<'_>>) -> bool {
    let (word, id) = (word.get(0).map(trimmed), row.get(0).map(trimmed));
    let is_word = word.is_some_and(|word| !word.is_empty() && !word.contains(char::is_whitespace));
    let is_whole = id.is_some_and(is_uuid) || behind.is_some_and(|behind| behind.get(0).map(trimmed) == id);
    is_word && !is_whole
}

fn ids<'r>(record: &Neighbour<'r>, shape: &RowShape<'_>) -> Ids<'r> {
    shape.ids(record.len(), |place| record.get(place))
}
