//! A user as a list of users has it.

use super::Key;

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
