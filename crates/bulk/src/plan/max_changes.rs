//! How much a plan may change.

use std::fmt;
use std::str::FromStr;

use super::{PlanCounts, TenantCounts};
use crate::count_or_percent::{CountOrPercent, InvalidCountOrPercent};

/// The most users that a plan may change, in all and in each tenant: a number, written `N`, or a share of the rows that
/// came to a user, written `P%`.
///
/// ```
/// use avepoint_elements_bulk::plan::MaxChanges;
///
/// let share: MaxChanges = "2.5%".parse()?;
/// assert_eq!(share, MaxChanges::percent(2.5)?);
/// assert_eq!(share.to_string(), "2.5%");
/// assert!("101%".parse::<MaxChanges>().is_err());
/// # Ok::<(), avepoint_elements_bulk::plan::InvalidMaxChanges>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxChanges(CountOrPercent);

impl MaxChanges {
    /// At most so many users.
    pub fn users(users: u64) -> Self {
        Self(CountOrPercent::Number(users))
    }

    /// At most this share of the rows that came to a user, from 0 to 100 percent.
    ///
    /// # Errors
    /// The share is less than 0 or more than 100, or no number.
    pub fn percent(share: f64) -> Result<Self, InvalidMaxChanges> {
        CountOrPercent::percent(share).map(Self).map_err(|InvalidCountOrPercent| InvalidMaxChanges)
    }

    /// Refuses a plan that changes more.
    ///
    /// # Errors
    /// What changes more: the plan, or else the first tenant.
    pub fn check(self, counts: &PlanCounts) -> Result<(), TooManyChanges> {
        let exceeds = |tenant: Option<&TenantCounts>, changes, resolved| {
            let most = self;
            self.0.is_exceeded_by(changes, resolved).then(|| TooManyChanges {
                tenant: tenant.cloned().map(Box::new),
                changes,
                resolved,
                most,
            })
        };
        let all = exceeds(None, counts.changes(), counts.resolved());
        let mut tenants = counts.tenants.iter();
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
    pub most: MaxChanges,
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

impl FromStr for MaxChanges {
    type Err = InvalidMaxChanges;

    fn from_str(text: &str) -> Result<Self, InvalidMaxChanges> {
        text.parse().map(Self).map_err(|InvalidCountOrPercent| InvalidMaxChanges)
    }
}

impl fmt::Display for MaxChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is neither a number nor a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidMaxChanges;

impl fmt::Display for InvalidMaxChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the most changes are a whole number, such as 100, or a share from 0% to 100%, such as 2.5%",
        )
    }
}

impl std::error::Error for InvalidMaxChanges {}
