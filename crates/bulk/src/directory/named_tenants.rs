//! Where rows say that their users are, by ids or names, and which tenants these are.

use std::collections::HashMap;

use avepoint_elements::{CustomerId, TenantId};

use super::resolution::TenantProblem;
use super::{CustomerEntry, Customers};
use crate::ids::{canonical_text, is_uuid};

/// A tenant of a [`Search`](super::Search).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantNumber(u32);

impl TenantNumber {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A customer and a tenant as they are named, each empty where it is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct NamedTenant {
    customer: String,
    tenant: String,
}

impl NamedTenant {
    fn new(customer: &str, tenant: &str) -> Self {
        Self { customer: customer.trim().to_owned(), tenant: tenant.trim().to_owned() }
    }

    /// With what the other one names where this one names nothing.
    fn or(&self, other: &Self) -> Self {
        let or = |one: &String, other: &String| if one.is_empty() { other.clone() } else { one.clone() };
        Self { customer: or(&self.customer, &other.customer), tenant: or(&self.tenant, &other.tenant) }
    }
}

/// The tenants that rows name, by number. Most rows name the one of the row before.
#[derive(Debug, Default)]
pub(super) struct NamedTenants {
    /// Within which all must be.
    within: NamedTenant,
    numbers: HashMap<String, u32>,
    all: Vec<NamedTenant>,
    /// Those in which users are looked for in lists.
    are_searched: Vec<bool>,
    text: String,
}

impl NamedTenants {
    pub(super) fn new(customer: &str, tenant: &str) -> Self {
        Self { within: NamedTenant::new(customer, tenant), ..Self::default() }
    }

    /// Whether a row with this tenant names one, or all rows do.
    pub(super) fn names_tenant(&self, tenant: &str) -> bool {
        !tenant.trim().is_empty() || !self.within.tenant.is_empty()
    }

    /// The number of a named tenant, which is noted.
    pub(super) fn number_of(&mut self, customer: &str, tenant: &str, is_searched: bool) -> u32 {
        self.text.clear();
        // No id or name holds a line feed.
        self.text.extend([customer.trim(), "\n", tenant.trim()]);
        let number = self.numbers.get(&self.text).copied().unwrap_or_else(|| {
            // There are at most as many as rows.
            let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
            self.numbers.insert(self.text.clone(), number);
            self.all.push(NamedTenant::new(customer, tenant));
            self.are_searched.push(false);
            number
        });
        self.are_searched[number as usize] |= is_searched;
        number
    }

    pub(super) fn need_customers(&self) -> bool {
        let has_names = |text: &String| !text.is_empty() && !is_uuid(text);
        let needs = |named_tenant: &NamedTenant| {
            let NamedTenant { customer, tenant } = named_tenant.or(&self.within);
            !(is_uuid(&customer) && is_uuid(&tenant))
                || has_names(&self.within.customer)
                || has_names(&self.within.tenant)
        };
        self.all.iter().any(needs)
    }

    /// Finds the ids of all named tenants.
    pub(super) fn locate(self, customers: Option<&Customers>) -> LocatedTenants {
        let unknown = Customers::default();
        let mut tenants = Tenants::of(customers.unwrap_or(&unknown));
        let within = tenants.locate_selection(&self.within);
        let targets = self.all.iter().map(|named_tenant| {
            let (within, target) = (within?, tenants.locate(&named_tenant.or(&self.within))?);
            if tenants.covers(within, target) { Ok(target) } else { Err(TenantProblem::OutsideSelection) }
        });
        let targets = targets.collect();
        LocatedTenants { tenants, within: within.err(), targets, are_searched: self.are_searched }
    }
}

/// What a named tenant covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TenantTarget {
    Tenant(TenantNumber),
    /// All tenants of a customer, by number.
    Customer(u32),
    /// All tenants in reach.
    All,
}

/// The ids of all named tenants.
#[derive(Clone, Debug)]
pub(super) struct LocatedTenants {
    pub(super) tenants: Tenants,
    /// What is wrong with what all rows must be within.
    pub(super) within: Option<TenantProblem>,
    targets: Vec<Result<TenantTarget, TenantProblem>>,
    are_searched: Vec<bool>,
}

impl LocatedTenants {
    pub(super) fn target(&self, named_tenant: u32) -> Result<TenantTarget, TenantProblem> {
        self.targets[named_tenant as usize]
    }

    pub(super) fn targets(&self) -> impl Iterator<Item = Result<TenantTarget, TenantProblem>> {
        self.targets.iter().copied()
    }

    pub(super) fn covers(&self, named_tenant: u32, tenant: TenantNumber) -> bool {
        self.target(named_tenant)
            .is_ok_and(|target| self.tenants.covers(target, TenantTarget::Tenant(tenant)))
    }

