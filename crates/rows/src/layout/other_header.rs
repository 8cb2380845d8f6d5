//! Headers below the first line, as where files were joined.

use super::Layout;
use crate::column_role::ColumnRole;
use crate::columns::Column;
use crate::text::trimmed;

/// A row that names columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OtherHeader {
    /// The columns of the input, each in its place.
    Same,
    /// Others, or in another order: the rows below it do not fit the input's header.
    Different,
}

/// A line that holds the end of a row and a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JoinedLine<'r> {
    /// The cell with the end of one and the beginning of the other.
    pub(crate) cell: &'r str,
    /// The name with which the header begins.
    pub(crate) name: &'r str,
    pub(crate) header: OtherHeader,
}

/// The most digits of a header that is looked at: names have few, and rows have more.
const MAX_DIGITS: usize = 3;

impl Layout {
    /// Whether cells may be a header, which their text tells quickly of nearly every row.
    pub(crate) fn may_be_header(text: &str) -> bool {
        text.bytes().filter(u8::is_ascii_digit).take(MAX_DIGITS + 1).count() <= MAX_DIGITS
    }

    /// The header that a record is, if it is one: most of its cells name columns, or those do where ids stand.
    pub(crate) fn header_row<'r>(
        &self,
        count: usize,
        cell: impl Fn(usize) -> Option<&'r str>,
    ) -> Option<OtherHeader> {
        let cell = |place| cell(place).map(name_of);
        let is_header = self.repeats_header(cell) || self.are_mostly_names(count, cell);
        is_header.then(|| self.compare(count, cell))
    }

    /// The header that a line holds behind the end of a row.
    pub(crate) fn joined_line<'r>(
        &self,
        count: usize,
        cell: impl Fn(usize) -> Option<&'r str>,
    ) -> Option<JoinedLine<'r>> {
        let names =
            (0..count).rev().take_while(|place| cell(*place).is_some_and(|cell| self.names_column(cell)));
        let names = names.count();
        let place = count.checked_sub(names + 1)?;
        if names < 2 && names + 1 != self.header.len() {
            return None;
        }
        let joined = cell(place)?;
        let starts = joined.char_indices().skip(1).map(|(start, _)| start);
        let mut near_end = starts.filter(|start| joined.len() - start <= MAX_NAME_LENGTH);
        let start = near_end.find(|start| self.names_column(&joined[*start..]))?;
        let name = name_of(&joined[start..]);
        let header =
            self.compare(names + 1, |at| if at == 0 { Some(name) } else { cell(place + at).map(name_of) });
        Some(JoinedLine { cell: joined, name, header })
    }

    fn are_mostly_names<'r>(&self, count: usize, cell: impl Fn(usize) -> Option<&'r str>) -> bool {
        // A header that is wider than that names its columns before.
        let cells = || (0..count.min(MAX_CELLS)).filter_map(&cell).filter(|cell| !cell.is_empty());
        let filled = cells().count();
        let (mut columns, mut others) = (Vec::new(), 0);
        for name in cells() {
            match self.column_of(name) {
                Some(column) if !columns.contains(&column) => columns.push(column),
                _ if self.header.iter().take(MAX_CELLS).any(|header| header == name) => {}
                _ => others += 1,
            }
            if others * 2 >= filled {
                return false;
            }
        }
        let names_user = columns.iter().any(|column| Column::KEYS.contains(column));
        columns.len() >= MIN_NAMES || (columns.len() == filled && filled > 1 && names_user)
    }

    /// Whether the names of a header stand where those of the input do, as far as they mean anything.
    fn compare<'r>(&self, count: usize, cell: impl Fn(usize) -> Option<&'r str>) -> OtherHeader {
        let own = |place: usize| self.header.get(place).and_then(|name| self.column_of(name));
        let other = |place| cell(place).and_then(|name| self.column_of(name));
        if (0..count.max(self.header.len())).all(|place| own(place) == other(place)) {
            OtherHeader::Same
        } else {
            OtherHeader::Different
        }
    }

    pub(super) fn column_of(&self, name: &str) -> Option<Column> {
        ColumnRole::column(name, &self.options)
    }
}

/// How many cells of a record are compared with names.
const MAX_CELLS: usize = 500;

/// The fewest columns that a header names, unless it is nothing else.
const MIN_NAMES: usize = 3;

/// The longest name that is looked for at the end of a cell, in bytes.
const MAX_NAME_LENGTH: usize = 200;

/// A name without what stands around it. Behind a byte order mark in the middle of a file, quotes belong to the value.
pub(crate) fn name_of(cell: &str) -> &str {
    trimmed(trimmed(cell).trim_matches('"'))
}
