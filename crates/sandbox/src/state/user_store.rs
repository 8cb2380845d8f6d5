//! The users of a running sandbox: reading, listing and updating them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::lock::lock;
use crate::state::directory::{Directory, UserPath};
use crate::state::object_text::ObjectText;
use crate::state::page::PageRequest;
use crate::state::user_record::UserKind;

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

/// A time that no test reaches.
const MAX_DELAY: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// Whether a user exists.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Presence {
    Absent,
    /// Any id is accepted, and nothing tells its kind.
    Assumed,
    Present(UserKind),
}

/// What is held, behind its lock.
pub(crate) struct UserStore {
    /// Whether a user exists that was never heard of.
    accepts_any: bool,
    held: Mutex<StoreState>,
}

struct StoreState {
    directory: Directory,
    /// Updates that were accepted and do not show yet, by the time at which they will, and by their number.
    unseen: BTreeMap<(Instant, u64), DelayedChange>,
    updates: u64,
}

struct DelayedChange {
    customer: String,
    tenant: String,
    user: String,
    office: Box<str>,
}

impl UserStore {
    /// One that knows these users and no others, or accepts any id.
    pub(crate) fn new(directory: Option<Directory>) -> Self {
        let accepts_any = directory.is_none();
        let directory = directory.unwrap_or_default();
        Self { accepts_any, held: Mutex::new(StoreState { directory, unseen: BTreeMap::new(), updates: 0 }) }
    }

    /// What is held, with every update that shows by now.
    fn held(&self) -> MutexGuard<'_, StoreState> {
        let mut held = lock(&self.held);
        held.show_due();
        held
    }

    /// Whether there is such a user.
    pub(crate) fn presence(&self, path: UserPath<'_>) -> Presence {
        if self.accepts_any {
            return Presence::Assumed;
        }
        self.held().directory.user(path).map_or(Presence::Absent, |record| Presence::Present(record.kind))
    }

    /// Replaces the office information of a user that exists; readings show it after a time.
    pub(crate) fn update(&self, path: UserPath<'_>, office: Box<str>, after: Duration) {
        self.held().update(path, office, after);
    }

    /// A user as JSON; none where there is no such user.
    pub(crate) fn read(&self, path: UserPath<'_>) -> Option<String> {
        match self.held().directory.user(path) {
            Some(record) => Some(record.reading(path.user)),
            None if self.accepts_any => {
                let mut reading = ObjectText::new();
                reading.text("id", path.user);
                Some(reading.end())
            }
            None => None,
        }
    }

    /// A page of the users of a tenant, or of those with these ids; none where there is no such tenant.
    pub(crate) fn list(
        &self,
        (customer, tenant): (&str, &str),
        only: Option<&[&str]>,
        request: PageRequest,
    ) -> Option<String> {
        let held = self.held();
        let Some(tenant) = held.directory.tenant(customer, tenant) else {
            return self.accepts_any.then(|| request.page(0, |_| String::new()));
        };
        let entry = |index: usize| {
            let user = tenant.users.get_index(index);
            user.map(|(id, record)| record.listed(id)).unwrap_or_default()
        };
        Some(match only {
            None => request.page(tenant.users.len(), entry),
            Some(ids) => {
                let selected = selected(ids, |id| tenant.users.get_index_of(id));
                request.page(selected.len(), |index| entry(selected[index]))
            }
        })
    }

    /// A page of the customers within reach, or of those of them with these ids.
    pub(crate) fn list_customers(
        &self,
        in_reach: impl Fn(&str) -> bool,
        only: Option<&[&str]>,
        request: PageRequest,
    ) -> String {
        let held = self.held();
        let customers = held.directory.all();
        let index_of = |id: &str| customers.get_index_of(id);
        let indices = match only {
            Some(ids) => selected(ids, index_of),
            None => (0..customers.len()).collect(),
        };
        let reached = |index: &usize| customers.get_index(*index).is_some_and(|(id, _)| in_reach(id));
        let indices: Vec<usize> = indices.into_iter().filter(reached).collect();
        request.page(indices.len(), |index| {
            customers.get_index(indices[index]).map(|(id, customer)| customer.listed(id)).unwrap_or_default()
        })
    }

    /// The office information of a user as the last update left it, whether it shows yet or not.
    pub(crate) fn office(&self, path: UserPath<'_>) -> Option<Value> {
        let held = self.held();
        let shown = || held.directory.user(path).and_then(|record| record.office.as_deref());
        held.unseen_of(path).or_else(shown).and_then(|office| serde_json::from_str(office).ok())
    }

    /// The office information of all users that have some, sorted by customer, tenant and user.
    pub(crate) fn offices(&self) -> Vec<Office> {
        let held = self.held();
        let mut offices: Vec<Office> = held
            .directory
            .each()
            .filter_map(|(path, record)| {
                let office = held.unseen_of(path).or(record.office.as_deref())?;
                let office_information = serde_json::from_str(office).ok()?;
                let [customer_id, tenant_id, user_id] =
                    [path.customer, path.tenant, path.user].map(str::to_owned);
                Some(Office { customer_id, tenant_id, user_id, office_information })
            })
            .collect();
        let key =
            |office: &Office| [&office.customer_id, &office.tenant_id, &office.user_id].map(Clone::clone);
        offices.sort_by_cached_key(key);
        offices
    }

    /// Every user as readings show it now, one line each.
    pub(crate) fn lines(&self) -> String {
        let held = self.held();
        let lines = held.directory.each().map(|(path, record)| held.directory.line(path, record));
        lines.fold(String::new(), |all, line| all + &line + "\n")
    }

    /// A user as a line of the directory.
    pub(crate) fn line(&self, path: UserPath<'_>) -> Option<String> {
        let held = self.held();
        held.directory.user(path).map(|record| held.directory.line(path, record))
    }

    pub(crate) fn add(&self, line: &Value) -> std::io::Result<()> {
        self.held().directory.add(line)
    }

    pub(crate) fn remove(&self, path: UserPath<'_>) -> bool {
        self.held().directory.remove(path)
    }

    /// Gives fields of a user new values, at once; false where there is no such user.
    pub(crate) fn change(&self, path: UserPath<'_>, changes: &Map<String, Value>) -> bool {
        self.held().directory.user_mut(path).map(|record| record.change(changes)).is_some()
    }
}

