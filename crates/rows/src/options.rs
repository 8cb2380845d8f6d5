//! How an input is to be read.

use std::fmt;
use std::str::FromStr;

use avepoint_elements::{CustomerId, TenantId};

use crate::columns::Column;
use crate::format::{Format, UnknownName};

/// What a blank value means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Blank {
    /// A required value must not be blank, and a city that is blank is left out of the update.
    #[default]
    Error,
    /// A value that is blank is sent as an empty text, as `#CLEAR` is. A column or member that the input does
    /// not have is not blank; nor is a cell that a row ends before, which is a mistake.
    Clear,
}

impl Blank {
    /// Its name, such as `error`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Clear => "clear",
        }
    }
}

impl fmt::Display for Blank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Blank {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let meanings = [Self::Error, Self::Clear];
        meanings.into_iter().find(|blank| blank.name() == text).ok_or(UnknownName("clear and error"))
    }
}

/// How an input is to be read. [`default`](Default::default) is right for a file with all columns.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct InputOptions {
    pub(crate) format: Option<Format>,
    pub(crate) map: Vec<(Column, String)>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) blank: Blank,
    pub(crate) strict_countries: bool,
    pub(crate) allow_multiline: bool,
}

impl InputOptions {
    /// Reads this format, rather than the one that the first bytes and the file's extension tell.
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Takes a column from where the input calls it `name`, and from nowhere else.
    pub fn map(mut self, column: Column, name: impl Into<String>) -> Self {
        self.map.push((column, name.into()));
        self
    }

    /// The customer of all rows. A row that names another is invalid.
    pub fn customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }

    /// The tenant of all rows. A row that names another is invalid.
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// What a blank value means.
    pub fn blank(mut self, blank: Blank) -> Self {
        self.blank = blank;
        self
    }

    /// Makes a country that is not the service's an error, in place of a warning.
    pub fn strict_countries(mut self, strict: bool) -> Self {
        self.strict_countries = strict;
        self
    }

    /// Sends values that hold lines which look like rows of the input, with a warning. Without this they are mistakes,
    /// since a quote that is missing makes values of rows.
    pub fn allow_multiline(mut self, allow: bool) -> Self {
        self.allow_multiline = allow;
        self
    }

    /// The id that fills a column.
    pub(crate) fn filling(&self, column: Column) -> Option<&str> {
        match column {
            Column::Customer => self.customer.as_ref().map(CustomerId::as_str),
            Column::Tenant => self.tenant.as_ref().map(TenantId::as_str),
            _ => None,
        }
    }
}

/// What can be done about a problem other than correct the input: an option of [`InputOptions`]. A program names its own
/// flag for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// [Allow](InputOptions::allow_multiline) values that hold lines which look like rows.
    AllowMultiline,
    /// [Map](InputOptions::map) the columns that the header calls otherwise.
    MapColumns {
        /// Those without which nothing can be read.
        required: Vec<Column>,
        /// Those that may be left out.
        optional: Vec<Column>,
    },
    /// [Read](InputOptions::format) the input as this format.
    ReadAs(Format),
}
