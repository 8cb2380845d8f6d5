//! From rows whose users were found to what changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use avepoint_elements::{Elements, Error, User, UserKey};
use avepoint_elements_rows::{Original, PlanEntry, WantedRow};
use futures_util::stream::{self, Stream, StreamExt};

use super::{
    Change, Comparison, Current, LocalFields, Names, PlanState, PlannedUser, TooLong, WantedOffice, compare,
};
use crate::directory::{Entry, Found, Key, KeySet, Resolution, Resolved, RowKeysBuf};
use crate::items::reasons;
use crate::service_error::{is_fatal, is_refusal, reason, reason_code};

/// A row that is to be planned. Beside it goes whatever the caller wants to have back with the outcome.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlanRow<T> {
    /// What comes back.
    pub original: T,
    /// The cells that name the user.
    pub keys: RowKeysBuf,
    /// What the row wants, or what is wrong with it.
    pub wanted: Result<WantedOffice, String>,
    /// What no reading returns of a local user; none for a cloud user.
    pub local: Option<LocalFields>,
    /// What an earlier planning of the same rows came to, by the same rules: then the user is not read again.
    pub earlier: Option<EarlierReading>,
}

/// What a planning that ended early came to for a row whose user it has read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "what a plan and its results hold of rows that are planned")]
pub enum EarlierReading {
    /// Nothing differs.
    Equal,
    /// This is planned.
    Change(Box<PlannedUser>),
}

impl<T> PlanRow<T> {
    /// A row of a cloud user.
    pub fn new(original: T, keys: RowKeysBuf, wanted: Result<WantedOffice, String>) -> Self {
        Self { original, keys, wanted, local: None, earlier: None }
    }
}

impl PlanRow<Original> {
    /// A row of an input.
    pub fn of(entry: PlanEntry) -> Self {
        let PlanEntry { line, original, keys, wanted, .. } = entry;
        let keys = RowKeysBuf::of(line, &keys);
        match wanted {
            Ok(WantedRow { office, local, .. }) => Self { local, ..Self::new(original, keys, Ok(office)) },
            Err(problems) => Self::new(original, keys, Err(reasons(line, &problems))),
        }
    }
}

/// What planning a row came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlanOutcome {
    /// In one word.
    pub state: PlanState,
    /// Why it is not planned and what to do about it; empty where it is.
    pub reason: String,
    /// The reason as a word, such as `not-found` or `permission`, which holds no id and is the same in every version: to
    /// group rows by. Empty where the row is planned.
    pub reason_code: &'static str,
    /// The user, where the row came to one.
    pub user: Option<UserKey>,
    /// What people call the user.
    pub names: Names,
    /// What changes, where something does.
    pub planned: Option<PlannedUser>,
    /// The status of the reply, where it was an error.
    pub status: Option<u16>,
    /// The id that the service gave the request, where it was answered with an error.
    pub request_id: Option<String>,
    /// The error that ended the planning, since every other reading would meet it, too, such as a token that is refused.
    pub fatal: Option<Error>,
}

impl PlanOutcome {
    fn unresolved(state: PlanState, reason: String) -> Self {
        Self {
            state,
            reason,
            reason_code: state.reason_code(),
            user: None,
            names: Names::default(),
            planned: None,
            status: None,
            request_id: None,
            fatal: None,
        }
    }

    fn of(found: &Found, state: PlanState, reason: String) -> Self {
        let names = names(found, None);
        Self { user: Some(found.user.clone()), names, ..Self::unresolved(state, reason) }
    }
}

/// Plans rows whose users were looked for.
#[derive(Clone, Debug)]
pub struct Planner {
    elements: Elements,
    resolved: Arc<Resolved>,
    readings_at_a_time: usize,
    is_stopped: Arc<AtomicBool>,
}

impl Planner {
    /// Plans the rows that were [resolved](crate::directory::resolve), with so many readings at a time.
    pub fn new(elements: &Elements, resolved: Resolved, readings_at_a_time: usize) -> Self {
        Self {
            elements: elements.clone(),
            resolved: Arc::new(resolved),
            readings_at_a_time: readings_at_a_time.max(1),
            is_stopped: Arc::default(),
        }
    }

    /// Begins no further reading: those under way go on, and the other rows are [`PlanState::NotAttempted`].
    ///
    /// An error that every other reading would meet does the same.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Reads the user of each row that came to one, once, and compares. The rows are those that were resolved, in their
    /// order, and so are the outcomes, one for each. Nothing is read but while the stream is polled.
    pub fn plan<T, R>(&self, rows: R) -> impl Stream<Item = (T, PlanOutcome)> + use<T, R>
    where
        R: IntoIterator<Item = PlanRow<T>>,
    {
        let planner = self.clone();
        let plan = move |(number, row): (usize, PlanRow<T>)| {
            let planner = planner.clone();
            async move {
                let PlanRow { original, keys, wanted, local, earlier } = row;
                (original, planner.plan_row(number, &keys, wanted, local, earlier).await)
            }
        };
        stream::iter(rows.into_iter().enumerate()).map(plan).buffered(self.readings_at_a_time)
    }

