//! Which tenants are meant: ids are taken as they are, names are looked up in the list of customers.

use std::collections::HashSet;

use avepoint_elements::{Customer, CustomerId, ListSummary, Tenant, TenantId};
use avepoint_elements_bulk::ids::{are_same, canonical_text, is_uuid};

use crate::arguments::Tenants;
use crate::failure::Failure;
use crate::printer::one_line;
use crate::suggestion::did_you_mean;

/// A tenant whose users are listed.
pub(crate) struct SelectedTenant {
    pub(crate) customer: CustomerId,
    pub(crate) customer_name: Option<String>,
    pub(crate) tenant: TenantId,
    pub(crate) tenant_name: Option<String>,
}

/// The tenants that are meant, and why they may not be all, by the list of customers where that is needed.
pub(crate) async fn named_tenants(
    given: &Tenants,
    customers: impl Future<Output = Result<(Vec<Customer>, ListSummary), Failure>>,
) -> Result<(Vec<SelectedTenant>, Vec<String>), Failure> {
    let (customer, tenant) = (given.customer.as_deref(), given.tenant.as_deref());
    if let (Some(customer), Some(tenant)) = (customer, tenant)
        && is_uuid(customer)
        && is_uuid(tenant)
    {
        let (customer, tenant) = (customer.parse()?, tenant.parse()?);
        return Ok((
            vec![SelectedTenant { customer, customer_name: None, tenant, tenant_name: None }],
            Vec::new(),
        ));
    }
    let (customers, summary) = customers.await?;
    let mut problems: Vec<_> =
        (!summary.is_complete()).then(|| format!("customers: {summary}")).into_iter().collect();
    let tenants = selected(&customers, customer, tenant)?;
    let mut tenants_found: Vec<_> =
        tenants.iter().filter_map(|(customer, tenant)| named_tenant(customer, *tenant)).collect();
    if tenants_found.len() < tenants.len() {
        problems.push(format!(
            "{} tenants without a usable id are left out",
            tenants.len() - tenants_found.len()
        ));
    }
    // The service may name one twice.
    let mut seen = HashSet::new();
    tenants_found
        .retain(|found| seen.insert([found.customer.as_str(), found.tenant.as_str()].map(canonical_text)));
    Ok((tenants_found, problems))
}

/// The tenants of a list that are meant, each with its customer.
fn selected<'a>(
    customers: &'a [Customer],
    customer: Option<&str>,
    tenant: Option<&str>,
) -> Result<Vec<(&'a Customer, Tenant<'a>)>, Failure> {
    let customers = customers.iter().map(|it| (it, it.id(), it.organization()));
    let customers = match customer {
        None => customers.map(|(customer, ..)| customer).collect(),
        Some(given) => vec![only_one("customer", given, customers)?],
    };
    let Some(given) = tenant else {
        return Ok(customers.iter().flat_map(|it| it.tenants().map(|tenant| (*it, tenant))).collect());
    };
    let tenants = |customer: &&'a Customer| {
        let tenants = customer.tenants().map(|it| (it, it.id(), it.name()));
        only_one("tenant", given, tenants).map(|tenant| (*customer, tenant))
    };
    customers.iter().map(tenants).collect()
}

/// The one with this id; without one, the one with this name.
fn only_one<'a, T: Copy>(
    what: &str,
    given: &str,
    candidates: impl Iterator<Item = (T, Option<&'a str>, Option<&'a str>)>,
) -> Result<T, Failure> {
    // The service may name one twice.
    let mut seen = HashSet::new();
    let candidates: Vec<_> =
        candidates.filter(|(_, id, _)| id.is_none_or(|id| seen.insert(canonical_text(id)))).collect();
    let by_id = candidates.iter().filter(|(_, id, _)| id.is_some_and(|id| are_same(id, given)));
    let by_name = candidates.iter().filter(|(.., name)| *name == Some(given));
    let found: Vec<_> = by_id.clone().map(|(it, ..)| *it).collect();
    let found = if found.is_empty() { by_name.map(|(it, ..)| *it).collect() } else { found };
    let given = one_line(given);
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::usage(format!(
            "no {what} in reach has the id or the exact name \"{given}\"; `elements customers list` shows those in reach{}",
            did_you_mean(&given, candidates.iter().filter_map(|(.., name)| *name))
        ))),
        several => Err(Failure::usage(format!(
            "{} {what}s are called \"{given}\"; give the id, which `elements customers list` shows",
            several.len()
        ))),
    }
}

fn named_tenant(customer: &Customer, tenant: Tenant<'_>) -> Option<SelectedTenant> {
    Some(SelectedTenant {
        customer: CustomerId::new(customer.id()?).ok()?,
        customer_name: customer.organization().map(str::to_owned),
        tenant: TenantId::new(tenant.id()?).ok()?,
        tenant_name: tenant.name().map(str::to_owned),
    })
}
