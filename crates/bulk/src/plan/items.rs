//! From the users of a plan to the items of a run, and to what its results say of each.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use avepoint_elements::{CustomerId, OfficeField, TenantId};
use avepoint_elements_rows::{CLEAR, Original};
use futures_core::Stream;

use super::{Change, LocalFields, Plan, PlannedUser, PlannedUsers};
use crate::error::FileError;
use crate::outcome::{Outcome, State};
use crate::results::spreadsheet_safe;
use crate::run::Item;
use crate::shard::Shard;

/// The columns of results that identify the user of a row, and behind them the fields that change.
const COLUMNS: [&str; 8] =
    ["line", "customer", "tenant", "user", "customerName", "tenantName", "userName", "userKind"];

/// The users of a plan, as a [run](crate::BulkOptions::run) takes them, each with what [results](crate::Results) say of
/// it: who it is, and the value to which each field changes; `#CLEAR` where it becomes empty, and nothing where it is kept.
///
/// It ends where reading fails; [`error`](Self::error) then says why.
#[must_use]
pub struct PlanItems {
    users: PlannedUsers,
    is_applied: bool,
    shard: Option<Shard>,
    /// The tenants of which a user came, where one of each is enough.
    tenants: Option<HashSet<(CustomerId, TenantId)>>,
    error: Option<FileError>,
}

impl PlanItems {
    /// To be [applied](Item::Apply).
    pub fn apply(plan: &Plan) -> Self {
        Self { users: plan.users(), is_applied: true, shard: None, tenants: None, error: None }
    }

    /// To be [verified](Item::Verify).
    pub fn verify(plan: &Plan) -> Self {
        Self { is_applied: false, ..Self::apply(plan) }
    }

    /// Those of one shard alone, where one is given.
    pub fn shard(mut self, shard: impl Into<Option<Shard>>) -> Self {
        self.shard = shard.into();
        self
    }

    /// Leaves out all but the first user of each tenant: the others are [not attempted](State::NotAttempted).
    pub fn one_of_each_tenant(mut self) -> Self {
        self.tenants = Some(HashSet::new());
        self
    }

    /// The names of the columns of results.
    pub fn columns() -> Vec<String> {
        let fields = OfficeField::LOCAL.map(|field| field.contract().name);
        COLUMNS.into_iter().chain(fields).map(str::to_owned).collect()
    }

    /// Why the users ended before the end of the plan, if they did.
    pub fn error(&self) -> Option<&FileError> {
        self.error.as_ref()
    }

    fn item(&mut self, planned: PlannedUser) -> Item<Original> {
        let original = original(&planned);
        let tenant = || (planned.user.customer.clone(), planned.user.tenant.clone());
        if self.tenants.as_mut().is_some_and(|tenants| !tenants.insert(tenant())) {
            return Item::Settled(original, Outcome::new(State::NotAttempted, NOT_FIRST));
        }
        if self.is_applied { Item::Apply(original, planned) } else { Item::Verify(original, planned) }
    }
}

const NOT_FIRST: &str = "another row of the tenant goes first";

impl fmt::Debug for PlanItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanItems")
            .field("shard", &self.shard)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Iterator for PlanItems {
    type Item = Item<Original>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let planned = self.users.next()?.map_err(|error| self.error = Some(error)).ok()?;
            if self.shard.is_none_or(|shard| shard.has_row_of(Some(&planned.user))) {
                return Some(self.item(planned));
            }
        }
    }
}

/// The next row is read where it is polled for: it is always ready.
impl Stream for PlanItems {
    type Item = Item<Original>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.next())
    }
}

/// What results say of a user. Names come from the service, and what changes from the input.
fn original(planned: &PlannedUser) -> Original {
    let PlannedUser { line, user, names, local, change, .. } = planned;
    let name = |name: &Option<String>| spreadsheet_safe(name.as_deref().unwrap_or_default()).into_owned();
    let kind = if local.is_some() { "local" } else { "cloud" };
    let who = [
        line.to_string(),
        user.customer.to_string(),
        user.tenant.to_string(),
        user.user.to_string(),
        name(&names.customer),
        name(&names.tenant),
        name(&names.user),
        kind.to_owned(),
    ];
    let values = OfficeField::LOCAL.into_iter().map(|field| value(change, local.as_ref(), field).to_owned());
    Original::Cells(who.into_iter().chain(values).collect())
}

/// To which value a field changes.
fn value<'p>(change: &'p Change, local: Option<&'p LocalFields>, field: OfficeField) -> &'p str {
    let carried = local.iter().flat_map(|local| local.fields()).find(|(carried, _)| *carried == field);
    let changed =
        || change.get(field).map(|edit| edit.new.as_deref().filter(|_| !edit.clears()).unwrap_or_default());
    let text = carried.map(|(_, text)| text).or_else(changed);
    text.map_or("", |text| if text.is_empty() { CLEAR } else { text })
}
