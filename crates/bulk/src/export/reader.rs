//! The users of tenants, each read once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use avepoint_elements::{CustomerId, Elements, Error, TenantId, UserId, UserKey};
use futures_util::stream::{self, Stream, StreamExt};

use super::ExportRow;
use crate::directory::lists::{ListEvent, TenantList, list_users};
use crate::directory::{ListEnd, ListError, ListOptions, ListProgress};
use crate::plan::Unreadable;
use crate::service_error::{is_fatal, is_refusal, reason};

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
    pub fn keys(&self) -> impl Iterator<Item = (Arc<ExportTenant>, UserKey)> {
        let ExportTenant { customer, tenant, .. } = &*self.tenant;
        let key = |user: &UserId| UserKey::new(customer.clone(), tenant.clone(), user.clone());
        self.users.iter().map(move |user| (Arc::clone(&self.tenant), key(user)))
    }
}

/// Why a user is not in the sheet.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReadFailure {
    /// What happened and what to do about it.
    pub reason: String,
    /// Whether the service answered: then the reason lies with this user alone.
    pub is_of_user: bool,
    /// Whether every other reading would meet the error, too, such as a token that is refused.
    pub is_fatal: bool,
    /// The SDK's error, with its [kind](Error::kind); none where the reading came and a sheet cannot hold it.
    pub error: Option<Error>,
}

/// Lists and reads users.
#[derive(Clone, Debug)]
pub struct Exporter {
    elements: Elements,
    requests_at_a_time: usize,
    is_stopped: Arc<AtomicBool>,
}

impl Exporter {
    /// With so many requests at a time.
    pub fn new(elements: &Elements, requests_at_a_time: usize) -> Self {
        let requests_at_a_time = requests_at_a_time.max(1);
        Self { elements: elements.clone(), requests_at_a_time, is_stopped: Arc::default() }
    }

    /// Lists the users of tenants. A list that is incomplete is asked for once more; how each ended is
    /// said with its users.
    ///
    /// # Errors
    /// The service refuses the token, which every other list would meet, too, or it was down for too long.
    pub async fn list(
        &self,
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
        let mut events = std::pin::pin!(list_users(&self.elements, lists, options));
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

    /// Reads each user once. The rows come in the order of the users. Nothing is read but while the stream is polled.
    pub fn read<U>(&self, users: U) -> impl Stream<Item = (UserKey, Result<ExportRow, ReadFailure>)> + use<U>
    where
        U: IntoIterator<Item = (Arc<ExportTenant>, UserKey)>,
    {
        let is_stopped = Arc::clone(&self.is_stopped);
        let users = users.into_iter().take_while(move |_| !is_stopped.load(Ordering::Relaxed));
        let elements = self.elements.clone();
        let read = move |(tenant, user): (Arc<ExportTenant>, UserKey)| {
            let elements = elements.clone();
            async move {
                let row = match elements.user(&user).await {
                    Ok(reading) => ExportRow::of(&tenant, &user, &reading).map_err(ReadFailure::from),
                    Err(error) => Err(ReadFailure::from(error)),
                };
                (user, row)
            }
        };
        stream::iter(users).map(read).buffered(self.requests_at_a_time)
    }

    /// Begins no further reading; those under way go on.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }
}

impl From<Error> for ReadFailure {
    fn from(error: Error) -> Self {
        let is_of_user = is_refusal(&error);
        Self { reason: reason(&error), is_of_user, is_fatal: is_fatal(&error), error: Some(error) }
    }
}

impl From<Unreadable> for ReadFailure {
    fn from(unreadable: Unreadable) -> Self {
        Self { reason: unreadable.to_string(), is_of_user: true, is_fatal: false, error: None }
    }
}
