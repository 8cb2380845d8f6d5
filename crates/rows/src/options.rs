//! What rows are for, and how an input is to be read.

use std::str::FromStr;

use avepoint_elements::{CustomerId, TenantId};

use crate::columns::{Column, is_same};
use crate::error::InputError;
use crate::format::{Format, UnknownName};
use crate::problem::{Advice, excerpt};
use crate::text::trimmed;
use crate::wanted::UserKind;

/// What the rows of an input are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Updates: each row is complete, and names its user by ids.
    #[default]
    Update,
    /// A plan: each row names its user by any key, and says of each value whether it is kept, cleared or set.
    Plan,
}

impl Purpose {
    /// The columns that are read. Others are carried through.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Update => &Column::OF_UPDATE,
            Self::Plan => &Column::ALL,
        }
    }

    pub(crate) fn reads(self, column: Column) -> bool {
        self.columns().contains(&column)
    }
}

avepoint_elements::named_enum! {
    /// What a blank value means.
    pub enum Blank {
        /// The field stays as it is, as with `#KEEP`. Only a [plan](Purpose::Plan) can do that, whose default it is.
        Keep = "keep",
        /// The field is emptied, as with `#CLEAR`. A column or member that the input does not have is not blank; nor is a
        /// cell that a row ends before, which is a mistake.
        Clear = "clear",
        /// A mistake: each cell has a value. It is the default of [updates](Purpose::Update), where a blank city is left out.
        Error = "error",
    }
}

impl FromStr for Blank {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::parse(text).ok_or(UnknownName("keep, clear and error"))
    }
}

/// How an input is to be read. [`default`](Default::default) is right for a file with all columns.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct InputOptions {
    pub(crate) purpose: Purpose,
    pub(crate) format: Option<Format>,
    pub(crate) sheet: Option<String>,
    pub(crate) map: Vec<(Column, String)>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) tenant: Option<TenantId>,
    blank: Option<Blank>,
    pub(crate) kind: UserKind,
    pub(crate) strict_countries: bool,
    pub(crate) allow_multiline: bool,
}

impl InputOptions {
    /// Reads rows that are for this.
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Reads this format, rather than the one that the first bytes and the file's extension tell.
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Reads the sheet of this name, rather than the first of a workbook that is not hidden. An input that is no workbook
    /// has none.
    pub fn sheet(mut self, name: impl Into<Option<String>>) -> Self {
        self.sheet = name.into();
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
        self.blank = Some(blank);
        self
    }

    /// The kind of the users of planned rows that do not say it: cloud by default.
    pub fn user_kind(mut self, kind: UserKind) -> Self {
        self.kind = kind;
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

    /// What a blank value means here.
    pub(crate) fn meaning_of_blank(&self) -> Blank {
        self.blank.unwrap_or(match self.purpose {
            Purpose::Update => Blank::Error,
            Purpose::Plan => Blank::Keep,
        })
    }

    /// Refuses what only a plan can do where rows are for updates.
    pub(crate) fn check(&self) -> Result<(), InputError> {
        if self.purpose == Purpose::Update && self.blank == Some(Blank::Keep) {
            let message = "an update replaces every value, and cannot keep those of blank cells";
            return Err(InputError::malformed(message).advise(Advice::Plan));
        }
        self.check_map()
    }

    /// Makes sure that mapped columns are read, none of them twice, and no name for two columns.
    fn check_map(&self) -> Result<(), InputError> {
        let Self { map, purpose, .. } = self;
        if let Some((column, _)) = map.iter().find(|(column, _)| !purpose.reads(*column)) {
            let message = format!("{column} is mapped, and is no column of a complete row");
            return Err(InputError::malformed(message).advise(Advice::Plan));
        }
        for (index, (column, name)) in map.iter().enumerate() {
            for (other, again) in &map[index + 1..] {
                if column == other {
                    return Err(InputError::malformed(format!(
                        "{column} is mapped twice, to \"{}\" and to \"{}\"; map it once",
                        excerpt(name),
                        excerpt(again)
                    )));
                }
                if is_same(name, trimmed(again)) {
                    return Err(InputError::malformed(format!(
                        "\"{}\" is mapped to two columns, {column} and {other}; map it to one",
                        excerpt(name)
                    )));
                }
            }
        }
        Ok(())
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
