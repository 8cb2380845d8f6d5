//! The service's lists, past a search.

use avepoint_elements::{Customer, Elements, Error, ListedUser};
use futures_util::StreamExt;

use super::lists::{ATTEMPTS, ListEvent, TenantList, list_users};
use super::{
    CustomerEntry, Customers, KeyIndex, ListError, ListOptions, ListWait, Resolved, Search, TenantEntry,
    TenantNumber, UserEntry, list_customers,
};

/// How far the lists have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListProgress {
    /// How many tenants' users were listed.
    pub listed: usize,
    /// How many tenants' users are to be listed.
    pub tenants: usize,
    /// How many users there were so far.
    pub users: u64,
    /// What is waited for, where nothing is sent.
    pub wait: Option<ListWait>,
}

impl ListProgress {
    /// Takes note of what came of the lists, but for the number of users. Whether it is to be told.
    pub(crate) fn record<N>(&mut self, event: &ListEvent<N>) -> bool {
        match event {
            ListEvent::User(..) => self.wait.take().is_some(),
            ListEvent::Again(_) => false,
            ListEvent::End(..) => {
                self.listed += 1;
                self.wait = None;
                true
            }
            ListEvent::Waiting(wait) => {
                self.wait = Some(*wait);
                true
            }
        }
    }
}

/// Finds the users of rows in the service's lists: of customers, if names or a search need them, and of the users of each
/// tenant that a row may be in.
///
/// A list that is incomplete is asked for once more. What becomes of a list of users that fails while others are answered is
/// said of its rows.
///
/// # Errors
/// The customers cannot be listed, the service refuses the token, which every other list would meet, too, or it was down for
/// too long.
pub async fn resolve(
    elements: &Elements,
    index: KeyIndex,
    options: ListOptions,
    mut progress: impl FnMut(ListProgress),
) -> Result<Resolved, ListError> {
    let customers =
        if index.needs_customers() { Some(customers(elements, options, &mut progress).await?) } else { None };
    let mut search = index.search(customers.as_ref());
    let tenants = search.tenants();
    list_tenants(elements, &mut search, tenants, options, &mut progress).await?;
    Ok(search.finish())
}

/// Ends a search that a [`DirectoryFile`](super::DirectoryFile) was shown to: lists the users of each tenant that a row may
/// be in and the directory says nothing of. Where a reading disagrees with the directory, a planning lists the user's tenant.
///
/// # Errors
/// The service refuses the token, which every other list would meet, too, or it was down for too long.
pub async fn list_rest(
    elements: &Elements,
    mut search: Search,
    options: ListOptions,
    mut progress: impl FnMut(ListProgress),
) -> Result<Resolved, ListError> {
    let tenants = search.tenants();
    list_tenants(elements, &mut search, tenants, options, &mut progress).await?;
    Ok(search.finish_and_keep())
}

/// Lists one tenant once more, for the rows whose users were looked for. None where that cannot be done. A failure that may
/// pass is an error: the run that reads the user waits and asks again.
pub(crate) async fn list_again(
    elements: &Elements,
    resolved: &Resolved,
    tenant: TenantNumber,
) -> Result<Option<Resolved>, Error> {
    let Some(mut search) = resolved.search_again(tenant) else { return Ok(None) };
    let options = ListOptions::new().without_waiting();
    let listed = list_tenants(elements, &mut search, vec![tenant], options, &mut |_| {}).await;
    listed.map_err(|error| error.error().clone())?;
    Ok(Some(search.finish()))
}

async fn list_tenants(
    elements: &Elements,
    search: &mut Search,
    tenants: Vec<TenantNumber>,
    options: ListOptions,
    progress: &mut impl FnMut(ListProgress),
) -> Result<(), ListError> {
    let mut state = ListProgress { tenants: tenants.len(), ..ListProgress::default() };
    progress(state);
    let lists = tenants.into_iter().map(|number| {
        let (customer, tenant) = search.ids(number);
        TenantList { number, customer: customer.clone(), tenant: tenant.clone() }
    });
    let mut events = std::pin::pin!(list_users(elements, lists.collect(), options));
    while let Some(event) = events.next().await {
        let event = event?;
        let is_told = state.record(&event);
        match event {
            ListEvent::User(tenant, user) => {
                state.users += 1;
                search.entry(tenant, &entry(&user));
            }
            ListEvent::Again(tenant) => search.begin_again(tenant),
            ListEvent::End(tenant, end) => search.end(tenant, end),
            ListEvent::Waiting(_) => {}
        }
        if is_told {
            progress(state);
        }
    }
    Ok(())
}

/// The customers in reach. An incomplete list is asked for once more.
async fn customers(
    elements: &Elements,
    options: ListOptions,
    progress: &mut impl FnMut(ListProgress),
) -> Result<Customers, ListError> {
    let mut customers = Customers::default();
    for _ in 0..ATTEMPTS {
        let waiting = |wait| progress(ListProgress { wait, ..ListProgress::default() });
        let (list, summary) = list_customers(elements, options, waiting).await?;
        customers = Customers::new(list.iter().map(customer_entry).collect(), summary.is_complete());
        if customers.are_complete() {
            break;
        }
    }
    Ok(customers)
}

fn customer_entry(customer: &Customer) -> CustomerEntry {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let tenants = customer.tenants();
    CustomerEntry {
        id: text(customer.id()),
        name: text(customer.organization()),
        tenants: tenants
            .map(|tenant| TenantEntry { id: text(tenant.id()), name: text(tenant.name()) })
            .collect(),
    }
}

fn entry(user: &ListedUser) -> UserEntry<'_> {
    UserEntry {
        id: user.id().unwrap_or_default(),
        user_principal_name: user.user_principal_name().unwrap_or_default(),
        mail: user.mail().unwrap_or_default(),
        employee_id: user.employee_id().unwrap_or_default(),
    }
}
