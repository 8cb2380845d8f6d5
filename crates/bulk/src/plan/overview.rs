//! A plan for people: numbers by tenant and field, and users with the same change together.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use avepoint_elements::OfficeField;

use super::counts::Counter;
use super::{Change, PerField, Plan, PlannedUser, TenantCounts, index_of};
use crate::error::FileError;

/// Which users of a plan are looked at. By default all are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selection {
    /// Only those of a customer, by id or by exact name.
    pub customer: Option<String>,
    /// Only those of whom a field changes.
    pub changed: Option<OfficeField>,
}

impl Selection {
    /// Whether a user is one of them.
    pub fn takes(&self, planned: &PlannedUser) -> bool {
        let is_of = |customer: &String| {
            planned.user.customer.as_str() == customer || planned.names.customer.as_ref() == Some(customer)
        };
        self.customer.as_ref().is_none_or(is_of)
            && self.changed.is_none_or(|field| planned.change.get(field).is_some())
    }
}

/// What a plan changes, in numbers. It takes some 13 bytes a user.
#[derive(Debug)]
pub struct Overview {
    tenants: Vec<TenantCounts>,
    fields: PerField<FieldCounts>,
    clears_unseen: BTreeMap<OfficeField, u64>,
    groups: Groups,
}

/// What a plan changes in a field, in numbers of users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldCounts {
    /// The value becomes another.
    pub replaced: u64,
    /// There was no value.
    pub filled: u64,
    /// The value becomes empty.
    pub cleared: u64,
}

impl FieldCounts {
    /// All users whose field changes.
    pub const fn changes(&self) -> u64 {
        self.replaced + self.filled + self.cleared
    }
}

impl Overview {
    /// Looks at the selected users of a plan.
    ///
    /// # Errors
    /// The plan cannot be read: see [`Plan::users`].
    pub fn of(plan: &Plan, selection: &Selection) -> Result<Self, FileError> {
        let mut counter = Counter::default();
        let mut fields = PerField::<FieldCounts>::default();
        let mut clears_unseen = BTreeMap::new();
        let mut groups = Groups::default();
        for planned in plan.users() {
            let planned = planned?;
            if !selection.takes(&planned) {
                continue;
            }
            counter.planned(&planned);
            groups.add(&planned);
            planned.clears_unseen().for_each(|field| *clears_unseen.entry(field).or_default() += 1);
            for (field, edit) in planned.change.edits() {
                let counts = &mut fields[index_of(field)];
                *match (edit.fills(), edit.clears()) {
                    (_, true) => &mut counts.cleared,
                    (true, false) => &mut counts.filled,
                    (false, false) => &mut counts.replaced,
                } += 1;
            }
        }
        groups.sort();
        Ok(Self { tenants: resolved(counter, plan), fields, clears_unseen, groups })
    }

    /// The numbers of each tenant with a selected user.
    pub fn tenants(&self) -> &[TenantCounts] {
        &self.tenants
    }

    /// How many selected users change.
    pub fn users(&self) -> u64 {
        self.tenants.iter().map(|tenant| tenant.changes).sum()
    }

    /// The numbers of a field.
    pub fn field(&self, field: OfficeField) -> FieldCounts {
        self.fields[index_of(field)]
    }

    /// The fields that are emptied and that no reading returns, each with the number of users.
    pub fn clears_unseen(&self) -> impl Iterator<Item = (OfficeField, u64)> {
        self.clears_unseen.iter().map(|(field, users)| (*field, *users))
    }

    /// For the first selected user of a tenant with a change: how many users of the tenant have it. None for the others.
    /// This is asked of each user in turn, once.
    pub fn first_of(&mut self, planned: &PlannedUser) -> Option<u64> {
        self.groups.first_of(planned)
    }
}

/// What was counted, with what the plan says of all rows of a tenant.
fn resolved(counter: Counter, plan: &Plan) -> Vec<TenantCounts> {
    let all = plan.counts().map_or(&[][..], |counts| &counts.tenants);
    let ids = |tenant: &TenantCounts| (tenant.customer.clone(), tenant.tenant.clone());
    let resolved: HashMap<_, _> = all.iter().map(|tenant| (ids(tenant), tenant.resolved)).collect();
    let mut tenants = counter.end().tenants;
    for tenant in &mut tenants {
        tenant.resolved = resolved.get(&ids(tenant)).copied().unwrap_or(tenant.resolved);
    }
    tenants
}

/// Users with the same change, by hashes.
#[derive(Debug, Default)]
struct Groups {
    hasher: RandomState,
    /// Sorted, each once.
    hashes: Vec<u64>,
    /// How many users have it; 0 where it was shown.
    users: Vec<u32>,
}

impl Groups {
    fn add(&mut self, planned: &PlannedUser) {
        self.hashes.push(self.hash(planned));
    }

    fn sort(&mut self) {
        self.hashes.sort_unstable();
        let groups = self.hashes.chunk_by(|one, other| one == other);
        self.users = groups.map(|group| u32::try_from(group.len()).unwrap_or(u32::MAX)).collect();
        self.hashes.dedup();
    }

    fn first_of(&mut self, planned: &PlannedUser) -> Option<u64> {
        let place = self.hashes.binary_search(&self.hash(planned)).ok()?;
        let users = std::mem::take(&mut self.users[place]);
        (users > 0).then(|| users.into())
    }

    fn hash(&self, planned: &PlannedUser) -> u64 {
        let PlannedUser { user, change, local, .. } = planned;
        let key: (_, _, &Change, _) = (&user.customer, &user.tenant, change, local);
        self.hasher.hash_one(key)
    }
}