impl StoreState {
    fn update(&mut self, path: UserPath<'_>, office: Box<str>, after: Duration) {
        let now = Instant::now();
        if after.is_zero() {
            // An earlier one that shows later would undo this one.
            self.unseen.retain(|_, unseen| !unseen.is_of(path));
            self.directory.user_or_new(path).office = Some(office);
            return;
        }
        self.updates += 1;
        self.directory.user_or_new(path);
        let shows = now.checked_add(after.min(MAX_DELAY)).unwrap_or(now + MAX_DELAY);
        let [customer, tenant, user] = [path.customer, path.tenant, path.user].map(str::to_owned);
        self.unseen.insert((shows, self.updates), DelayedChange { customer, tenant, user, office });
    }

    fn show_due(&mut self) {
        let now = Instant::now();
        while let Some(entry) = self.unseen.first_entry()
            && entry.key().0 <= now
        {
            let DelayedChange { customer, tenant, user, office } = entry.remove();
            let path = UserPath { customer: &customer, tenant: &tenant, user: &user };
            self.directory.user_or_new(path).office = Some(office);
        }
    }

    fn unseen_of(&self, path: UserPath<'_>) -> Option<&str> {
        let newest = self.unseen.values().rev().find(|unseen| unseen.is_of(path));
        newest.map(|unseen| &*unseen.office)
    }
}

impl DelayedChange {
    fn is_of(&self, path: UserPath<'_>) -> bool {
        (self.customer.as_str(), self.tenant.as_str(), self.user.as_str())
            == (path.customer, path.tenant, path.user)
    }
}

/// The indices of what has these ids, each once, in the order of the directory.
fn selected(ids: &[&str], index_of: impl Fn(&str) -> Option<usize>) -> Vec<usize> {
    let mut indices: Vec<usize> = ids.iter().filter_map(|id| index_of(id)).collect();
    indices.sort_unstable();
    indices.dedup();
    indices
}
