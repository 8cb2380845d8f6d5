//! What came of looking for the user of a row.

use std::fmt;

use avepoint_elements::{Error, User, UserKey};

use super::{KeyMistake, KeySet};
use crate::plan::{Names, PlanState};
use crate::service_error::ServiceError;

/// What came of looking for the user of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// One user has all keys of the row.
    Resolved(Box<Found>),
    /// No user has a key of the row.
    NotFound {
        /// Where users have the row's employee number but for its leading zeros.
        leading_zeros: Option<LeadingZeros>,
    },
    /// No user has all keys of the row.
    KeysDisagree {
        /// The keys that some user has.
        seen: KeySet,
        /// The keys that no user has.
        unseen: KeySet,
        /// Where users have the row's employee number but for its leading zeros.
        leading_zeros: Option<LeadingZeros>,
    },
    /// Several users have all keys of the row.
    Ambiguous,
    /// Another row comes to the same user.
    Duplicate {
        /// The line of that row.
        line: u64,
    },
    /// The customer or the tenant is not one to look in.
    Tenant(TenantProblem),
    /// The service refused the list of users with this error.
    OutOfReach(ServiceError),
    /// A list was incomplete: the user may exist or not, once or twice.
    CouldNotBeTold,
    /// A list failed with this error.
    ListFailed(ServiceError),
    /// The row's keys are none.
    Invalid(KeyMistake),
}

/// How an employee number differs that is the row's but for its leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeadingZeros {
    /// It begins with so many.
    Of(u8),
    /// There are several such numbers, each with as many zeros as no other has: which one is meant is open.
    Several,
}

impl LeadingZeros {
    /// What was seen so far, and another number with so many zeros.
    pub(super) fn and(seen: Option<Self>, zeros: u8) -> Self {
        match seen {
            None => Self::Of(zeros),
            Some(Self::Of(other)) if other == zeros => Self::Of(zeros),
            Some(_) => Self::Several,
        }
    }
}

/// The user of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Which user.
    pub user: UserKey,
    /// The keys that the row has.
    pub by: KeySet,
    /// Whether a list had the user. Otherwise the row has the id, and its other keys are still to be compared with the
    /// reading: see [`RowKeys::disagreeing`](super::RowKeys::disagreeing).
    pub is_listed: bool,
    /// The name of the customer; empty where it is not known.
    pub customer_name: String,
    /// The name of the tenant; empty where it is not known.
    pub tenant_name: String,
}

impl Found {
    /// What people call the user, by a reading where there is one.
    pub(crate) fn names(&self, user: Option<&User>) -> Names {
        let user = user.and_then(|user| user.login_name().or(user.display_name()));
        Names::new(known(&self.customer_name), known(&self.tenant_name), user)
    }
}

/// A name, unless it is empty since it is not known.
fn known(name: &str) -> Option<&str> {
    Some(name).filter(|name| !name.is_empty())
}

/// What is wrong with where a row says that its user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TenantProblem {
    /// No customer in reach has the id or the name.
    UnknownCustomer,
    /// No tenant in reach has the id or the name.
    UnknownTenant,
    /// Several customers have the name.
    AmbiguousCustomer,
    /// Several tenants have the name.
    AmbiguousTenant,
    /// It is outside of the customer or the tenant that is planned for.
    OutsideSelection,
    /// The list of customers was incomplete.
    CouldNotBeTold,
}

impl Resolution {
    /// What it means for the plan; none where the user is to be read.
    pub fn state(&self) -> Option<PlanState> {
        Some(match self {
            Self::Resolved(_) => return None,
            Self::NotFound { .. } => PlanState::NotFound,
            Self::KeysDisagree { .. } => PlanState::KeysDisagree,
            Self::Ambiguous => PlanState::Ambiguous,
            Self::Duplicate { .. } => PlanState::Duplicate,
            Self::Tenant(problem) => problem.state(),
            Self::OutOfReach(_) => PlanState::OutOfScope,
            Self::CouldNotBeTold | Self::ListFailed(_) => PlanState::CouldNotBeTold,
            Self::Invalid(_) => PlanState::Invalid,
        })
    }

