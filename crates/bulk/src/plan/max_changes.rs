//! How much a plan may change.

use std::fmt;

use super::{PlanCounts, TenantCounts};
use crate::count_or_percent::CountOrPercent;

impl PlanCounts {
    /// Refuses a plan that changes more users than that, in all or in a tenant; a share is one of the rows that came to a user.
    ///
    /// # Errors
    /// What changes more: the plan, or else the first tenant.
    pub fn check_changes(&self, most: CountOrPercent) -> Result<(), TooManyChanges> {
        let exceeds = |tenant: Option<&TenantCounts>, changes, resolved| {
            most.is_exceeded_by(changes, resolved).then(|| TooManyChanges {
                tenant: tenant.cloned().map(Box::new),
                changes,
                resolved,
                most,
            })
        };
        let all = exceeds(None, self.changes(), self.resolved());
        let mut tenants = self.tenants.iter();
        let first = || tenants.find_map(|tenant| exceeds(Some(tenant), tenant.changes, tenant.resolved));
        all.or_else(first).map_or(Ok(()), Err)
    }
}

/// A plan that changes more than it may.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TooManyChanges {
    /// The tenant in which it does; none for the plan as a whole.
    pub tenant: Option<Box<TenantCounts>>,
    /// How many users change.
    pub changes: u64,
    /// How many rows came to a user.
    pub resolved: u64,
    /// The most that may.
    pub most: CountOrPercent,
}

impl fmt::Display for TooManyChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tenant, changes, resolved, most } = self;
        write!(f, "{changes} of {resolved} users would change")?;
        if let Some(tenant) = tenant {
            let TenantCounts { customer, tenant, names, .. } = &**tenant;
            let or = |name: &Option<String>, id: &String| name.as_ref().unwrap_or(id).clone();
            write!(f, " in {} ({})", or(&names.customer, customer), or(&names.tenant, tenant))?;
        }
        write!(f, ", and at most {most} may")
    }
}

impl std::error::Error for TooManyChanges {}
