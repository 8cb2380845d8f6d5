//! Lists of users stream past the keys of the rows.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;

use avepoint_elements::{CustomerId, Error, TenantId, UserId, UserKey};

use super::chunked::Chunked;
use super::folded::Folded;
use super::found::FoundUsers;
use super::index::{LookupMethod, Matched, RowState, Slots};
use super::named_tenants::{LocatedTenants, TenantTarget};
use super::{
    Customers, Found, Key, KeyIndex, KeySet, LeadingZeros, Resolution, TenantNumber, TenantProblem, UserEntry,
};
use crate::ids::{UUID_LENGTH, canonical};
use crate::service_error::ServiceError;

/// How a list of users ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListEnd {
    /// All users of the tenant were in it.
    Complete,
    /// Some may have been missing.
    #[default]
    Incomplete,
    /// The service refused it with this error: the tenant is not in reach.
    OutOfReach(ServiceError),
    /// It failed with this error, which may pass.
    Failed(ServiceError),
}

impl ListEnd {
    /// The SDK's error, where it was refused or failed.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Complete | Self::Incomplete => None,
            Self::OutOfReach(error) | Self::Failed(error) => Some(error.get()),
        }
    }
}

/// Looks for the users of rows in lists of users.
#[derive(Debug)]
pub struct Search {
    located: LocatedTenants,
    rows: Chunked<RowState>,
    slots: Arc<Slots>,
    users: FoundUsers,
    /// By tenant. What was not listed is incomplete.
    lists: Vec<ListStatus>,
    /// The rows of one entry, with each key in which they agree.
    candidates: Vec<(u32, Key)>,
}

/// What came of the list of a tenant.
#[derive(Clone, Debug, Default)]
struct ListStatus {
    end: ListEnd,
    /// Whether an entry had no id that can be used.
    has_nameless: bool,
}

impl KeyIndex {
    /// Begins the search.
    pub fn search(self, customers: Option<&Customers>) -> Search {
        let Self { named_tenants, rows, mut slots, users } = self;
        slots.sort();
        let (slots, located) = (Arc::new(slots), named_tenants.locate(customers));
        let lists = vec![ListStatus::default(); located.tenants.numbers().count()];
        Search { located, rows, slots, users, lists, candidates: Vec::new() }
    }
}

impl Search {
    /// The tenants whose users are still to be listed.
    pub fn tenants(&self) -> Vec<TenantNumber> {
        let mut tenants = self.located.to_be_listed();
        tenants.retain(|tenant| self.lists[tenant.index()].end != ListEnd::Complete);
        tenants
    }

    /// The number of a tenant that is known, by the ids of customer and tenant.
    pub fn number(&self, customer: &str, tenant: &str) -> Option<TenantNumber> {
        self.located.tenants.number(customer, tenant)
    }

    /// The ids of a tenant and its customer.
    pub fn ids(&self, tenant: TenantNumber) -> (&CustomerId, &TenantId) {
        self.located.tenants.ids(tenant)
    }

    /// Shows an entry of the list of a tenant. Seen again, it counts once.
    pub fn entry(&mut self, tenant: TenantNumber, entry: &UserEntry<'_>) {
        let id = entry.id.trim();
        if UserId::new(id).is_err() {
            self.lists[tenant.index()].has_nameless = true;
            return;
        }
        self.find_candidates(tenant, entry);
        let mut user = None;
        for group in self.candidates.chunk_by(|one, other| one.0 == other.0) {
            let Some(row) = self.rows.get_mut(group[0].0 as usize) else { continue };
            let agreeing: KeySet = group.iter().map(|(_, key)| *key).collect();
            row.seen.extend(agreeing);
            if agreeing != row.keys {
                continue;
            }
            row.matched = match row.matched {
                Matched::None => {
                    let number = *user.get_or_insert_with(|| self.users.push(Some(tenant), id));
                    Matched::One(number)
                }
                Matched::One(number) if self.users.is(number, tenant, id) => Matched::One(number),
                _ => Matched::Several,
            };
        }
    }

    /// Finds the rows that have a key of an entry, sorted.
    fn find_candidates(&mut self, tenant: TenantNumber, entry: &UserEntry<'_>) {
        self.candidates.clear();
        for key in Key::ALL {
            let Some(folded) = Folded::of(key, entry.get(key)) else { continue };
            for (number, zeros) in self.slots.rows(key, &folded) {
                let Some(row) = self.rows.get_mut(number as usize) else { continue };
                if !self.located.covers(row.named_tenant, tenant) {
                    continue;
                }
                if zeros == folded.zeros {
                    self.candidates.push((number, key));
                } else {
                    row.zeros = Some(LeadingZeros::and(row.zeros, folded.zeros));
                }
            }
        }
        self.candidates.sort_unstable_by_key(|(row, _)| *row);
    }

    /// Says that the list of a tenant comes once more, from its beginning.
    pub fn begin_again(&mut self, tenant: TenantNumber) {
        self.lists[tenant.index()] = ListStatus::default();
    }

