//! The service's lists, past a search.

use std::sync::Arc;

use avepoint_elements::{Customer, CustomerId, Elements, Error, ListStream, ListedUser, TenantId};
use futures_util::stream::{self, Stream, StreamExt};

use super::{CustomerEntry, Customers, Entry, KeyIndex, Listed, Resolved, TenantEntry, TenantNumber};
use crate::service_error::{is_fatal, is_refusal, reason};

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
}

/// Finds the users of rows in the service's lists: of customers, if names or a search need them, and of the users of each
/// tenant that a row may be in, so many tenants at a time.
///
/// A list that is incomplete is asked for once more. What becomes of a list of users that fails is said of its rows.
///
/// # Errors
/// The customers cannot be listed, or the service refuses the token, which every other list would meet, too.
pub async fn resolve(
    elements: &Elements,
    index: KeyIndex,
    lists_at_a_time: usize,
    mut progress: impl FnMut(ListProgress),
) -> Result<Resolved, Error> {
    let customers = if index.needs_customers() { Some(list_customers(elements).await?) } else { None };
    let mut search = index.search(customers.as_ref());
    let tenants = search.tenants();
    let mut state = ListProgress { tenants: tenants.len(), ..ListProgress::default() };
    progress(state);
    let elements = Arc::new(elements.clone());
    let lists: Vec<_> = tenants
        .into_iter()
        .map(|number| {
            let (customer, tenant) = search.ids(number);
            List::begin(Arc::clone(&elements), number, customer.clone(), tenant.clone()).events()
        })
        .collect();
    let mut events = std::pin::pin!(stream::iter(lists).flatten_unordered(lists_at_a_time.max(1)));
    while let Some((tenant, event)) = events.next().await {
        match event {
            Event::User(user) => {
                state.users += 1;
                search.entry(tenant, &entry(&user));
            }
            Event::Again => search.begin_again(tenant),
            Event::End(Ok(end)) => {
                state.listed += 1;
                search.end(tenant, end);
                progress(state);
            }
            Event::End(Err(error)) => return Err(error),
        }
    }
    Ok(search.finish())
}

/// The customers in reach. An incomplete list is asked for once more.
async fn list_customers(elements: &Elements) -> Result<Customers, Error> {
    let mut customers = Customers::default();
    for _ in 0..ATTEMPTS {
        let mut list = elements.customers().stream();
        let mut entries = Vec::new();
        while let Some(customer) = list.next().await {
            entries.push(customer_entry(&customer?));
        }
        customers = Customers::new(entries, list.summary().is_complete());
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

fn entry(user: &ListedUser) -> Entry<'_> {
    Entry {
        id: user.id().unwrap_or_default(),
        user_principal_name: user.user_principal_name().unwrap_or_default(),
        mail: user.mail().unwrap_or_default(),
        employee_id: user.employee_id().unwrap_or_default(),
    }
}

/// How often a list is asked for.
const ATTEMPTS: u32 = 2;

/// The list of the users of a tenant.
struct List {
    elements: Arc<Elements>,
    number: TenantNumber,
    customer: CustomerId,
    tenant: TenantId,
    users: Option<ListStream<ListedUser>>,
    attempts_left: u32,
}

enum Event {
    User(Box<ListedUser>),
    /// The list was incomplete, and comes once more.
    Again,
    End(Result<Listed, Error>),
}

impl List {
    fn begin(elements: Arc<Elements>, number: TenantNumber, customer: CustomerId, tenant: TenantId) -> Self {
        Self { elements, number, customer, tenant, users: None, attempts_left: ATTEMPTS }
    }

    fn events(self) -> impl Stream<Item = (TenantNumber, Event)> {
        let number = self.number;
        // Boxed, since the streams of many lists are polled where they are.
        Box::pin(stream::unfold(Some(self), move |list| async move {
            let mut list = list?;
            let event = list.next().await;
            let rest = if matches!(event, Event::End(_)) { None } else { Some(list) };
            Some(((number, event), rest))
        }))
    }

    async fn next(&mut self) -> Event {
        let users = self.users.get_or_insert_with(|| {
            self.attempts_left -= 1;
            self.elements.users(&self.customer, &self.tenant).stream()
        });
        match users.next().await {
            Some(Ok(user)) => Event::User(Box::new(user)),
            Some(Err(error)) => Event::End(failed(error)),
            None if users.summary().is_complete() => Event::End(Ok(Listed::Complete)),
            None if self.attempts_left > 0 => {
                self.users = None;
                Event::Again
            }
            None => Event::End(Ok(Listed::Incomplete)),
        }
    }
}

/// What a failure says of a list.
fn failed(error: Error) -> Result<Listed, Error> {
    if is_fatal(&error) {
        return Err(error);
    }
    let reason = reason(&error);
    Ok(if is_refusal(&error) { Listed::OutOfReach(reason) } else { Listed::Failed(reason) })
}
