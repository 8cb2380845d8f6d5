//! What a page shows of a plan: numbers of everything, and as many changes of each customer as people read.

use std::collections::{BTreeMap, HashMap};

use avepoint_elements_bulk::State;
use avepoint_elements_bulk::plan::{
    Change, LocalFields, Overview, Plan, PlannedUser, Selection, TenantCounts,
};

use super::user_results::{UserResult, UserResults};
use crate::failure::Failure;

/// How many users of a customer are shown.
pub(super) const MAX_SHOWN: u64 = 500;

/// What a page shows.
#[derive(Debug)]
pub(super) struct Collection {
    pub(super) stage: Stage,
    pub(super) overview: Overview,
    /// By id.
    customers: BTreeMap<String, Customer>,
}

/// How far the plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Planned,
    Applied,
    Verified,
}

#[derive(Debug)]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) tally: Tally,
    pub(super) tenants: Vec<TenantCounts>,
    /// Those to look at first: a field is emptied, or something went wrong.
    pub(super) notable: Vec<ChangeGroup>,
    pub(super) others: Vec<ChangeGroup>,
    /// How many users of each are shown.
    shown: [u64; 2],
    /// The index of each group in `notable` or `others`.
    indices: HashMap<(bool, String, Change, Option<LocalFields>), usize>,
    /// How many users have a field that is emptied.
    pub(super) clears: u64,
}

/// Users of a tenant with the same change.
#[derive(Debug)]
pub(super) struct ChangeGroup {
    pub(super) tenant: String,
    pub(super) change: Change,
    pub(super) local: Option<LocalFields>,
    pub(super) users: Vec<ShownUser>,
}

#[derive(Debug)]
pub(super) struct ShownUser {
    pub(super) line: u64,
    pub(super) name: String,
    pub(super) applied: Option<UserResult>,
    pub(super) verified: Option<UserResult>,
}

/// How a result is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ResultClass {
    /// As it is wanted.
    Good,
    /// Nothing was to be done.
    Settled,
    /// To be changed, or seen later.
    Open,
    /// To be looked at.
    Bad,
}

impl ResultClass {
    pub(super) const fn of(state: State) -> Self {
        match state {
            State::Done | State::Confirmed => Self::Good,
            State::Already | State::Unchanged => Self::Settled,
            State::Pending | State::Unseen | State::NotAttempted => Self::Open,
            _ => Self::Bad,
        }
    }

    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Settled => "settled",
            Self::Open => "open",
            Self::Bad => "bad",
        }
    }
}

/// Numbers of users by result.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    states: BTreeMap<State, u64>,
    /// Of a plan without results: users who change, and users of the input who do not.
    change: u64,
    equal: u64,
}

impl Tally {
    /// Name, class and number of each result.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&'static str, ResultClass, u64)> {
        let planned = [
            ("change", ResultClass::Open, self.change),
            ("stay as they are", ResultClass::Settled, self.equal),
        ];
        let states = self.states.iter().map(|(state, users)| (state.name(), ResultClass::of(*state), *users));
        planned.into_iter().chain(states)
    }

    pub(super) fn of(&self, name: &str) -> u64 {
        self.parts().filter(|(other, ..)| *other == name).map(|(.., users)| users).sum()
    }

    pub(super) fn total(&self) -> u64 {
        self.parts().map(|(.., users)| users).sum()
    }

    fn add(&mut self, outcome: Option<&UserResult>, stage: Stage) {
        match (stage, outcome) {
            (Stage::Planned, _) => self.change += 1,
            (_, outcome) => {
                let came = outcome.map_or(State::NotAttempted, |outcome| outcome.state);
                *self.states.entry(came).or_default() += 1;
            }
        }
    }
}

impl Collection {
    pub(super) fn of(
        plan: &Plan,
        selection: &Selection,
        mut applied: Option<UserResults>,
        mut verified: Option<UserResults>,
    ) -> Result<Self, Failure> {
        let stage = match (&applied, &verified) {
            (_, Some(_)) => Stage::Verified,
            (Some(_), None) => Stage::Applied,
            (None, None) => Stage::Planned,
        };
        let overview = Overview::of(plan, selection)?;
        let mut collection = Self { stage, overview, customers: BTreeMap::new() };
        for planned in plan.users() {
            let planned = planned?;
            let take = |outcomes: &mut Option<UserResults>| outcomes.as_mut()?.take(&planned.user);
            let (applied, verified) = (take(&mut applied), take(&mut verified));
            if selection.takes(&planned) {
                collection.add(planned, applied, verified);
            }
        }
        [applied, verified].iter().flatten().try_for_each(UserResults::check_taken)?;
        collection.add_tenants();
        Ok(collection)
    }

