//! The office information that the sandbox holds.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Serialize;
use serde_json::Value;

use crate::lock::lock;

/// The office information of one user, as the last successful request left it.
///
/// Ids are compared byte by byte: `A` and `a` are two users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Office {
    /// The id of the customer, percent-decoded.
    pub customer_id: String,
    /// The id of the customer's tenant, percent-decoded.
    pub tenant_id: String,
    /// The id of the user, percent-decoded.
    pub user_id: String,
    /// The JSON object as it was received, fields unknown to the contract included.
    pub office_information: Value,
}

/// A user's full name: customer, tenant and user.
pub(crate) type UserKey = (String, String, String);

/// What is held, by user.
#[derive(Default)]
pub(crate) struct Offices(Mutex<BTreeMap<UserKey, Value>>);

impl Offices {
    /// Replaces the whole value: nothing of an older one stays.
    pub(crate) fn replace(&self, user: UserKey, value: Value) {
        lock(&self.0).insert(user, value);
    }

    pub(crate) fn get(&self, user: &UserKey) -> Option<Value> {
        lock(&self.0).get(user).cloned()
    }

    /// Everything held, sorted by customer, tenant and user.
    pub(crate) fn all(&self) -> Vec<Office> {
        lock(&self.0)
            .iter()
            .map(|((customer, tenant, user), value)| Office {
                customer_id: customer.clone(),
                tenant_id: tenant.clone(),
                user_id: user.clone(),
                office_information: value.clone(),
            })
            .collect()
    }
}
