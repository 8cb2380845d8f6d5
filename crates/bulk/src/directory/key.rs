//! The keys by which a row names its user.

use std::fmt;

use serde::{Deserialize, Serialize};

avepoint_elements::named_enum! {
    /// A key of a user.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub enum Key {
        /// The id of the user. UUIDs compare without case.
        User = "user",
        /// The user principal name, which compares without case.
        UserPrincipalName = "userPrincipalName",
        /// The mail address, which compares without case.
        Mail = "mail",
        /// The employee number, which compares exactly: leading zeros count.
        EmployeeId = "employeeId",
    }
}

/// Some of the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeySet(u8);

impl KeySet {
    pub(super) fn insert(&mut self, key: Key) {
        self.0 |= 1 << key as u8;
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether a key is one of them.
    pub const fn contains(self, key: Key) -> bool {
        self.0 & 1 << key as u8 != 0
    }

    /// Those that another set lacks.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The keys, in the order of [`Key::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Key> {
        Key::ALL.into_iter().filter(move |key| self.contains(*key))
    }
}

impl FromIterator<Key> for KeySet {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        let mut set = Self::default();
        keys.into_iter().for_each(|key| set.insert(key));
        set
    }
}

/// As in `mail and employeeId`.
impl fmt::Display for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, key) in self.iter().enumerate() {
            let before = if place == 0 { "" } else { " and " };
            write!(f, "{before}{key}")?;
        }
        Ok(())
    }
}
