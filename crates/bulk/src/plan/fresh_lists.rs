//! Rows whose users were looked for, and tenants that are listed anew since a directory is older than what the reading of a
//! user shows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use avepoint_elements::{Elements, Error, UserKey};
use tokio::sync::OnceCell;

use crate::directory::{Resolution, Resolved, TenantNumber, list_again};

/// What came of the rows by the fresh list of a tenant, which is asked for once.
type FreshList = Arc<OnceCell<Option<Resolved>>>;

/// What came of looking for the users of rows, with fresh lists of some tenants.
#[derive(Debug)]
pub(super) struct FreshLists {
    resolved: Resolved,
    fresh: Mutex<HashMap<TenantNumber, FreshList>>,
}

impl FreshLists {
    pub(super) fn new(resolved: Resolved) -> Self {
        Self { resolved, fresh: Mutex::default() }
    }

    /// Whether the users come from a directory, which may be old.
    pub(super) fn may_be_old(&self) -> bool {
        self.resolved.can_search_again()
    }

    /// What came of looking for the user of a row, by a fresh list of the user's tenant if there is one.
    pub(super) fn of(&self, row: usize) -> Resolution {
        match self.resolved.of(row) {
            Resolution::Resolved(found) if found.is_listed => {
                let list = self.list(&found.user);
                let fresh = list.as_deref().and_then(|list| list.get()?.as_ref());
                fresh.map_or(Resolution::Resolved(found), |fresh| fresh.of(row))
            }
            other => other,
        }
    }

    /// Lists the tenant of a row's user, unless it was listed anew before, and says what comes of the row.
    pub(super) async fn fresh(
        &self,
        elements: &Elements,
        row: usize,
        user: &UserKey,
    ) -> Result<Option<Resolution>, Error> {
        let Some(tenant) = self.resolved.number(&user.customer, &user.tenant) else { return Ok(None) };
        let list = Arc::clone(self.lists().entry(tenant).or_default());
        let fresh = list.get_or_try_init(|| list_again(elements, &self.resolved, tenant)).await?;
        Ok(fresh.as_ref().map(|fresh| fresh.of(row)))
    }

    fn list(&self, user: &UserKey) -> Option<FreshList> {
        let tenant = self.resolved.number(&user.customer, &user.tenant)?;
        self.lists().get(&tenant).cloned()
    }

    fn lists(&self) -> MutexGuard<'_, HashMap<TenantNumber, FreshList>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