    /// Says how the list of a tenant ended.
    pub fn end(&mut self, tenant: TenantNumber, end: ListEnd) {
        self.lists[tenant.index()].end = end;
    }

    /// Ends the search.
    pub fn finish(self) -> Resolved {
        self.finish_with(None)
    }

    /// Ends the search, and keeps what it takes to [search a tenant again](Resolved::search_again).
    pub(crate) fn finish_and_keep(self) -> Resolved {
        let kept = RetainedSearch { slots: Arc::clone(&self.slots), lists: self.lists.clone() };
        self.finish_with(Some(kept))
    }

    fn finish_with(self, kept: Option<RetainedSearch>) -> Resolved {
        let Self { located, rows, slots, users, lists, .. } = self;
        drop(slots);
        let coverages = located.targets().map(|target| ListCoverage::of(target, &located, &lists)).collect();
        let mut resolved = Resolved { located, rows, users, coverages, duplicates: Vec::new(), kept };
        resolved.duplicates = resolved.find_duplicates();
        resolved
    }
}

/// What another search of the same rows takes.
#[derive(Debug)]
struct RetainedSearch {
    slots: Arc<Slots>,
    lists: Vec<ListStatus>,
}

/// What can be said of the users of a named tenant.
#[derive(Debug)]
enum ListCoverage {
    /// Everything.
    Certain,
    /// What is said of a user principal name.
    OnlyPrincipalNames,
    /// Only that there are several.
    Uncertain,
    InvalidTenant(TenantProblem),
    OutOfReach(ServiceError),
    Failed(ServiceError),
}

impl ListCoverage {
    fn of(
        target: Result<TenantTarget, TenantProblem>,
        located: &LocatedTenants,
        lists: &[ListStatus],
    ) -> Self {
        let list = |tenant: TenantNumber| &lists[tenant.index()];
        match target {
            Err(problem) => Self::InvalidTenant(problem),
            Ok(TenantTarget::Tenant(tenant)) => match Self::of_list(list(tenant)) {
                Self::Uncertain => Self::OnlyPrincipalNames,
                coverage => coverage,
            },
            Ok(TenantTarget::Customer(customer)) => {
                Self::of_lists(located.tenants.of_customer(customer).map(list))
            }
            Ok(TenantTarget::All) if located.tenants.are_complete() => Self::of_lists(lists.iter()),
            Ok(TenantTarget::All) => Self::Uncertain,
        }
    }

    fn of_list(list: &ListStatus) -> Self {
        match &list.end {
            ListEnd::Complete if !list.has_nameless => Self::Certain,
            ListEnd::Complete | ListEnd::Incomplete => Self::Uncertain,
            ListEnd::OutOfReach(error) => Self::OutOfReach(error.clone()),
            ListEnd::Failed(error) => Self::Failed(error.clone()),
        }
    }

    /// What can be said of several tenants: of those in reach, the worst.
    fn of_lists<'l>(lists: impl Iterator<Item = &'l ListStatus>) -> Self {
        let mut worst = Self::Certain;
        for list in lists {
            match Self::of_list(list) {
                failed @ Self::Failed(_) => return failed,
                Self::Uncertain => worst = Self::Uncertain,
                _ => {}
            }
        }
        worst
    }
}

/// What came of all rows.
#[derive(Debug)]
pub struct Resolved {
    located: LocatedTenants,
    rows: Chunked<RowState>,
    users: FoundUsers,
    /// By named tenant.
    coverages: Vec<ListCoverage>,
    /// Rows that come to the user of another row, with the line of that one, sorted.
    duplicates: Vec<(u32, u32)>,
    kept: Option<RetainedSearch>,
}

impl Resolved {
    /// What is wrong with the customer or the tenant that all rows are to be of, where it cannot be told which are meant:
    /// then no row has a user.
    pub fn selection_problem(&self) -> Option<TenantProblem> {
        self.located.within
    }

    /// The names of the customers that are known.
    pub fn customer_names(&self) -> impl Iterator<Item = &str> {
        self.located.tenants.customer_names()
    }

    /// The names of the tenants that are known.
    pub fn tenant_names(&self) -> impl Iterator<Item = &str> {
        self.located.tenants.tenant_names()
    }

    /// Searches the rows again in one tenant, whose list is to be shown. What the other lists said of how they ended holds.
    pub(crate) fn search_again(&self, tenant: TenantNumber) -> Option<Search> {
        let RetainedSearch { slots, lists } = self.kept.as_ref()?;
        let mut rows = Chunked::default();
        self.rows.iter().for_each(|row| {
            rows.push(row.unsearched());
        });
        let mut search = Search {
            located: self.located.clone(),
            rows,
            slots: Arc::clone(slots),
            users: self.users.clone(),
            lists: lists.clone(),
            candidates: Vec::new(),
        };
        search.begin_again(tenant);
        Some(search)
    }

    pub(crate) fn can_search_again(&self) -> bool {
        self.kept.is_some()
    }

