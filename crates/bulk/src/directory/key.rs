//! The keys by which a row names its user.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A key of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Key {
    /// The id of the user. UUIDs compare without case.
    User,
    /// The user principal name, which compares without case.
    UserPrincipalName,
    /// The mail address, which compares without case.
    Mail,
    /// The employee number, which compares exactly: leading zeros count.
    EmployeeId,
}

impl Key {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::User, Self::UserPrincipalName, Self::Mail, Self::EmployeeId];

    /// Its name in headers and plans, such as `userPrincipalName`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::UserPrincipalName => "userPrincipalName",
            Self::Mail => "mail",
            Self::EmployeeId => "employeeId",
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
