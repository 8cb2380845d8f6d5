//! What rows of an input look like, by which they are told where they do not stand as rows.

use avepoint_elements::{CustomerId, TenantId, UserId};
use memchr::memchr_iter;

use super::required_cells::RequiredCells;
use crate::columns::Column;
use crate::countries::COUNTRIES;
use crate::format::dialect::DELIMITERS;
use crate::ids::is_uuid;
use crate::text::{has_digits, is_digits, is_invisible, trimmed};
use crate::wanted::KeyCells;

/// The delimiters between the cells of a line that may be a row.
pub(crate) const LINE_DELIMITERS: [u8; DELIMITERS.len() + 1] =
    [DELIMITERS[0], DELIMITERS[1], DELIMITERS[2], b'|'];

/// What rows of an input look like.
#[derive(Debug, Default)]
pub(crate) struct RowShape {
    pub(crate) delimiter: u8,
    /// How many columns the header has up to the last with a name.
    pub(crate) columns: usize,
    /// How many it has with those behind.
    pub(crate) width: usize,
    /// The place of each column that is read.
    pub(crate) places: [Option<usize>; Column::ALL.len()],
    /// The cells that every row must have.
    pub(crate) required: RequiredCells,
}

impl RowShape {
    /// Whether a row of as many cells has all that it needs.
    pub(crate) fn is_whole(&self, cells: usize) -> bool {
        self.required.are_in(cells)
    }

    /// Whether a row needs a value anywhere.
    pub(crate) fn needs_values(&self) -> bool {
        self.required.need_values()
    }

    /// Whether a row of as many filled cells has a value wherever one is needed.
    pub(crate) fn is_filled(&self, cells: usize) -> bool {
        self.required.are_filled_in(cells)
    }

    /// Whether the first column is that of an id.
    pub(crate) fn begins_with_id(&self) -> bool {
        KeyCells::COLUMNS.iter().any(|column| self.places[*column as usize] == Some(0))
    }

    /// Whether a column names users.
    pub(crate) fn is_key(&self, place: usize) -> bool {
        Column::KEYS.iter().any(|column| self.places[*column as usize] == Some(place))
    }

    /// Whether the column of an id stands behind a place.
    pub(crate) fn has_id_behind(&self, place: usize) -> bool {
        let behind = |column: &Column| self.places[*column as usize].is_some_and(|at| at > place);
        KeyCells::COLUMNS.iter().any(behind)
    }

    /// Whether the first cell can be used, where the first column is that of an id.
    pub(crate) fn has_id_at_start(&self, cell: Option<&str>) -> bool {
        self.ids(1, |place| cell.filter(|_| place == 0)).0.iter().any(Id::is_valid)
    }

    /// The ids of a row of `count` cells.
    pub(crate) fn ids<'r>(&self, count: usize, cell: impl Fn(usize) -> Option<&'r str>) -> Ids<'r> {
        let places =
            KeyCells::COLUMNS.into_iter().filter_map(|column| Some((column, self.places[column as usize]?)));
        let id = |(column, place)| Id {
            column,
            text: cell(place).map(without_wrapping),
            is_last: place + 1 == count,
        };
        Ids(places.map(id).collect())
    }

    /// The country that a row has where countries stand, as it is written.
    pub(crate) fn country<'r>(&self, cell: impl Fn(usize) -> Option<&'r str>) -> Option<&'r str> {
        let country = self.places[Column::CountryRegion as usize].and_then(cell);
        country.filter(|country| COUNTRIES.find(country).is_some())
    }

    /// Whether anything stands in a column of values.
    pub(crate) fn has_value<'r>(&self, cell: impl Fn(usize) -> Option<&'r str>) -> bool {
        let values = Column::ALL.iter().filter(|column| column.is_value());
        let mut cells = values.filter_map(|column| cell(self.places[*column as usize]?));
        cells.any(|cell| !trimmed(cell).is_empty())
    }

    /// Whether a line is a row, with whatever delimiter.
    pub(crate) fn is_row(&self, line: &str) -> bool {
        LINE_DELIMITERS.into_iter().any(|delimiter| self.is_row_between(line, delimiter))
    }

    /// Whether a line has a row's cells between delimiters, with ids where ids stand.
    pub(crate) fn is_row_between(&self, line: &str, delimiter: u8) -> bool {
        let cells: Vec<_> = line.split(char::from(delimiter)).collect();
        let filled = cells.iter().rposition(|cell| !trimmed(cell).is_empty()).map_or(0, |last| last + 1);
        self.is_whole(cells.len())
            && filled <= self.columns
            && self.ids(cells.len(), |place| cells.get(place).copied()).are_valid()
    }

    /// Whether a line has ids where ids stand that resemble those of a row, with whatever delimiter.
    pub(crate) fn has_ids_like(&self, line: &str, row: &Ids<'_>) -> bool {
        LINE_DELIMITERS.into_iter().any(|delimiter| {
            let cells: Vec<_> = line.split(char::from(delimiter)).collect();
            let ids = self.ids(cells.len(), |place| cells.get(place).copied());
            ids.are_valid() && ids.resemble(row) && (ids.0.len() > 1 || self.has_delimiters(line, delimiter))
        })
    }

    /// Whether a line has at least half as many [delimiters](delimiters) as the header.
    pub(crate) fn has_delimiters(&self, line: &str, delimiter: u8) -> bool {
        delimiters(line, delimiter) >= self.columns.saturating_sub(1).div_ceil(2).max(MIN_DELIMITERS)
    }
}