    /// The number of a tenant that is known.
    pub(crate) fn number(&self, customer: &CustomerId, tenant: &TenantId) -> Option<TenantNumber> {
        self.located.tenants.number(customer.as_str(), tenant.as_str())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows came to a user.
    pub fn users(&self) -> usize {
        self.rows.iter().filter(|row| self.judge(row).is_ok()).count() - self.duplicates.len()
    }

    /// What came of a row, by its number from 0. A row that was not added is [`Resolution::CouldNotBeTold`].
    pub fn of(&self, row: usize) -> Resolution {
        let Some(state) = self.rows.get(row) else { return Resolution::CouldNotBeTold };
        let number = match self.judge(state) {
            Ok(number) => number,
            Err(resolution) => return resolution,
        };
        let duplicate = self.duplicates.binary_search_by_key(&row, |(row, _)| *row as usize);
        if let Ok(place) = duplicate {
            return Resolution::Duplicate { line: u64::from(self.duplicates[place].1) };
        }
        let found = self.found(state, number);
        found.map_or(Resolution::CouldNotBeTold, |found| Resolution::Resolved(Box::new(found)))
    }

    /// The number of a row's user.
    fn judge(&self, row: &RowState) -> Result<u32, Resolution> {
        if let LookupMethod::Invalid(mistake) = row.method {
            return Err(Resolution::Invalid(mistake));
        }
        let coverage = &self.coverages[row.named_tenant as usize];
        match (coverage, row.matched) {
            (ListCoverage::InvalidTenant(problem), _) => Err(Resolution::Tenant(*problem)),
            (_, Matched::One(number)) if row.method == LookupMethod::Direct => Ok(number),
            (ListCoverage::OutOfReach(error), _) => Err(Resolution::OutOfReach(error.clone())),
            (ListCoverage::Failed(error), _) => Err(Resolution::ListFailed(error.clone())),
            (_, Matched::Several) => Err(Resolution::Ambiguous),
            (ListCoverage::Uncertain, _) => Err(Resolution::CouldNotBeTold),
            (ListCoverage::OnlyPrincipalNames, Matched::One(number))
                if row.keys.contains(Key::UserPrincipalName) =>
            {
                Ok(number)
            }
            (ListCoverage::OnlyPrincipalNames, _) if !row.seen.contains(Key::UserPrincipalName) => {
                Err(Resolution::CouldNotBeTold)
            }
            (_, Matched::One(number)) => Ok(number),
            (_, Matched::None) if row.seen.is_empty() => {
                Err(Resolution::NotFound { leading_zeros: row.zeros })
            }
            (_, Matched::None) => {
                let (seen, unseen) = (row.seen, row.keys.without(row.seen));
                // Where a user has the number, zeros are not what is wrong with it.
                let leading_zeros = row.zeros.filter(|_| unseen.contains(Key::EmployeeId));
                Err(Resolution::KeysDisagree { seen, unseen, leading_zeros })
            }
        }
    }

    fn found(&self, row: &RowState, number: u32) -> Option<Found> {
        let (id, tenant) = self.user(row, number)?;
        let (customer_id, tenant_id) = self.located.tenants.ids(tenant);
        let (customer_name, tenant_name) = self.located.tenants.names(tenant);
        Some(Found {
            user: UserKey::new(customer_id.clone(), tenant_id.clone(), id.parse().ok()?),
            by: row.keys,
            is_listed: row.method == LookupMethod::Lists,
            customer_name: customer_name.to_owned(),
            tenant_name: tenant_name.to_owned(),
        })
    }

    fn user(&self, row: &RowState, number: u32) -> Option<(String, TenantNumber)> {
        let (id, tenant) = self.users.get(number)?;
        let named = match self.located.target(row.named_tenant) {
            Ok(TenantTarget::Tenant(tenant)) => Some(tenant),
            _ => None,
        };
        Some((id, tenant.or(named)?))
    }

    /// The rows whose user another row has, each with the line of another.
    fn find_duplicates(&self) -> Vec<(u32, u32)> {
        let hashers = [RandomState::new(), RandomState::new()];
        let mut users = Vec::new();
        for (number, row) in (0_u32..).zip(self.rows.iter()) {
            let Some((id, tenant)) = self.judge(row).ok().and_then(|user| self.user(row, user)) else {
                continue;
            };
            let mut room = [0; UUID_LENGTH];
            let user = (tenant, canonical(&id, &mut room));
            let [high, low] = hashers.each_ref().map(|hasher| hasher.hash_one(user));
            let hash = u128::from(high) << u64::BITS | u128::from(low);
            users.push(hash >> u32::BITS << u32::BITS | u128::from(number));
        }
        users.sort_unstable();
        let mut duplicates = Vec::new();
        for same in users.chunk_by(|one, other| one >> u32::BITS == other >> u32::BITS) {
            if let [first, second, ..] = same {
                // What is above the row is cut off on purpose.
                #[allow(clippy::cast_possible_truncation)]
                let row = |user: &u128| *user as u32;
                let line = |user: &u128| self.rows.get(row(user) as usize).map_or(0, |row| row.line);
                duplicates.push((row(first), line(second)));
                duplicates.extend(same[1..].iter().map(|user| (row(user), line(first))));
            }
        }
        duplicates.sort_unstable();
        duplicates
    }
}
