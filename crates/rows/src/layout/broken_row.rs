//! Rows that a line break without quotes cuts in two.

use super::row_shape::{Ids, RowShape};
use crate::format::csv::{Neighbour, Record};
use crate::ids::is_uuid;
use crate::text::{is_digits, trimmed};

/// How many delimiters a value may hold that was cut in two and has no quotes around it.
const MAX_DELIMITERS: usize = 3;

/// Whether two records that have all that a row needs may be one row by their lengths: the cell that was cut counts in both.
pub(super) fn may_be_one(one: usize, other: usize, shape: &RowShape) -> bool {
    let most = if one.max(other) < shape.width { MAX_DELIMITERS } else { 0 };
    (shape.columns + 1..=shape.width + 1 + most).contains(&(one + other))
}

/// Which half of a row a record is, with the line of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrokenRow {
    First { second: u64 },
    Second { first: u64 },
}

/// The half that a record is, if it is one. A record for which `is_of_its_own` holds is wrong for another reason.
pub(crate) fn find(
    record: &Record<'_>,
    shape: &RowShape,
    is_of_its_own: impl Fn(&Neighbour<'_>) -> bool,
) -> Option<BrokenRow> {
    let own = record.as_neighbour();
    let is_half = |other: &Neighbour<'_>| shape.is_whole(other.len()) || !is_of_its_own(other);
    let are_cut = |first: &Neighbour<'_>, second: &Neighbour<'_>, behind: Option<&Neighbour<'_>>| {
        let are_of_their_own = || is_of_its_own(first) || is_of_its_own(second);
        are_halves(first, second, behind, shape)
            || (are_padded_halves(first, second, behind, shape) && !are_of_their_own())
    };
    let next = record.next.filter(|next| are_cut(&own, next, record.second_next.as_ref()) && is_half(next));
    let previous =
        record.previous.filter(|previous| are_cut(previous, &own, record.next.as_ref()) && is_half(previous));
    next.map(|next| BrokenRow::First { second: next.line })
        .or(previous.map(|previous| BrokenRow::Second { first: previous.line }))
}

/// Whether two records may be one row that was cut in two. Where a record can belong to either of its neighbours, both are
/// such a row. The row behind them is given where it is known.
fn are_halves(
    first: &Neighbour<'_>,
    second: &Neighbour<'_>,
    behind: Option<&Neighbour<'_>>,
    shape: &RowShape,
) -> bool {
    // The cell that was cut counts in both.
    let cells = first.len() + second.len() - 1;
    match (shape.is_whole(first.len()), shape.is_whole(second.len())) {
        (true, true) => {
            let fits = cells <= shape.width || is_sentence(second);
            may_be_one(first.len(), second.len(), shape)
                && fits
                && is_rest(second, first, shape)
                && !is_apart(second, first, behind, shape)
        }
        (true, false) => is_part(second, first, cells, shape) && !is_apart(second, first, behind, shape),
        (false, _) if shape.begins_with_id() && first.len() > 1 => {
            cells <= shape.width && shape.has_id_at_start(first.get(0))
        }
        (false, _) if shape.begins_with_id() => {
            cells <= shape.width && is_id_cut(first, second, behind, shape)
        }
        (false, _) => is_part(first, second, cells, shape),
    }
}

/// As [`are_halves`], of records that blank cells fill up to the length of others, as spreadsheets write them: what counts are
/// their cells up to the last in which anything stands.
fn are_padded_halves(
    first: &Neighbour<'_>,
    second: &Neighbour<'_>,
    behind: Option<&Neighbour<'_>>,
    shape: &RowShape,
) -> bool {
    if !first.ends_blank() && !second.ends_blank() {
        return false;
    }
    let (first, second) = (first.without_blanks(), second.without_blanks());
    let cells = first.len() + second.len() - 1;
    if cells > shape.columns + MAX_DELIMITERS {
        return false;
    }
    let (first_ids, second_ids) = (ids(&first, shape), ids(&second, shape));
    let is_row = |ids: &Ids<'_>, row: &Neighbour<'_>| ids.name_user() && shape.is_filled(row.len());
    // Where values are needed, they tell. Else a word in place of a number names no user, nor anything in place of a UUID,
    // unless the row is longer than a rest.
    let is_no_uuid = first_ids.are_uuids_unlike(&second_ids);
    let is_word = !shape.needs_values()
        && cells <= shape.columns
        && (is_no_uuid || first_ids.are_numbers_unlike(&second_ids));
    let second_is_row = is_row(&second_ids, &second) && !is_word;
    match (is_row(&first_ids, &first), second_is_row) {
        (true, false) => {
            // What is cut is a value: behind a whole id, a row has none, unless that is one for certain.
            let is_in_value = !shape.is_key(first.len() - 1) || is_no_uuid;
            let fits = cells <= shape.columns
                || (first.len() < shape.columns && is_sentence(&second) && !second_ids.resemble(&first_ids));
            is_in_value && fits && !is_apart(&second, &first, behind, shape)
        }
        (false, true) if shape.begins_with_id() => {
            first.len() == 1 && cells <= shape.columns && is_id_cut(&first, &second, behind, shape)
        }
        (false, true) => cells <= shape.columns && first_ids.are_missing(),
        _ => false,
    }
}

