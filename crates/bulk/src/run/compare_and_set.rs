//! What is done for a row of a plan: a reading and a decision, and to apply it perhaps an update.

use std::time::Duration;

use avepoint_elements::{Elements, Receipt, Result, User, UserKey, operations};
use tokio::time::Instant;

use super::Stopped;
use super::attempt::{Verdict, count, done, judge, other_work, unrecorded_intent};
use super::pending_row::{PendingRow, Work};
use crate::clock;
use crate::error::listed;
use crate::export::ExportRow;
use crate::journal::Writer;
use crate::outcome::{Outcome, State};
use crate::plan::{self, Current, Decision, PlanState, Relocated, Unrecorded, Update};

/// How long after a reading the update may be sent that stands on it.
const MAX_READING_AGE: Duration = Duration::from_secs(2);

/// A reading on which an update may stand while it is fresh.
pub(super) struct UserReading {
    user: User,
    at: Instant,
}

impl UserReading {
    /// What it says of a user, and how long it stays fresh; none where it is too old.
    fn fresh(&self, user: &UserKey) -> Option<(Current, Duration)> {
        let left = MAX_READING_AGE.checked_sub(clock::now() - self.at).filter(|left| !left.is_zero())?;
        Some((Current::of(&user.user, &self.user).ok()?, left))
    }
}

/// Reads the user of a row, decides, and sends the update if there is one to send.
///
/// Each update stands on a reading of its own; the first may be there. Where the service asks for a wait, or an update cannot
/// go out while its reading is fresh, the user is read again, as often as a call is sent.
pub(super) async fn apply(
    elements: &Elements,
    journal: Option<&Writer>,
    row: &mut PendingRow,
    reading: Option<UserReading>,
) -> Verdict {
    let mut updates = elements.once_within(MAX_READING_AGE);
    let mut reading = reading.and_then(|reading| reading.fresh(row.work.user()));
    let mut left = elements.max_attempts();
    loop {
        let (current, once) = match reading.take() {
            Some((current, left)) => (Ok(current), Some(updates.once_within(left))),
            None => (read(elements, row).await, None),
        };
        let update = match current.and_then(|current| decide(row, &current)) {
            Ok(update) => update,
            Err(verdict) => return *verdict,
        };
        if let Some(journal) = journal.filter(|_| !row.is_intended)
            && let Some(key) = &row.record_key
            && let Err(error) = journal.note_intent(&key.user, &key.office)
        {
            return unrecorded_intent(error);
        }
        row.is_intended = true;
        let error = match send(once.as_ref().unwrap_or(&updates), row, &update).await {
            Ok(receipt) => return done(row, receipt),
            Err(error) => error,
        };
        left -= 1;
        if left == 0 || !error.is_throttled() {
            return judge(row, error);
        }
        count(row, &error);
        // It went stale in the queue, where the next one shall not wait.
        if error.attempts() == 0 {
            updates = match updates.with_reserved_slot().await {
                Ok(updates) => updates,
                Err(error) => return judge(row, error),
            };
        }
    }
}

/// Reads the user of a row, and compares with what the row wants. What changes is recorded in the plan of the sync, and then
/// applied on the same reading.
pub(super) async fn sync(elements: &Elements, journal: Option<&Writer>, row: &mut PendingRow) -> Verdict {
    let (verdict, reading) = compare(elements, row).await;
    let (Work::Sync(sync), Verdict::Final(Outcome { plan: Some(plan), .. })) = (&row.work, &verdict) else {
        return verdict;
    };
    let Some(planned) = &plan.planned else { return verdict };
    let hold =
        |state, reason: &str, code| read_as(row, sync.target.hold(state, reason.to_owned()).because(code));
    if planned.change.is_empty() {
        return Verdict::Final(hold(PlanState::Equal, NOT_COMPARED, "unseen"));
    }
    match sync.plan.record(planned).await {
        Ok(()) => {
            let planned = planned.clone();
            row.begin_to_apply(planned);
            apply(elements, journal, row, reading).await
        }
        Err(Unrecorded::Clears(fields)) => {
            let reason = format!(
                "it would empty {}, and there is no consent to that; nothing was sent",
                fields.join(", ")
            );
            Verdict::Final(hold(PlanState::NotAttempted, &reason, "clears"))
        }
        Err(Unrecorded::Duplicate) => Verdict::Final(hold(PlanState::Duplicate, DUPLICATE, "duplicate")),
        Err(Unrecorded::TooMany(most)) => {
            Verdict::Last(hold(PlanState::NotAttempted, TOO_MANY, "max-changes"), Stopped::MaxChanges(most))
        }
        Err(Unrecorded::File(error)) => {
            Verdict::Last(hold(PlanState::NotAttempted, UNPLANNED, "not-attempted"), Stopped::Journal(error))
        }
    }
}

/// Reads the user of a row, and compares with what the row wants. Where the user was found in a directory that is older than
/// the reading, the user's tenant is listed, and the row's user looked for there.
pub(super) async fn compare(elements: &Elements, row: &mut PendingRow) -> (Verdict, Option<UserReading>) {
    let (verdict, reading) = read_and_compare(elements, row).await;
    let (Verdict::Final(outcome), Some(target)) = (&verdict, row.work.target()) else {
        return (verdict, reading);
    };
    match target.relocate(elements, outcome).await {
        Ok(Relocated::Same) => (verdict, reading),
        Ok(Relocated::Settled(outcome)) => {
            (Verdict::Final(Outcome { attempts: row.attempts, ..outcome }), None)
        }
        Ok(Relocated::Other(other)) => {
            *target = *other;
            read_and_compare(elements, row).await
        }
        Err(error) => (judge(row, error), None),
    }
}

