//! What a row wants of a field: to keep it, to clear it, or a value.

use std::fmt;
use std::str::FromStr;

use avepoint_elements::OfficeField;

use super::equality::{country, trimmed};
use super::{PerField, place};

/// What a blank cell means in a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BlankCells {
    /// The field stays as it is, like that of a column that the input lacks.
    #[default]
    Keep,
    /// The field is cleared, as `#CLEAR` does.
    Clear,
    /// The row is invalid: each cell has a value, `#KEEP` or `#CLEAR`.
    Error,
}

impl BlankCells {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Clear, Self::Error];

    /// Its name, such as `keep`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Clear => "clear",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for BlankCells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for BlankCells {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|policy| policy.name() == text).ok_or("keep, clear and error are allowed")
    }
}

/// What a row wants of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// The field stays as it is.
    #[default]
    Keep,
    /// The field becomes empty.
    Clear,
    /// The field gets this value.
    Set(String),
}

const KEEP: &str = "#KEEP";
const CLEAR: &str = "#CLEAR";

impl Wanted {
    /// What a cell wants; none where the input lacks the column. A country becomes the service's own name of it.
    ///
    /// # Errors
    /// The cell is blank where that is an error, a `#WORD` in capitals that means nothing, or longer than the
    /// contract's limit.
    pub fn of(field: OfficeField, cell: Option<&str>, blank: BlankCells) -> Result<Self, CellMistake> {
        let Some(text) = cell.map(trimmed) else { return Ok(Self::Keep) };
        if text.is_empty() {
            return match blank {
                BlankCells::Keep => Ok(Self::Keep),
                BlankCells::Clear => Ok(Self::Clear),
                BlankCells::Error => Err(CellMistake::Blank),
            };
        }
        match text {
            _ if text.eq_ignore_ascii_case(KEEP) => Ok(Self::Keep),
            _ if text.eq_ignore_ascii_case(CLEAR) => Ok(Self::Clear),
            _ if is_command(text) => Err(CellMistake::UnknownCommand),
            _ => Self::set(field, text),
        }
    }

    fn set(field: OfficeField, text: &str) -> Result<Self, CellMistake> {
        let text = country(field, text).map_or(text, |country| country.name);
        let length = text.chars().count();
        match field.contract().max_length {
            Some(limit) if length > limit => Err(CellMistake::TooLong { length, limit }),
            _ => Ok(Self::Set(text.to_owned())),
        }
    }

    /// The value that the field is to have; none where it is kept.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(""),
            Self::Set(text) => Some(text),
        }
    }
}

/// Whether a text is a `#` and a word in capitals, such as `#N/A` or `#DELETE`. `#12 Main Street` and `#B2` are values.
fn is_command(text: &str) -> bool {
    let Some(word) = text.strip_prefix('#') else { return false };
    let letters = word.chars().filter(|character| character.is_alphabetic()).count();
    let is_part = |character: char| {
        character.is_uppercase() || character.is_ascii_digit() || "/_-!?".contains(character)
    };
    letters > 1 && word.chars().all(is_part)
}

/// Why a cell wants nothing that can be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CellMistake {
    /// It is blank, and [`BlankCells::Error`] holds.
    Blank,
    /// It is a `#WORD` other than `#KEEP` and `#CLEAR`.
    UnknownCommand,
    /// It is longer than the contract allows.
    TooLong {
        /// In Unicode code points.
        length: usize,
        /// In Unicode code points.
        limit: usize,
    },
}

impl fmt::Display for CellMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => {
                write!(f, "is blank; give a value, {KEEP} to keep the field, or {CLEAR} to empty it")
            }
            Self::UnknownCommand => {
                write!(
                    f,
                    "is no value: of the words after a #, {KEEP} keeps the field and {CLEAR} empties it"
                )
            }
            Self::TooLong { length, limit } => {
                write!(f, "has {length} characters; at most {limit} are allowed")
            }
        }
    }
}

impl std::error::Error for CellMistake {}

/// What a row wants of all fields. By default all are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WantedOffice(PerField<Wanted>);

impl WantedOffice {
    /// Wants something of a field, in place of what was wanted of it before.
    #[must_use]
    pub fn with(mut self, field: OfficeField, wanted: Wanted) -> Self {
        self.0[place(field)] = wanted;
        self
    }

    /// What is wanted of a field.
    pub fn get(&self, field: OfficeField) -> &Wanted {
        &self.0[place(field)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn city(cell: &str, blank: BlankCells) -> Result<Wanted, CellMistake> {
        Wanted::of(OfficeField::City, Some(cell), blank)
    }

    fn set(text: &str) -> Wanted {
        Wanted::Set(text.to_owned())
    }

    #[test]
    fn an_absent_column_keeps_whatever_a_blank_cell_means() {
        for blank in BlankCells::ALL {
            assert_eq!(Wanted::of(OfficeField::City, None, blank), Ok(Wanted::Keep));
            assert_eq!(city(" #keep ", blank), Ok(Wanted::Keep));
            assert_eq!(city("#Clear", blank), Ok(Wanted::Clear));
        }
        let blanks = BlankCells::ALL.map(|blank| city(" \u{feff}", blank));
        assert_eq!(blanks, [Ok(Wanted::Keep), Ok(Wanted::Clear), Err(CellMistake::Blank)]);
    }

    #[test]
    fn a_word_in_capitals_behind_a_number_sign_is_a_mistake_and_other_texts_are_values() {
        for text in ["#DELETE", "#CLAER", "#N/A", "#BÜRO", "#REF!", "#DIV/0!", "#KEEP_IT"] {
            assert_eq!(city(text, BlankCells::Keep), Err(CellMistake::UnknownCommand), "{text}");
        }
        for text in ["#12 Main Street", "#12", "#", "##", "#A", "#B2", "#Upper", "#KEEP IT", "KEEP"] {
            assert_eq!(city(text, BlankCells::Keep), Ok(set(text)), "{text}");
        }
    }

    #[test]
    fn a_country_gets_the_services_name_and_a_long_value_is_refused_by_its_length() {
        let country = |text| Wanted::of(OfficeField::CountryRegion, Some(text), BlankCells::Keep);
        assert_eq!((country("de"), country("Atlantis")), (Ok(set("Germany")), Ok(set("Atlantis"))));
        let (exact, over) = ("ä".repeat(128), "ä".repeat(129));
        assert_eq!(city(&exact, BlankCells::Keep), Ok(set(&exact)));
        let too_long = CellMistake::TooLong { length: 129, limit: 128 };
        assert_eq!(city(&over, BlankCells::Keep), Err(too_long));
    }
}