/// How many delimiters a text has without a space behind them: an address has spaces there.
pub(crate) fn delimiters(text: &str, delimiter: u8) -> usize {
    let bytes = text.as_bytes();
    memchr_iter(delimiter, bytes).filter(|place| bytes.get(place + 1) != Some(&b' ')).count()
}

/// The fewest delimiters of a line that looks like a row, however short the header is.
const MIN_DELIMITERS: usize = 3;

/// The ids of a row, of the columns that the header has.
#[derive(Debug)]
pub(crate) struct Ids<'r>(Vec<Id<'r>>);

#[derive(Debug)]
struct Id<'r> {
    column: Column,
    /// None where the row ends before.
    text: Option<&'r str>,
    /// Whether it stands in the last cell, where a row may be cut off.
    is_last: bool,
}

impl Ids<'_> {
    /// Whether customer and tenant are there and can be used, and a key of the user.
    pub(crate) fn are_valid(&self) -> bool {
        let (users, others): (Vec<_>, Vec<_>) = self.0.iter().partition(|id| id.is_of_user());
        others.iter().all(|id| id.is_valid())
            && users.iter().any(|id| id.is_valid())
            && users.iter().all(|id| id.is_valid() || id.text == Some(""))
    }

    /// Whether one of them names a user, and the others can be used or are not there.
    pub(crate) fn name_user(&self) -> bool {
        self.0.iter().any(|id| id.is_of_user() && id.is_valid())
            && self.0.iter().all(|id| id.is_valid() || id.text.is_none_or(str::is_empty))
    }

    /// Whether one of the user's has digits in this row, and those of the other have none.
    pub(crate) fn are_numbers_unlike(&self, other: &Self) -> bool {
        self.have_in_user(has_digits) && !other.have_in_user(has_digits)
    }

    /// Whether the user's are a number or an address in this row, and a word in the other.
    pub(crate) fn are_words_in(&self, other: &Self) -> bool {
        let is_no_word = |text: &str| has_digits(text) || text.contains('@');
        self.have_in_user(is_no_word) && !other.have_in_user(is_no_word)
    }

    fn have_in_user(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|id| id.is_of_user() && id.text.is_some_and(&holds))
    }

    /// Whether one of the user's is a UUID in this row, and none of the other is.
    pub(crate) fn are_uuids_unlike(&self, other: &Self) -> bool {
        self.have_in_user(is_uuid) && !other.have_in_user(is_uuid)
    }

    /// Whether one of them is an id for certain, as where a row begins: a UUID, an address, the number or the customer of the
    /// other row.
    pub(crate) fn begin_row_like(&self, other: &Self) -> bool {
        let begins = |(id, other): (&Id<'_>, &Id<'_>)| {
            let (Some(text), other) = (id.text.filter(|text| !text.is_empty()), other.text) else {
                return false;
            };
            let are_numbers = || {
                let is_like = |other: &str| other.len() == text.len() && is_digits(other) && is_digits(text);
                // Shorter ones are numbers of houses, too.
                text.len() >= MIN_NUMBER && other.is_some_and(is_like)
            };
            is_uuid(text)
                || (id.is_address() && id.is_valid())
                || if id.is_of_user() { are_numbers() } else { other == Some(text) }
        };
        self.0.iter().zip(&other.0).any(begins)
    }

    /// Whether the row ends before all of them.
    pub(crate) fn are_missing(&self) -> bool {
        self.0.iter().all(|id| id.text.is_none())
    }

    /// Whether the header has no customer and no tenant.
    pub(crate) fn are_of_users_alone(&self) -> bool {
        self.0.iter().all(Id::is_of_user)
    }

    /// Whether those that are there look like the ids of another row: customers and tenants repeat or have one form.
    pub(crate) fn resemble(&self, others: &Self) -> bool {
        let are_users_alone = self.are_of_users_alone();
        let resembles = |(id, other): (&Id<'_>, &Id<'_>)| {
            let is_usual = id.is_valid() || (id.is_of_user() && id.text == Some(""));
            id.text == other.text
                || (is_usual && (id.is_of_user() && !are_users_alone || id.resembles(other)))
        };
        !self.are_missing() && self.0.iter().zip(&others.0).filter(|(id, _)| id.text.is_some()).all(resembles)
    }
}

impl Id<'_> {
    fn is_of_user(&self) -> bool {
        Column::KEYS.contains(&self.column)
    }

    fn is_address(&self) -> bool {
        matches!(self.column, Column::UserPrincipalName | Column::Mail)
    }

    fn is_valid(&self) -> bool {
        self.text.is_some_and(|text| match self.column {
            Column::Customer => CustomerId::new(text).is_ok(),
            Column::Tenant => TenantId::new(text).is_ok(),
            _ if self.is_address() => text.contains('@'),
            _ => UserId::new(text).is_ok(),
        })
    }

    /// Whether both have the same length, and both have digits or neither has.
    fn resembles(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.text, other.text) else { return false };
        let is_cut = self.is_last && one.len() < other.len();
        is_cut || (one.len() == other.len() && has_digits(one) == has_digits(other))
    }
}

/// The fewest digits of a number that names a user for certain.
const MIN_NUMBER: usize = 4;

/// An id without what may stand around it: white space, characters that cannot be seen, quotes, a formula.
pub(crate) fn without_wrapping(text: &str) -> &str {
    let text = text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character));
    text.trim_start_matches('=').trim_matches('"')
}
