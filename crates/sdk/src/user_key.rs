//! Whose office information.

use crate::{CustomerId, TenantId, UserId};

/// A user: the customer, the customer's tenant, and the user's id there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct UserKey {
    /// The customer.
    pub customer: CustomerId,
    /// The customer's tenant.
    pub tenant: TenantId,
    /// The user in that tenant.
    pub user: UserId,
}

impl UserKey {
    /// The user `user` of `tenant`, which belongs to `customer`.
    pub fn new(customer: CustomerId, tenant: TenantId, user: UserId) -> Self {
        Self { customer, tenant, user }
    }
}
