//! What a call is about, for its span.

use crate::api::ids::{CustomerId, TenantId, UserId, UserKey};

/// The ids of a call, and the page of a listing.
#[derive(Clone, Copy, Default)]
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "only spans show it"))]
pub struct Subject<'a> {
    pub(crate) customer: Option<&'a CustomerId>,
    pub(crate) tenant: Option<&'a TenantId>,
    pub(crate) user: Option<&'a UserId>,
    pub(crate) page: Option<i32>,
}

impl<'a> Subject<'a> {
    pub(crate) fn user(UserKey { customer, tenant, user }: &'a UserKey) -> Self {
        Self { customer: Some(customer), tenant: Some(tenant), user: Some(user), page: None }
    }

    pub(crate) fn tenant(customer: &'a CustomerId, tenant: &'a TenantId) -> Self {
        Self { customer: Some(customer), tenant: Some(tenant), ..Self::default() }
    }

    pub(crate) fn page(self, page: i32) -> Self {
        Self { page: Some(page), ..self }
    }
}
