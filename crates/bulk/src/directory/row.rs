//! What a row says of its user, and a list of users of one.

use std::fmt;

use avepoint_elements::UserId;
use avepoint_elements_rows::{Column, KeyCells};

use super::folded::Folded;
use super::{Key, KeySet};
use crate::ids::is_valid_uuid;
use crate::results::without_guard;

/// The cells of a row that name its user, borrowed.
pub type RowKeys<'a> = RowCells<&'a str>;

/// The cells of a row that name its user, with texts of its own.
pub type RowKeysBuf = RowCells<String>;

/// The cells of a row that name its user. What is missing or blank is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "one field for each column")]
pub struct RowCells<Text> {
    /// The line on which the row begins.
    pub line: u64,
    /// The id or the name of the customer.
    pub customer: Text,
    /// The id or the name of the tenant.
    pub tenant: Text,
    /// The id of the user.
    pub user: Text,
    /// The user principal name.
    pub user_principal_name: Text,
    /// The mail address.
    pub mail: Text,
    /// The employee number.
    pub employee_id: Text,
}

impl<Text> RowCells<Text> {
    fn with(line: u64, mut text: impl FnMut(Column) -> Text) -> Self {
        Self {
            line,
            customer: text(Column::Customer),
            tenant: text(Column::Tenant),
            user: text(Column::User),
            user_principal_name: text(Column::UserPrincipalName),
            mail: text(Column::Mail),
            employee_id: text(Column::EmployeeId),
        }
    }
}

impl<'a> RowKeys<'a> {
    /// The cells of a row of an input.
    pub fn of(line: u64, keys: &'a KeyCells<'_>) -> Self {
        Self::with(line, |column| without_guard(keys.get(column)))
    }

    pub(super) fn get(&self, key: Key) -> &'a str {
        match key {
            Key::User => self.user,
            Key::UserPrincipalName => self.user_principal_name,
            Key::Mail => self.mail,
            Key::EmployeeId => self.employee_id,
        }
    }

    /// The keys that the row has.
    pub fn keys(&self) -> KeySet {
        Key::ALL.into_iter().filter(|key| !self.get(*key).trim().is_empty()).collect()
    }

    /// The keys of the row that a user does not have: none where the row means that user. For a row that names its user
    /// by id, and was not looked for in a list, this is asked of the reading.
    pub fn disagreeing(&self, entry: &UserEntry<'_>) -> KeySet {
        let has = |key: &Key| Folded::of(*key, self.get(*key)) == Folded::of(*key, entry.get(*key));
        self.keys().iter().filter(|key| !has(key)).collect()
    }

    /// Why no user can be looked for by these keys, if it is so.
    pub fn mistake(&self) -> Option<KeyMistake> {
        let id = self.user.trim();
        if self.keys().is_empty() {
            Some(KeyMistake::NoKey)
        } else if [self.user_principal_name, self.mail].into_iter().any(is_more_than_an_address) {
            Some(KeyMistake::NotOneAddress)
        } else if id.is_empty() {
            None
        } else if id.contains('@') {
            Some(KeyMistake::AddressAsId)
        } else {
            (!is_valid_uuid(id) && UserId::new(id).is_err()).then_some(KeyMistake::NoId)
        }
    }
}

/// Whether something stands around an address or in it that belongs to none.
fn is_more_than_an_address(text: &str) -> bool {
    let text = text.trim();
    let starts =
        |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    starts("mailto:") || starts("smtp:") || text.contains(|c: char| c.is_whitespace() || "<>;,".contains(c))
}

impl RowKeysBuf {
    /// The cells of a row of an input.
    pub fn of(line: u64, mut keys: KeyCells<'_>) -> Self {
        Self::with(line, |column| {
            let cell = keys.take(column);
            let text = without_guard(&cell);
            if text.len() == cell.len() { cell } else { text.to_owned() }
        })
    }

    /// The same cells, borrowed.
    pub fn as_keys(&self) -> RowKeys<'_> {
        RowKeys {
            line: self.line,
            customer: &self.customer,
            tenant: &self.tenant,
            user: &self.user,
            user_principal_name: &self.user_principal_name,
            mail: &self.mail,
            employee_id: &self.employee_id,
        }
    }
}

/// The keys of a user in a list. What is missing or null is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "one field for each key")]
pub struct UserEntry<'a> {
    /// The id. A list with an entry that has none is incomplete.
    pub id: &'a str,
    /// The user principal name.
    pub user_principal_name: &'a str,
    /// The mail address.
    pub mail: &'a str,
    /// The employee number.
    pub employee_id: &'a str,
}

impl<'a> UserEntry<'a> {
    /// An entry with nothing but an id.
    pub fn of(id: &'a str) -> Self {
        Self { id, ..Self::default() }
    }

    /// One of its keys.
    pub fn get(&self, key: Key) -> &'a str {
        match key {
            Key::User => self.id,
            Key::UserPrincipalName => self.user_principal_name,
            Key::Mail => self.mail,
            Key::EmployeeId => self.employee_id,
        }
    }
}

/// Why no user can be looked for by the keys of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMistake {
    /// The row has no key.
    NoKey,
    /// What stands for an id is an address.
    AddressAsId,
    /// What stands for an id cannot be one.
    NoId,
    /// What stands for an address has something around it, or is several.
    NotOneAddress,
}

impl fmt::Display for KeyMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoKey => "the row names no user; give user (an id), userPrincipalName, mail or employeeId",
            Self::AddressAsId => {
                "the id of the user holds an @, as an address does; give an address in the column \
                 userPrincipalName or mail"
            }
            Self::NotOneAddress => {
                "userPrincipalName or mail holds more than an address: a display name, a prefix such as mailto:, blanks, or \
                 several addresses; write one address alone"
            }
            Self::NoId => "what stands for the id of the user cannot be one: it is no segment of a URL",
        })
    }
}

impl std::error::Error for KeyMistake {}
