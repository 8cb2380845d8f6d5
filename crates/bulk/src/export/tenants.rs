//! The users of tenants, to be read.

use std::sync::Arc;

use avepoint_elements::{CustomerId, Elements, TenantId, UserId, UserKey};
use futures_util::StreamExt;

use crate::directory::lists::{self, ListEvent, TenantList};
use crate::directory::{ListEnd, ListError, ListOptions, ListProgress};

/// A tenant whose users are exported, with the names of customer and tenant; empty where they are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "what names a tenant")]
pub struct ExportTenant {
    /// The customer.
    pub customer: CustomerId,
    /// The name of the customer's organization.
    pub customer_name: String,
    /// The tenant.
    pub tenant: TenantId,
    /// The name of the tenant.
    pub tenant_name: String,
}

/// A user who is [to be read](crate::Item::Export) for a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "what names a user")]
pub struct ExportTarget {
    /// The user's tenant, with its names.
    pub tenant: Arc<ExportTenant>,
    /// The user.
    pub user: UserKey,
}

/// The users of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantUsers {
    /// The tenant.
    pub tenant: Arc<ExportTenant>,
    /// Its users, in the order of the list.
    pub users: Vec<UserId>,
    /// How many further entries have an id that no request can name. They are not among the users.
    pub without_usable_id: u64,
    /// How the list ended: whether these are all.
    pub end: ListEnd,
}

impl TenantUsers {
    /// Why these may not be all, if so.
    pub fn problem(&self) -> Option<String> {
        match &self.end {
            ListEnd::Complete if self.without_usable_id > 0 => {
                Some(format!("{} users without a usable id are left out", self.without_usable_id))
            }
            ListEnd::Complete => None,
            ListEnd::Incomplete => Some("the service's list of users is incomplete".to_owned()),
            ListEnd::OutOfReach(error) | ListEnd::Failed(error) => {
                Some(format!("the users cannot be listed: {error}"))
            }
        }
    }

    /// The users, each with its tenant.
    pub fn targets(&self) -> impl Iterator<Item = ExportTarget> {
        let ExportTenant { customer, tenant, .. } = &*self.tenant;
        let key = |user: &UserId| UserKey::new(customer.clone(), tenant.clone(), user.clone());
        self.users.iter().map(move |user| ExportTarget { tenant: Arc::clone(&self.tenant), user: key(user) })
    }
}

/// Lists the users of tenants. A list that is incomplete is asked for once more; how each ended is
/// said with its users.
///
/// # Errors
/// The service refuses the token, which every other list would meet, too, or it was down for too long.
pub async fn list_users(
    elements: &Elements,
    tenants: Vec<ExportTenant>,
    options: ListOptions,
    mut progress: impl FnMut(ListProgress),
) -> Result<Vec<TenantUsers>, ListError> {
    let list = |(number, tenant): (usize, &ExportTenant)| {
        let (customer, tenant) = (tenant.customer.clone(), tenant.tenant.clone());
        TenantList { number, customer, tenant }
    };
    let lists = tenants.iter().enumerate().map(list).collect();
    let mut state = ListProgress { tenants: tenants.len(), ..ListProgress::default() };
    let begin = |tenant| TenantUsers {
        tenant: Arc::new(tenant),
        users: Vec::new(),
        without_usable_id: 0,
        end: ListEnd::Incomplete,
    };
    let mut tenants: Vec<_> = tenants.into_iter().map(begin).collect();
    progress(state);
    let mut events = std::pin::pin!(lists::list_users(elements, lists, options));
    while let Some(event) = events.next().await {
        let event = event?;
        let is_told = state.record(&event);
        match event {
            // What has no id makes the list incomplete.
            ListEvent::User(number, user) => match user.id().map(UserId::new) {
                Some(Ok(user)) => tenants[number].users.push(user),
                Some(Err(_)) => tenants[number].without_usable_id += 1,
                None => {}
            },
            ListEvent::Again(number) => {
                tenants[number].users.clear();
                tenants[number].without_usable_id = 0;
            }
            ListEvent::End(number, end) => {
                tenants[number].end = end;
                state.users += tenants[number].users.len() as u64;
            }
            ListEvent::Waiting(_) => {}
        }
        if is_told {
            progress(state);
        }
    }
    Ok(tenants)
}