async fn read_and_compare(elements: &Elements, row: &mut PendingRow) -> (Verdict, Option<UserReading>) {
    let user = match read_user(elements, row).await {
        Ok(user) => user,
        Err(verdict) => return (*verdict, None),
    };
    let at = clock::now();
    let Some(target) = row.work.target() else { return (other_work(), None) };
    let judged = target.judge(&user);
    (Verdict::Final(read_as(row, judged)), Some(UserReading { user, at }))
}

/// Reads the user of a row, and makes a row of a sheet of that.
pub(super) async fn export(elements: &Elements, row: &mut PendingRow) -> Verdict {
    let user = match read_user(elements, row).await {
        Ok(user) => user,
        Err(verdict) => return *verdict,
    };
    let Work::Export(target) = &row.work else { return other_work() };
    Verdict::Final(match ExportRow::of(target, &user) {
        Ok(exported) => Outcome { exported: Some(Box::new(exported)), ..outcome(row, State::Exported, "") },
        Err(why) => outcome(row, State::Unreadable, &why.to_string()),
    })
}

/// Reads the user of a row, and compares with what a plan leads to.
pub(super) async fn verify(elements: &Elements, row: &mut PendingRow) -> Verdict {
    let current = match read(elements, row).await {
        Ok(current) => current,
        Err(verdict) => return *verdict,
    };
    let Some(planned) = row.work.planned() else { return other_work() };
    match plan::verify(&planned.change, &current) {
        plan::Verification::Confirmed if planned.change.is_empty() => {
            Verdict::Final(outcome(row, State::Unseen, UNSEEN))
        }
        plan::Verification::Confirmed if planned.local.is_some() => {
            Verdict::Final(outcome(row, State::Confirmed, UNSEEN).because("unseen"))
        }
        plan::Verification::Confirmed => Verdict::Final(outcome(row, State::Confirmed, "")),
        plan::Verification::Pending(fields) => Verdict::Later(outcome(row, State::Pending, &listed(&fields))),
        plan::Verification::Differs(fields) => Verdict::Final(outcome(row, State::Differs, &listed(&fields))),
    }
}

const UNSEEN: &str =
    "web page, post office box and personal title are not confirmed: no reading returns them";
const WAS_APPLIED: &str = "a request that was not answered was applied, as a reading shows";
const PLAN_AGAIN: &str = "plan again to start from what is there, or leave the user so";
const ALREADY: &str = "the user has what the plan leads to";
const DUPLICATE: &str = "another row of the sync came to this user; nothing was sent";
const TOO_MANY: &str = "as many users were changed as may be; nothing was sent";
const UNPLANNED: &str = "the plan could not be written; nothing was sent";
const NOT_COMPARED: &str =
    "web page, post office box and personal title were not compared, since no reading returns them";

/// The user of a row as the service has it, or what becomes of the row.
async fn read(elements: &Elements, row: &mut PendingRow) -> std::result::Result<Current, Box<Verdict>> {
    let user = read_user(elements, row).await?;
    let current = Current::of(&row.work.user().user, &user);
    current.map_err(|why| Box::new(Verdict::Final(outcome(row, State::Unreadable, &why.to_string()))))
}

async fn read_user(elements: &Elements, row: &mut PendingRow) -> std::result::Result<User, Box<Verdict>> {
    let user = elements.user(row.work.user()).await.map_err(|error| Box::new(judge(row, error)))?;
    row.attempts += 1;
    Ok(user)
}

/// The update that is to be sent, or what becomes of the row.
fn decide(row: &PendingRow, current: &Current) -> std::result::Result<Update, Box<Verdict>> {
    let Some(planned) = row.work.planned() else { return Err(Box::new(other_work())) };
    let outcome = match planned.decide(current, row.was_applied) {
        Decision::Send(update) => return Ok(update),
        Decision::Already if row.unknown => outcome(row, State::Done, WAS_APPLIED),
        Decision::Conflict(fields) => {
            outcome(row, State::Conflict, &format!("{}; {PLAN_AGAIN}", listed(&fields)))
        }
        Decision::TooLong(fields) => outcome(row, State::Invalid, &listed(&fields)).because("too-long"),
        Decision::Already => outcome(row, State::Already, ALREADY),
    };
    Err(Box::new(Verdict::Final(outcome)))
}

async fn send(elements: &Elements, row: &PendingRow, update: &Update) -> Result<Receipt> {
    match update {
        Update::Cloud(office) => elements.update_office_information(row.work.user(), office).await,
        Update::Local(office) => elements.update_local_office_information(row.work.user(), office).await,
    }
}

/// What a reading says of a row.
fn outcome(row: &PendingRow, state: State, reason: &str) -> Outcome {
    read_as(row, Outcome::new(state, reason))
}

/// The outcome of a row whose user was read.
fn read_as(row: &PendingRow, outcome: Outcome) -> Outcome {
    Outcome { status: Some(operations::GET_USER.success), attempts: row.attempts, ..outcome }
}
