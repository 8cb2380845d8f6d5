//! The numbers that stand in the last line of a plan.

use std::collections::BTreeMap;

use avepoint_elements::UserKey;
use serde::{Deserialize, Serialize};

use super::{Names, PlanState, PlannedUser, StateCounts};

/// What a plan holds, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PlanCounts {
    /// How many rows came to what.
    pub rows: StateCounts,
    /// The numbers of each tenant with a row that was resolved, sorted by the ids of customer and tenant.
    pub tenants: Vec<TenantCounts>,
}

/// What a plan holds of a tenant, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TenantCounts {
    /// The id of the customer.
    pub customer: String,
    /// The id of the tenant.
    pub tenant: String,
    /// What people call both.
    pub names: Names,
    /// How many rows came to a user of it.
    pub resolved: u64,
    /// How many users of it change.
    pub changes: u64,
    /// How many users of it have a field that becomes empty.
    pub clears: u64,
    /// How many users of it have a field emptied that no reading returns, and that no plan brings back.
    pub clears_unseen: u64,
    /// How many users of it keep a required field that is empty.
    pub kept_empty: u64,
}

impl PlanCounts {
    /// How many users change.
    pub fn changes(&self) -> u64 {
        self.sum(|tenant| tenant.changes)
    }

    /// How many users have a field that becomes empty.
    pub fn clears(&self) -> u64 {
        self.sum(|tenant| tenant.clears)
    }

    /// How many users have a field emptied that no reading returns, and that no plan brings back.
    pub fn clears_unseen(&self) -> u64 {
        self.sum(|tenant| tenant.clears_unseen)
    }

    /// How many users keep a required field that is empty.
    pub fn kept_empty(&self) -> u64 {
        self.sum(|tenant| tenant.kept_empty)
    }

    /// The tenants of which nearly every user changes, as where a column was shifted or a wrong file taken.
    pub fn unusual(&self) -> impl Iterator<Item = &TenantCounts> {
        self.tenants.iter().filter(|tenant| tenant.is_unusual())
    }

    /// How many rows came to a user.
    pub fn resolved(&self) -> u64 {
        self.sum(|tenant| tenant.resolved)
    }

    /// Whether the numbers can be those of one plan: more users cannot change than rows came to one.
    pub(super) fn are_possible(&self) -> bool {
        let is_sorted = self.tenants.is_sorted_by(|one, next| one.ids() < next.ids());
        let fits = |tenant: &TenantCounts| tenant.changes <= tenant.resolved;
        let is_changed = self.changes() == self.rows.of(PlanState::Change);
        is_sorted && is_changed && self.tenants.iter().all(fits) && self.resolved() <= self.rows.total()
    }

    /// A file may say anything.
    fn sum(&self, number: impl Fn(&TenantCounts) -> u64) -> u64 {
        self.tenants.iter().map(number).fold(0, u64::saturating_add)
    }
}

impl TenantCounts {
    /// The fewest rows of which a share says something.
    const MIN_ROWS: u64 = 20;
    /// The percentage of them from which on the changes are unusual.
    const UNUSUAL_PERCENT: u64 = 90;

    /// The ids of the customer and the tenant.
    pub(super) fn ids(&self) -> (&str, &str) {
        (&self.customer, &self.tenant)
    }

    /// Counts a user who changes.
    pub(super) fn add(&mut self, planned: &PlannedUser) {
        self.changes += 1;
        self.clears += u64::from(planned.change.clears().next().is_some());
        self.clears_unseen += u64::from(planned.clears_unseen().next().is_some());
        self.kept_empty += u64::from(!planned.kept_empty.is_empty());
    }

    /// Whether as many users change as in others, and in the same way.
    pub(super) fn has_changes_of(&self, other: &Self) -> bool {
        let numbers = |of: &Self| [of.changes, of.clears, of.clears_unseen, of.kept_empty];
        numbers(self) == numbers(other)
    }

    /// Whether nearly all of its users change: 9 of 10, of 20 at least.
    pub fn is_unusual(&self) -> bool {
        self.resolved >= Self::MIN_ROWS
            && self.changes.saturating_mul(100) >= self.resolved.saturating_mul(Self::UNUSUAL_PERCENT)
    }
}

/// Counts while a plan is made.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter {
    rows: StateCounts,
    /// By the ids of customer and tenant.
    tenants: BTreeMap<(String, String), TenantCounts>,
}

impl Counter {
    pub(super) fn unresolved(&mut self, state: PlanState) {
        self.rows.add(state);
    }

    pub(super) fn resolved(&mut self, state: PlanState, user: &UserKey, names: &Names) {
        self.rows.add(state);
        self.tenant(user, names).resolved += 1;
    }

    pub(super) fn planned(&mut self, planned: &PlannedUser) {
        self.rows.add(PlanState::Change);
        let tenant = self.tenant(&planned.user, &planned.names);
        tenant.resolved += 1;
        tenant.add(planned);
    }

    fn tenant(&mut self, user: &UserKey, names: &Names) -> &mut TenantCounts {
        let (customer, tenant) = (user.customer.to_string(), user.tenant.to_string());
        self.tenants.entry((customer, tenant)).or_insert_with_key(|(customer, tenant)| TenantCounts {
            customer: customer.clone(),
            tenant: tenant.clone(),
            names: Names { user: None, ..names.clone() },
            ..TenantCounts::default()
        })
    }

    pub(super) fn end(self) -> PlanCounts {
        PlanCounts { rows: self.rows, tenants: self.tenants.into_values().collect() }
    }
}