    /// The tenants whose users have to be listed.
    pub(super) fn to_be_listed(&self) -> Vec<TenantNumber> {
        let searched = self.targets.iter().zip(&self.are_searched).filter(|(_, is_searched)| **is_searched);
        let targets: Vec<TenantTarget> = searched.filter_map(|(target, _)| target.ok()).collect();
        if targets.contains(&TenantTarget::All) {
            return self.tenants.numbers().collect();
        }
        let mut is_listed = vec![false; self.tenants.numbers().count()];
        for target in targets {
            match target {
                TenantTarget::Tenant(tenant) => is_listed[tenant.index()] = true,
                TenantTarget::Customer(customer) => {
                    for tenant in self.tenants.of_customer(customer) {
                        is_listed[tenant.index()] = true;
                    }
                }
                TenantTarget::All => {}
            }
        }
        self.tenants.numbers().filter(|tenant| is_listed[tenant.index()]).collect()
    }
}

/// Customers and tenants by number, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Tenants {
    customers: Vec<Customer>,
    customer_numbers: HashMap<String, u32>,
    all: Vec<Tenant>,
    tenant_numbers: HashMap<(u32, String), TenantNumber>,
    /// Whether there are no other customers in reach.
    are_complete: bool,
}

#[derive(Clone, Debug)]
struct Customer {
    id: CustomerId,
    name: String,
    /// Its tenants, where the customer is in the list.
    tenants: Option<Vec<TenantNumber>>,
}

#[derive(Clone, Debug)]
struct Tenant {
    customer: u32,
    id: TenantId,
    name: String,
}

impl Tenants {
    fn of(customers: &Customers) -> Self {
        let mut tenants = Self { are_complete: customers.are_complete, ..Self::default() };
        for entry in &customers.entries {
            tenants.add(entry);
        }
        tenants
    }

    fn add(&mut self, entry: &CustomerEntry) {
        let Some(number) = self.customer(&entry.id, &entry.name) else { return };
        let tenants = entry.tenants.iter().filter_map(|tenant| self.tenant(number, &tenant.id, &tenant.name));
        let mut tenants: Vec<_> = tenants.collect();
        tenants.sort_unstable();
        tenants.dedup();
        self.customers[number as usize].tenants = Some(tenants);
    }

    pub(super) fn customer_names(&self) -> impl Iterator<Item = &str> {
        self.customers.iter().map(|customer| &*customer.name)
    }

