//! Whether the lines of a plan and its end fit each other.

use super::Plan;
use super::reader::damaged;
use crate::error::FileError;
use crate::hash::UserHash;
use crate::plan::{PlanCounts, TenantCounts};

/// Reads every user once: each is a user of a counted tenant, is named once, and has values that an update can carry. It
/// takes 16 bytes of memory for each user, and as much as the end has for each tenant.
pub(super) fn check(plan: &Plan, counts: &PlanCounts) -> Result<(), FileError> {
    let damaged = |why: &str| damaged(plan.path(), why);
    let contradiction = || damaged("the numbers at its end are not those of its users");
    if !counts.are_possible() {
        return Err(contradiction());
    }
    let mut tenants = vec![TenantCounts::default(); counts.tenants.len()];
    let mut users = Vec::new();
    for planned in plan.users() {
        let planned = planned?;
        let line = users.len() + 2;
        let ids = (planned.user.customer.as_str(), planned.user.tenant.as_str());
        let Ok(place) = counts.tenants.binary_search_by(|tenant| tenant.ids().cmp(&ids)) else {
            return Err(damaged(&format!("line {line} is of a tenant that its end does not count")));
        };
        tenants[place].add(&planned);
        // What takes a plan back holds what was read, which may be longer than what can be sent.
        if let Some(value) = planned.too_long().first().filter(|_| plan.header().inverse_of.is_none()) {
            return Err(damaged(&format!(
                "line {line}: the new {} has {} characters, of which at most {} are possible",
                value.field, value.length, value.limit
            )));
        }
        users.push(UserHash::of(&planned.user));
    }
    if !tenants.iter().zip(&counts.tenants).all(|(counted, said)| counted.has_changes_of(said)) {
        return Err(contradiction());
    }
    users.sort_unstable();
    match users.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(damaged(&format!("lines {} name the same user", lines_of(plan, pair[0])?))),
        None => Ok(()),
    }
}

/// The lines of a user, as in `2 and 17`.
fn lines_of(plan: &Plan, user: UserHash) -> Result<String, FileError> {
    let mut lines = Vec::new();
    for (place, planned) in plan.users().enumerate() {
        if UserHash::of(&planned?.user) == user {
            lines.push((place + 2).to_string());
        }
    }
    Ok(lines.join(" and "))
}
