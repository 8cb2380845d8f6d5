//! What a row of a plan wants of a user.

use std::borrow::Cow;
use std::str::FromStr;

use avepoint_elements::OfficeField;
use serde::{Deserialize, Serialize};

use crate::columns::Column;
use crate::format::UnknownName;
use crate::text::{CLEAR, KEEP};

/// What a row wants of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there is nothing else to do with a field")]
pub enum Wanted {
    /// The field stays as it is.
    #[default]
    Keep,
    /// The field becomes empty.
    Clear,
    /// The field gets this value.
    Set(String),
}

impl Wanted {
    /// The value that the field is to have; none where it is kept.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(""),
            Self::Set(text) => Some(text),
        }
    }

    /// What a word says that is no value: `#KEEP` or `#CLEAR`, in either case.
    pub(crate) fn of_word(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case(KEEP) {
            Some(Self::Keep)
        } else if text.eq_ignore_ascii_case(CLEAR) {
            Some(Self::Clear)
        } else {
            None
        }
    }
}

/// Whether a text is a `#` and a word in capitals, such as `#N/A` or `#DELETE`. `#12 Main Street` and `#B2` are values.
pub(crate) fn is_word(text: &str) -> bool {
    let Some(word) = text.strip_prefix('#') else { return false };
    let letters = word.chars().filter(|character| character.is_alphabetic()).count();
    let is_part = |character: char| {
        character.is_uppercase() || character.is_ascii_digit() || "/_-!?".contains(character)
    };
    letters > 1 && word.chars().all(is_part)
}

/// What a row wants of all fields that every user has. By default all are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WantedOffice([Wanted; OfficeField::ALL.len()]);

impl WantedOffice {
    /// Wants something of a field, in place of what was wanted of it before. Of a field that local users alone have,
    /// nothing can be wanted.
    #[must_use]
    pub fn with(mut self, field: OfficeField, wanted: Wanted) -> Self {
        if let Some(index) = index_of(field) {
            self.0[index] = wanted;
        }
        self
    }

    /// What is wanted of a field.
    pub fn get(&self, field: OfficeField) -> &Wanted {
        index_of(field).map_or(&Wanted::Keep, |index| &self.0[index])
    }
}

fn index_of(field: OfficeField) -> Option<usize> {
    OfficeField::ALL.iter().position(|other| *other == field)
}

/// The fields of a local user that every update carries and no reading returns. None of them can be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(clippy::exhaustive_structs, reason = "the contract has these three")]
pub struct LocalFields {
    /// The web page; empty where it is cleared.
    pub web_page: String,
    /// The post office box; empty where it is cleared.
    pub po_box: String,
    /// The personal title; empty where it is cleared.
    pub personal_title: String,
}

impl LocalFields {
    /// Each field with its text, in the order of the contract.
    pub fn fields(&self) -> [(OfficeField, &str); 3] {
        [
            (OfficeField::WebPage, &*self.web_page),
            (OfficeField::PoBox, &*self.po_box),
            (OfficeField::PersonalTitle, &*self.personal_title),
        ]
    }

    /// The fields that an update empties, whatever they hold.
    pub fn clears(&self) -> impl Iterator<Item = OfficeField> {
        self.fields().into_iter().filter(|(_, text)| text.is_empty()).map(|(field, _)| field)
    }
}

avepoint_elements::named_enum! {
    /// Where a user is kept, which no reading says: it decides which update the service takes.
    #[derive(Default)]
    pub enum UserKind {
        /// In the cloud alone.
        #[default]
        Cloud = "cloud",
        /// In a local directory, from which the cloud's is synchronised.
        Hybrid = "hybrid",
        /// In a local directory.
        Local = "local",
    }
}

impl UserKind {
    /// Whether an update of the user carries the fields of local users.
    pub const fn has_local_fields(self) -> bool {
        matches!(self, Self::Hybrid | Self::Local)
    }
}

impl FromStr for UserKind {
    type Err = UnknownName;

    /// Takes a name in either case.
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::parse(&text.to_ascii_lowercase()).ok_or(UnknownName("cloud, hybrid and local"))
    }
}

/// What a row wants of its user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WantedRow {
    /// Of the fields that every user has.
    pub office: WantedOffice,
    /// The others of a hybrid or local user; none for a cloud user.
    pub local: Option<LocalFields>,
}

impl From<WantedOffice> for WantedRow {
    /// What the row of a cloud user wants.
    fn from(office: WantedOffice) -> Self {
        Self { office, local: None }
    }
}

/// The cells that name a user, without white space around them. Those that are blank or wrong are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyCells<'r>([Cow<'r, str>; KeyCells::COLUMNS.len()]);

impl<'r> KeyCells<'r> {
    pub(crate) const COLUMNS: [Column; 6] = [
        Column::Customer,
        Column::Tenant,
        Column::User,
        Column::UserPrincipalName,
        Column::Mail,
        Column::EmployeeId,
    ];

    /// The text of a column: customer, tenant, or a [key](Column::KEYS); empty where there is none.
    pub fn get(&self, column: Column) -> &str {
        Self::place(column).map_or("", |place| &self.0[place])
    }

    /// The text of a column, which is then empty.
    pub fn take(&mut self, column: Column) -> String {
        Self::place(column).map_or_else(String::new, |place| std::mem::take(&mut self.0[place]).into_owned())
    }

    /// The same cells, with texts of their own.
    pub fn into_owned(self) -> KeyCells<'static> {
        KeyCells(self.0.map(|text| Cow::Owned(text.into_owned())))
    }

    pub(crate) fn set(&mut self, column: Column, text: &'r str) {
        if let Some(place) = Self::place(column) {
            self.0[place] = Cow::Borrowed(text);
        }
    }

    fn place(column: Column) -> Option<usize> {
        Self::COLUMNS.iter().position(|other| *other == column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_capitals_behind_a_number_sign_is_no_value_and_other_texts_are() {
        for text in ["#DELETE", "#CLAER", "#N/A", "#BÜRO", "#REF!", "#DIV/0!", "#KEEP_IT"] {
            assert!(is_word(text), "{text}");
        }
        for text in ["#12 Main Street", "#12", "#", "##", "#A", "#B2", "#Upper", "#KEEP IT", "KEEP"] {
            assert!(!is_word(text), "{text}");
        }
        assert_eq!(
            (Wanted::of_word("#keep"), Wanted::of_word("#Clear")),
            (Some(Wanted::Keep), Some(Wanted::Clear))
        );
    }
}