    pub(super) fn tenant_names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|tenant| &*tenant.name)
    }

    /// The number of a tenant that is known.
    pub(super) fn number(&self, customer: &str, tenant: &str) -> Option<TenantNumber> {
        let customer = *self.customer_numbers.get(&canonical_text(customer))?;
        self.tenant_numbers.get(&(customer, canonical_text(tenant))).copied()
    }

    /// The number of a customer's id, if it is one.
    fn customer(&mut self, id: &str, name: &str) -> Option<u32> {
        let key = canonical_text(id);
        if let Some(number) = self.customer_numbers.get(&key) {
            return Some(*number);
        }
        let number = u32::try_from(self.customers.len()).ok()?;
        self.customers.push(Customer { id: id.parse().ok()?, name: name.to_owned(), tenants: None });
        self.customer_numbers.insert(key, number);
        Some(number)
    }

    /// The number of the id of a customer's tenant, if it is one.
    fn tenant(&mut self, customer: u32, id: &str, name: &str) -> Option<TenantNumber> {
        let key = (customer, canonical_text(id));
        if let Some(number) = self.tenant_numbers.get(&key) {
            return Some(*number);
        }
        let number = TenantNumber(u32::try_from(self.all.len()).ok()?);
        self.all.push(Tenant { customer, id: id.parse().ok()?, name: name.to_owned() });
        self.tenant_numbers.insert(key, number);
        Some(number)
    }

    /// What all rows must be within. The tenants of a customer need not be known for that.
    fn locate_selection(&mut self, named_tenant: &NamedTenant) -> Result<TenantTarget, TenantProblem> {
        if named_tenant.tenant.is_empty() && !named_tenant.customer.is_empty() {
            return self.find_customer(&named_tenant.customer).map(TenantTarget::Customer);
        }
        self.locate(named_tenant)
    }

    fn locate(&mut self, named_tenant: &NamedTenant) -> Result<TenantTarget, TenantProblem> {
        match (&*named_tenant.customer, &*named_tenant.tenant) {
            ("", "") => Ok(TenantTarget::All),
            ("", tenant) => self.find_anywhere(tenant).map(TenantTarget::Tenant),
            (customer, "") => self.find_customer(customer).and_then(|customer| self.whole(customer)),
            (customer, tenant) => {
                let customer = self.find_customer(customer)?;
                self.find_tenant(customer, tenant).map(TenantTarget::Tenant)
            }
        }
    }

    fn find_customer(&mut self, text: &str) -> Result<u32, TenantProblem> {
        if is_uuid(text) {
            return self.customer(text, "").ok_or(TenantProblem::UnknownCustomer);
        }
        if let Some(number) = self.customer_numbers.get(text) {
            return Ok(*number);
        }
        let named = (0..).zip(&self.customers).filter(|(_, customer)| customer.name == text);
        let named = named.map(|(number, _)| number);
        self.only_known(named, TenantProblem::UnknownCustomer, TenantProblem::AmbiguousCustomer)
    }

    /// All tenants of a customer, if they are known.
    fn whole(&self, customer: u32) -> Result<TenantTarget, TenantProblem> {
        match self.customers[customer as usize].tenants {
            Some(_) => Ok(TenantTarget::Customer(customer)),
            None if self.are_complete => Err(TenantProblem::UnknownCustomer),
            None => Err(TenantProblem::CouldNotBeTold),
        }
    }

    fn find_tenant(&mut self, customer: u32, text: &str) -> Result<TenantNumber, TenantProblem> {
        if is_uuid(text) {
            return self.tenant(customer, text, "").ok_or(TenantProblem::UnknownTenant);
        }
        self.whole(customer)?;
        if let Some(number) = self.tenant_numbers.get(&(customer, text.to_owned())) {
            return Ok(*number);
        }
        let named = self.of_customer(customer).filter(|tenant| self.all[tenant.index()].name == text);
        only(named, TenantProblem::UnknownTenant, TenantProblem::AmbiguousTenant)
    }

    /// A tenant of whatever customer.
    fn find_anywhere(&self, text: &str) -> Result<TenantNumber, TenantProblem> {
        let key = canonical_text(text);
        let has_id = |tenant: &TenantNumber| canonical_text(self.all[tenant.index()].id.as_str()) == key;
        let (none, several) = (TenantProblem::UnknownTenant, TenantProblem::AmbiguousTenant);
        let mut with_id = self.listed().filter(has_id).peekable();
        if with_id.peek().is_some() {
            return only(with_id, none, several);
        }
        let named = self.listed().filter(|tenant| self.all[tenant.index()].name == text);
        self.only_known(named, none, several)
    }

    /// As [`only`], if all are known: of those that are not known, others may have the name.
    fn only_known<T>(
        &self,
        named: impl Iterator<Item = T>,
        none: TenantProblem,
        several: TenantProblem,
    ) -> Result<T, TenantProblem> {
        if self.are_complete {
            return only(named, none, several);
        }
        let unknown = TenantProblem::CouldNotBeTold;
        only(named, unknown, several).and(Err(unknown))
    }

    /// The tenants that the list has.
    fn listed(&self) -> impl Iterator<Item = TenantNumber> {
        self.customers.iter().flat_map(|customer| customer.tenants.iter().flatten().copied())
    }

    pub(super) fn of_customer(&self, customer: u32) -> impl Iterator<Item = TenantNumber> {
        self.customers[customer as usize].tenants.iter().flatten().copied()
    }

    fn covers(&self, outer: TenantTarget, inner: TenantTarget) -> bool {
        match (outer, inner) {
            (TenantTarget::All, _) => true,
            (TenantTarget::Customer(customer), TenantTarget::Tenant(tenant)) => {
                self.all[tenant.index()].customer == customer
            }
            (outer, inner) => outer == inner,
        }
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = TenantNumber> + use<> {
        (0..u32::try_from(self.all.len()).unwrap_or(u32::MAX)).map(TenantNumber)
    }

    /// Whether all tenants in reach are known.
    pub(super) fn are_complete(&self) -> bool {
        self.are_complete
    }

    pub(super) fn ids(&self, tenant: TenantNumber) -> (&CustomerId, &TenantId) {
        let tenant = &self.all[tenant.index()];
        (&self.customers[tenant.customer as usize].id, &tenant.id)
    }

    /// The names of customer and tenant; empty where they are not known.
    pub(super) fn names(&self, tenant: TenantNumber) -> (&str, &str) {
        let tenant = &self.all[tenant.index()];
        (&self.customers[tenant.customer as usize].name, &tenant.name)
    }
}

/// The one that is found, where it is the only one.
fn only<T>(
    mut found: impl Iterator<Item = T>,
    none: TenantProblem,
    several: TenantProblem,
) -> Result<T, TenantProblem> {
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(several),
        (None, _) => Err(none),
    }
}
