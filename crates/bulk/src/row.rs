//! What a row says: whose office information, and which.

use avepoint_elements::{OfficeInformation, UserKey};

/// One update: a user, and the office information that the user is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// Whose.
    pub user: UserKey,
    /// What.
    pub office: OfficeInformation,
}

impl Row {
    /// The update of a user.
    pub fn new(user: UserKey, office: OfficeInformation) -> Self {
        Self { user, office }
    }
}
