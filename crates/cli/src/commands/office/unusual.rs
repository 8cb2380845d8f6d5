//! Tenants of which nearly every user of a file changes.

use avepoint_elements_bulk::plan::TenantCounts;

/// As in `71 of the 75 users that the file names of Fabrikam, Fabrikam Retail change`: the tenant may have more.
pub(super) fn unusual(tenant: &TenantCounts) -> String {
    let TenantCounts { customer, tenant: id, names, resolved, changes, .. } = tenant;
    let (customer, tenant) =
        (names.customer.as_ref().unwrap_or(customer), names.tenant.as_ref().unwrap_or(id));
    format!("{changes} of the {resolved} users that the file names of {customer}, {tenant} change")
}
