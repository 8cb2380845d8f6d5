//! A user of a plan.

use avepoint_elements::{OfficeField, UserKey};
use serde::{Deserialize, Serialize};

use super::{Change, LocalFields};
use crate::directory::Key;

/// A user whose office information is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedUser {
    /// The line of the input on which the user's row begins.
    pub line: u64,
    /// The keys by which the row names the user.
    pub by: Vec<Key>,
    /// Which user.
    pub user: UserKey,
    /// What people call the user, for messages alone.
    pub names: Names,
    /// What no reading returns of a local user; none for a cloud user.
    pub local: Option<LocalFields>,
    /// Required fields that are kept although the reading had them empty.
    pub kept_empty: Vec<OfficeField>,
    /// What changes.
    pub change: Change,
}

impl PlannedUser {
    /// A cloud user who is named by id.
    pub fn new(line: u64, user: UserKey, change: Change) -> Self {
        let (by, names, local, kept_empty) = (vec![Key::User], Names::default(), None, Vec::new());
        Self { line, by, user, names, local, kept_empty, change }
    }

    /// The fields that no reading returns and that every update of the user empties. What they held cannot be brought
    /// back.
    pub fn clears_unseen(&self) -> impl Iterator<Item = OfficeField> {
        self.local.iter().flat_map(LocalFields::clears)
    }

    /// The user with the change that takes this one back. What no reading returns is carried as it is.
    #[must_use]
    pub fn inverted(self) -> Self {
        Self { change: self.change.inverted(), ..self }
    }
}

/// What people call a user, the customer and the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Names {
    /// The customer's organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The user, by the user principal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl Names {
    /// The longest name that is kept, in Unicode code points.
    const MAX_LENGTH: usize = 256;

    /// Names, each cut to 256 characters.
    pub fn new(customer: Option<&str>, tenant: Option<&str>, user: Option<&str>) -> Self {
        let end = |name: &str| name.char_indices().nth(Self::MAX_LENGTH).map_or(name.len(), |(end, _)| end);
        let cut = |name: &str| name[..end(name)].to_owned();
        Self { customer: customer.map(cut), tenant: tenant.map(cut), user: user.map(cut) }
    }
}