    fn add(&mut self, planned: PlannedUser, applied: Option<UserResult>, verified: Option<UserResult>) {
        let id = planned.user.customer.to_string();
        let customer = self.customers.entry(id).or_insert_with_key(|id| Customer::new(id, &planned));
        let last = if self.stage == Stage::Verified { &verified } else { &applied };
        customer.tally.add(last.as_ref(), self.stage);
        customer.add(planned, applied, verified);
    }

    /// Adds what is known of tenants as a whole.
    fn add_tenants(&mut self) {
        for tenant in self.overview.tenants() {
            let Some(customer) = self.customers.get_mut(&tenant.customer) else { continue };
            customer.tenants.push(tenant.clone());
            if self.stage == Stage::Planned {
                customer.tally.equal += tenant.resolved.saturating_sub(tenant.changes);
            }
        }
    }

    /// By name.
    pub(super) fn customers(&self) -> Vec<&Customer> {
        let mut customers: Vec<_> = self.customers.values().collect();
        customers.sort_by_key(|customer| customer.title());
        customers
    }
}

impl Customer {
    fn new(id: &str, planned: &PlannedUser) -> Self {
        Self {
            id: id.to_owned(),
            name: planned.names.customer.clone(),
            tally: Tally::default(),
            tenants: Vec::new(),
            notable: Vec::new(),
            others: Vec::new(),
            shown: [0; 2],
            indices: HashMap::new(),
            clears: 0,
        }
    }

    /// The name, or the id where there is none.
    pub(super) fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    fn add(&mut self, planned: PlannedUser, applied: Option<UserResult>, verified: Option<UserResult>) {
        let clears = planned.change.clears().chain(planned.clears_unseen()).next().is_some();
        self.clears += u64::from(clears);
        let is_notable =
            clears || [&applied, &verified].into_iter().flatten().any(|outcome| !outcome.state.is_success());
        let shown = &mut self.shown[usize::from(!is_notable)];
        if *shown == MAX_SHOWN {
            return;
        }
        *shown += 1;
        let PlannedUser { line, user, names, local, change, .. } = planned;
        let groups = if is_notable { &mut self.notable } else { &mut self.others };
        let key = (is_notable, user.tenant.to_string(), change, local);
        let index = *self.indices.entry(key).or_insert_with_key(|(_, tenant, change, local)| {
            groups.push(ChangeGroup {
                tenant: tenant.clone(),
                change: change.clone(),
                local: local.clone(),
                users: Vec::new(),
            });
            groups.len() - 1
        });
        let name = names.user.unwrap_or_else(|| user.user.to_string());
        groups[index].users.push(ShownUser { line, name, applied, verified });
    }

    /// The groups that are shown, each with those of its users that are: at most [`MAX_SHOWN`] in all. And how many users
    /// are left out.
    pub(super) fn shown(&self) -> (Vec<(&ChangeGroup, &[ShownUser])>, u64) {
        let (mut groups, mut room) = (Vec::new(), usize::try_from(MAX_SHOWN).unwrap_or(usize::MAX));
        for group in self.notable.iter().chain(&self.others) {
            let users = &group.users[..group.users.len().min(room)];
            room -= users.len();
            if !users.is_empty() {
                groups.push((group, users));
            }
        }
        let shown: usize = groups.iter().map(|(_, users)| users.len()).sum();
        (groups, self.changes().saturating_sub(shown as u64))
    }

    /// How many of its users change.
    pub(super) fn changes(&self) -> u64 {
        self.tenants.iter().map(|tenant| tenant.changes).sum()
    }

    /// The tenants of which nearly every user changes.
    pub(super) fn unusual(&self) -> impl Iterator<Item = &TenantCounts> {
        self.tenants.iter().filter(|tenant| tenant.is_unusual())
    }
}