/// Whether delimiters of a record stand within a value: they have a space behind them, as in a sentence.
fn is_sentence(record: &Neighbour<'_>) -> bool {
    (1..record.len()).any(|place| record.get(place).is_some_and(|cell| cell.starts_with(' ')))
}

/// Whether a record has no value, and a word in place of the number or the address that names a user before.
fn is_bare_word(record: &Neighbour<'_>, own: &Ids<'_>, before: &Ids<'_>, shape: &RowShape) -> bool {
    before.are_words_in(own) && !shape.has_value(|place| record.get(place))
}

/// Whether a record with too few cells behind a row is another row that ends too early, or a line below all rows.
fn is_apart(
    short: &Neighbour<'_>,
    row: &Neighbour<'_>,
    behind: Option<&Neighbour<'_>>,
    shape: &RowShape,
) -> bool {
    let is_below = || {
        let line = short.get(0).map(trimmed).unwrap_or_default();
        let is_row_behind = behind.is_some_and(|behind| behind.filled() > 1 && shape.is_whole(behind.len()));
        let goes_on = line.starts_with(char::is_lowercase);
        short.filled() == 1 && !is_row_behind && ((row.is_apart_from(short) && !goes_on) || is_footer(line))
    };
    ids(short, shape).begin_row_like(&ids(row, shape)) || is_below()
}

/// Words with which a line below all rows begins, or that stand behind a number in it.
const TOTALS: [&str; 10] =
    ["total", "totals", "sum", "summe", "gesamt", "anzahl", "count", "ende", "end", "eof"];
const COUNTED: [&str; 10] =
    ["row", "rows", "record", "records", "user", "users", "zeile", "zeilen", "zeile(n)", "row(s)"];

/// Whether a line says how many rows there are, as `(2 rows affected)`, or that they end.
fn is_footer(line: &str) -> bool {
    let line = line.to_lowercase();
    let sign =
        |character: char| matches!(character, '(' | ')' | '[' | ']' | ':' | '.' | ',' | '-' | '=' | '*');
    let mut words = line.split_whitespace().filter(|word| !word.trim_matches(sign).is_empty());
    let counted = |word: &str| COUNTED.contains(&word) || COUNTED.contains(&word.trim_matches(sign));
    let Some(first) = words.next().map(|word| word.trim_matches(sign)) else { return !line.is_empty() };
    TOTALS.contains(&first) || (is_digits(first) && words.next().is_some_and(counted))
}

/// Whether a record with too few cells and its neighbour have the cells of a row together; or a few more, as where the
/// value that was cut holds delimiters, and the ids are none like the neighbour's, as those of a row that was cut off are.
fn is_part(short: &Neighbour<'_>, other: &Neighbour<'_>, cells: usize, shape: &RowShape) -> bool {
    let own = ids(short, shape);
    cells <= shape.width
        || if own.are_missing() {
            cells <= shape.width + MAX_DELIMITERS
        } else {
            !own.resemble(&ids(other, shape))
        }
}

/// Whether a record that has the cells of a row, and fewer than the header, is the rest of the one before it: its ids
/// are unlike, and its country is none. Behind a whole row, it has a word alone.
fn is_rest(record: &Neighbour<'_>, before: &Neighbour<'_>, shape: &RowShape) -> bool {
    let (own, others) = (ids(record, shape), ids(before, shape));
    let fill_the_width =
        record.len() + before.len() > shape.width && record.len().max(before.len()) < shape.width;
    let is_unlike = || fill_the_width && !own.resemble(&others);
    (is_bare_word(record, &own, &others, shape) || is_unlike())
        && !own.begin_row_like(&others)
        && !has_country_like(record, before, shape)
}

/// Whether a record has a country as the one before it has: a code where that has a code, since departments are called as
/// countries are (HR, IT).
fn has_country_like(record: &Neighbour<'_>, before: &Neighbour<'_>, shape: &RowShape) -> bool {
    let country = |row: &Neighbour<'_>| shape.country(|place| row.get(place)).map(str::len);
    let is_code = |length| length == Some(2);
    country(record).is_some() && (!is_code(country(record)) || is_code(country(before)))
}

/// Whether the id in the first column may be cut: a word stands on a line of its own, and the row behind it does not begin
/// with a whole id, which is a UUID or repeats in the next row.
fn is_id_cut(
    word: &Neighbour<'_>,
    row: &Neighbour<'_>,
    behind: Option<&Neighbour<'_>>,
    shape: &RowShape,
) -> bool {
    let (first_ids, row_ids) = (ids(word, shape), ids(row, shape));
    if first_ids.begin_row_like(&row_ids) && row_ids.begin_row_like(&first_ids) {
        return false;
    }
    let (word, id) = (word.get(0).map(trimmed), row.get(0).map(trimmed));
    let is_word = word.is_some_and(|word| !word.is_empty() && !word.contains(char::is_whitespace));
    let is_whole = id.is_some_and(is_uuid) || behind.is_some_and(|behind| behind.get(0).map(trimmed) == id);
    is_word && !is_whole
}

fn ids<'r>(record: &Neighbour<'r>, shape: &RowShape) -> Ids<'r> {
    shape.ids(record.len(), |place| record.get(place))
}