    async fn plan_row(
        &self,
        number: usize,
        keys: &RowKeysBuf,
        wanted: Result<WantedOffice, String>,
        local: Option<LocalFields>,
        earlier: Option<EarlierReading>,
    ) -> PlanOutcome {
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(mistake) => return PlanOutcome::unresolved(PlanState::Invalid, mistake),
        };
        let found = match self.resolved.of(number) {
            Resolution::Resolved(found) => found,
            other => {
                let state = other.state().unwrap_or(PlanState::CouldNotBeTold);
                let outcome = PlanOutcome::unresolved(state, other.to_string());
                return PlanOutcome { reason_code: other.reason_code(), ..outcome };
            }
        };
        if let Some(outcome) = earlier.and_then(|earlier| repeated(&found, earlier)) {
            return outcome;
        }
        if self.is_stopped.load(Ordering::Relaxed) {
            return PlanOutcome::of(&found, PlanState::NotAttempted, STOPPED.to_owned());
        }
        match self.elements.user(&found.user).await {
            Ok(user) => judge(&found, &user, keys, &wanted, local),
            Err(error) => self.failed(&found, error),
        }
    }

    fn failed(&self, found: &Found, error: Error) -> PlanOutcome {
        let state = match &error {
            error if error.is_not_found() => PlanState::NotFound,
            error if error.is_unreadable_reply() => PlanState::Unreadable,
            error if is_refusal(error) => PlanState::Refused,
            _ => PlanState::Failed,
        };
        let mut outcome = PlanOutcome::of(found, state, reason(&error));
        outcome.reason_code = reason_code(&error);
        // Those of a token's request say nothing of the row.
        if !error.is_about_token() {
            outcome.status = error.status();
            outcome.request_id = error.request_id().map(str::to_owned);
        }
        if is_fatal(&error) {
            self.stop();
            outcome.fatal = Some(error);
        }
        outcome
    }
}

const STOPPED: &str = "planning ended before the user was read; plan again";

/// What an earlier reading of the user says of a row.
fn repeated(found: &Found, earlier: EarlierReading) -> Option<PlanOutcome> {
    let outcome = |state| PlanOutcome::of(found, state, String::new());
    match earlier {
        EarlierReading::Equal => Some(outcome(PlanState::Equal)),
        EarlierReading::Change(planned) => (planned.user == found.user).then(|| PlanOutcome {
            names: planned.names.clone(),
            planned: Some(*planned),
            ..outcome(PlanState::Change)
        }),
    }
}

/// What a reading says of a row.
fn judge(
    found: &Found,
    user: &User,
    keys: &RowKeysBuf,
    wanted: &WantedOffice,
    local: Option<LocalFields>,
) -> PlanOutcome {
    let outcome = |state, reason| PlanOutcome::of(found, state, reason);
    let current = match Current::of(&found.user.user, user) {
        Ok(current) => current,
        Err(unreadable) => return outcome(PlanState::Unreadable, unreadable.to_string()),
    };
    let unseen = disagreeing(found, user, keys);
    if !unseen.is_empty() {
        let seen = keys.as_keys().keys().without(unseen);
        let disagreement = Resolution::KeysDisagree { seen, unseen, leading_zeros: None };
        return outcome(PlanState::KeysDisagree, disagreement.to_string());
    }
    let change = match compare(wanted, &current) {
        Comparison::Change(change) => change,
        // What no reading returns may differ.
        Comparison::Equal if local.is_some() => Change::default(),
        Comparison::Equal => {
            return PlanOutcome {
                names: names(found, Some(user)),
                ..outcome(PlanState::Equal, String::new())
            };
        }
        Comparison::TooLong(fields) => return outcome(PlanState::TooLong, too_long(&fields)),
    };
    let mut planned = PlannedUser::new(keys.line, found.user.clone(), change);
    planned.by = found.by.iter().collect();
    planned.names = names(found, Some(user));
    planned.local = local;
    planned.kept_empty = planned.change.kept_empty(&current).collect();
    let names = planned.names.clone();
    PlanOutcome { planned: Some(planned), names, ..outcome(PlanState::Change, String::new()) }
}

/// The keys of a row that the user does not have. A list has shown that there are all; then what is missing in the reading
/// says nothing.
fn disagreeing(found: &Found, user: &User, keys: &RowKeysBuf) -> KeySet {
    let entry = Entry {
        id: user.id(),
        user_principal_name: user.login_name().unwrap_or_default(),
        mail: user.mail().unwrap_or_default(),
        employee_id: user.employee_id().unwrap_or_default(),
    };
    let is_there = |key: &Key| !found.is_listed || !entry.get(*key).trim().is_empty();
    keys.as_keys().disagreeing(&entry).iter().filter(is_there).collect()
}

fn names(found: &Found, user: Option<&User>) -> Names {
    let text = |name: &'_ str| (!name.is_empty()).then(|| name.to_owned());
    let (customer, tenant) = (text(&found.customer_name), text(&found.tenant_name));
    let user = user.and_then(|user| user.login_name().or(user.display_name()));
    Names::new(customer.as_deref(), tenant.as_deref(), user)
}

fn too_long(fields: &[TooLong]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