    /// The SDK's error of a list, where that is why no user is known.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::OutOfReach(error) | Self::ListFailed(error) => Some(error.get()),
            _ => None,
        }
    }

    /// Why the user of a row is not read, as a word for results; empty where the user is.
    pub(crate) fn reason_code(&self) -> &'static str {
        match self {
            Self::Resolved(_) => "",
            Self::NotFound { leading_zeros: Some(_) } | Self::KeysDisagree { leading_zeros: Some(_), .. } => {
                "leading-zeros"
            }
            Self::NotFound { .. } => "not-found",
            Self::KeysDisagree { .. } => "keys-disagree",
            Self::Ambiguous => "ambiguous",
            Self::Duplicate { .. } => "duplicate",
            Self::Tenant(problem) => problem.reason_code(),
            Self::OutOfReach(_) => "list-refused",
            Self::CouldNotBeTold => "list-incomplete",
            Self::ListFailed(_) => "list-failed",
            Self::Invalid(_) => "invalid-key",
        }
    }
}

/// Why the user of a row is not read, and what to do about it.
impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolved(found) => write!(f, "the user has the id {}", found.user.user),
            Self::NotFound { leading_zeros } => {
                f.write_str("no user has what the row names; correct it, or give another key")?;
                name_zeros(f, *leading_zeros)
            }
            Self::KeysDisagree { seen, unseen, leading_zeros } => {
                if unseen.is_empty() {
                    write!(f, "{seen} belong to different users; correct one of them")?;
                } else {
                    write!(
                        f,
                        "a user has the row's {seen}, but not its {unseen}; correct or clear one of them"
                    )?;
                }
                name_zeros(f, *leading_zeros)
            }
            Self::Ambiguous => {
                f.write_str("several users have what the row names; add another key, or the id")
            }
            Self::Duplicate { line } => {
                write!(f, "the row on line {line} comes to the same user; keep one of them")
            }
            Self::Tenant(problem) => problem.fmt(f),
            Self::OutOfReach(error) => write!(f, "the users of the tenant cannot be listed: {error}"),
            Self::CouldNotBeTold => f.write_str(
                "the service's list of users was incomplete and may lack the user that the row names; plan \
                 again, or give the tenant and the userPrincipalName, or the id",
            ),
            Self::ListFailed(error) => write!(f, "the users of a tenant could not be listed: {error}"),
            Self::Invalid(mistake) => mistake.fmt(f),
        }
    }
}

/// Says that an employee number is the row's but for its leading zeros, if there is one.
fn name_zeros(f: &mut fmt::Formatter<'_>, zeros: Option<LeadingZeros>) -> fmt::Result {
    match zeros {
        None => return Ok(()),
        Some(LeadingZeros::Of(zeros)) => {
            let noun = if zeros == 1 { "zero" } else { "zeros" };
            write!(f, ". A user has this employeeId with {zeros} leading {noun}")
        }
        Some(LeadingZeros::Several) => {
            f.write_str(". Several users have this employeeId with other numbers of leading zeros")
        }
    }?;
    f.write_str(": a spreadsheet may have dropped or added some")
}

impl TenantProblem {
    fn state(self) -> PlanState {
        match self {
            Self::UnknownCustomer | Self::UnknownTenant | Self::OutsideSelection => PlanState::OutOfScope,
            Self::AmbiguousCustomer | Self::AmbiguousTenant => PlanState::Ambiguous,
            Self::CouldNotBeTold => PlanState::CouldNotBeTold,
        }
    }

    fn reason_code(self) -> &'static str {
        match self {
            Self::UnknownCustomer => "unknown-customer",
            Self::UnknownTenant => "unknown-tenant",
            Self::AmbiguousCustomer => "ambiguous-customer",
            Self::AmbiguousTenant => "ambiguous-tenant",
            Self::OutsideSelection => "outside-selection",
            Self::CouldNotBeTold => "customers-incomplete",
        }
    }
}

impl fmt::Display for TenantProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownCustomer => "no customer in reach has this id or name; correct it",
            Self::UnknownTenant => "the customer has no tenant in reach with this id or name; correct it",
            Self::AmbiguousCustomer => "several customers have this name; give the id",
            Self::AmbiguousTenant => "several tenants have this name; give the id, or the customer",
            Self::OutsideSelection => "the row is of another customer or tenant than the one planned for",
            Self::CouldNotBeTold => {
                "the service's list of customers was incomplete; plan again, or give the ids of customer and tenant"
            }
        })
    }
}
