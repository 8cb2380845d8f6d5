//! A row on its way through a run.

use std::collections::BTreeMap;
use std::time::Duration;

use avepoint_elements::UserKey;
use avepoint_elements_rows::Row;
use tokio::time::Instant;

use super::circuit_breaker::{BlamedOutages, NoResponse};
use crate::error::FileError;
use crate::export::ExportTarget;
use crate::hash::{OfficeHash, UserHash};
use crate::history::{Claim, History};
use crate::journal::{AppliedBefore, Snapshot};
use crate::outcome::Outcome;
use crate::plan::{PlanTarget, PlannedUser, SyncTarget};

/// The wait before a row that failed is sent again, at first and at most.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const MAX_BACKOFF: Duration = Duration::from_secs(30);
/// How much less a row waits that all others wait for.
const BLOCKING_BACKOFF_DIVISOR: u32 = 10;

/// How many calls in a row for one row may come to nothing else than that there is too much, where the service asks for no
/// wait: each call was repeated by itself, slower and slower.
const MAX_THROTTLED_CALLS: u32 = 3;

/// What is done for a row.
#[derive(Clone)]
pub(super) enum Work {
    /// An update.
    Send(Row),
    /// A reading, a decision, and perhaps an update.
    Apply(PlannedUser),
    /// A reading, and a comparison.
    Verify(PlannedUser),
    /// A reading, and what changes by it.
    Plan(PlanTarget),
    /// A reading, and where something changes by it, a line of a plan and perhaps an update.
    Sync(SyncTarget),
    /// A reading, which becomes a row of a sheet.
    Export(ExportTarget),
}

impl Work {
    pub(super) fn user(&self) -> &UserKey {
        match self {
            Self::Send(row) => &row.user,
            Self::Apply(planned) | Self::Verify(planned) => &planned.user,
            Self::Plan(target) => target.user(),
            Self::Sync(sync) => sync.target.user(),
            Self::Export(target) => &target.user,
        }
    }

    /// The user who is compared with what a row wants, and that.
    pub(super) fn target(&mut self) -> Option<&mut PlanTarget> {
        match self {
            Self::Plan(target) => Some(target),
            Self::Sync(sync) => Some(&mut sync.target),
            Self::Send(_) | Self::Apply(_) | Self::Verify(_) | Self::Export(_) => None,
        }
    }

    /// The user whom a plan changes.
    pub(super) fn planned(&self) -> Option<&PlannedUser> {
        match self {
            Self::Apply(planned) | Self::Verify(planned) => Some(planned),
            Self::Send(_) | Self::Plan(_) | Self::Sync(_) | Self::Export(_) => None,
        }
    }

    fn record_key(&self) -> Option<RecordKey> {
        let office = match self {
            Self::Send(row) => OfficeHash::of(&row.office),
            Self::Apply(planned) => OfficeHash::of_change(planned),
            Self::Verify(_) | Self::Plan(_) | Self::Sync(_) | Self::Export(_) => return None,
        };
        Some(RecordKey { user: UserHash::of(self.user()), office })
    }
}

/// What a journal knows a row by.
pub(super) struct RecordKey {
    pub(super) user: UserHash,
    pub(super) office: OfficeHash,
}

/// A row with what is known of it so far.
#[allow(clippy::struct_excessive_bools, reason = "each is known by itself")]
pub(super) struct PendingRow {
    /// Its place among the results.
    pub(super) place: u64,
    pub(super) work: Work,
    /// None of a row that no journal holds, since it is only read.
    pub(super) record_key: Option<RecordKey>,
    /// Whether another value is on record as done, which must not stand if this one may have been sent.
    pub(super) replaces: bool,
    /// Whether the journal says so, and nothing yet of what came of it.
    pub(super) has_open_intent: bool,
    /// Whether the intent to apply a change was recorded in this run.
    pub(super) is_intended: bool,
    /// Whether the plan of the row was applied to the user before.
    pub(super) was_applied: bool,
    /// Whether its result is known, and it is sent to learn whether the service is up.
    pub(super) is_control: bool,
    /// What the [breaker](super::circuit_breaker) had for a number when it was sent.
    pub(super) sent_at: u64,
    /// Calls that the service did not refuse to look at.
    pub(super) tries: u32,
    /// Readings that did not show yet what they are to show.
    pub(super) pending_readings: u32,
    /// Those of them that no outage is to blame for, so far, and that the service was up after.
    pub(super) counted_failures: u32,
    pub(super) failures: u32,
    /// Its calls in a row that came to nothing else than that there is too much.
    pub(super) throttled_calls: u32,
    /// Whether it was sent after the wait that the service asked for because of it, and nothing else was.
    pub(super) is_suspect: bool,
    outages: BlamedOutages,
    /// Requests sent for it.
    pub(super) attempts: u32,
    /// Those of them that found no connection.
    pub(super) unreached_attempts: u32,
    /// Whether one of them may have been applied.
    pub(super) unknown: bool,
    /// What is known of its last call where that was not answered.
    pub(super) unanswered: Option<Box<Unanswered>>,
}

/// What is known of a call that was not answered.
pub(super) struct Unanswered {
    /// The number of the failure, where it may be the row's own.
    pub(super) failure: Option<u64>,
    /// Whether the row has failed if that is confirmed.
    pub(super) is_last: bool,
    at: Instant,
    backoff: Duration,
    /// What the call came to.
    pub(super) last: Outcome,
}

impl Unanswered {
    /// When the row is sent again; sooner if all others wait for it.
    pub(super) fn again(&self, hurries: bool) -> Instant {
        self.at + if hurries { self.backoff / BLOCKING_BACKOFF_DIVISOR } else { self.backoff }
    }
}

/// Rows that were not answered, by the time of their next call; those first that may have failed.
#[derive(Default)]
pub(super) struct Backlog(BTreeMap<(Instant, u64), Box<PendingRow>>);

impl Backlog {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn push(&mut self, row: Box<PendingRow>) {
        let Some(unanswered) = &row.unanswered else { return };
        let due = if unanswered.is_last { unanswered.at } else { unanswered.again(false) };
        self.0.insert((due, row.place), row);
    }

    /// Takes a row whose last calls were throttled, and of which nothing else is known.
    pub(super) fn take_throttled(&mut self) -> Option<Box<PendingRow>> {
        let is_one = |row: &PendingRow| {
            let failure = row.unanswered.as_ref().and_then(|unanswered| unanswered.failure);
            row.throttled_calls > 0 && failure.is_none()
        };
        let place = self.0.iter().find_map(|(place, row)| is_one(row).then_some(*place))?;
        self.0.remove(&place)
    }

    pub(super) fn pop(&mut self) -> Option<Box<PendingRow>> {
        self.0.pop_first().map(|(_, row)| row)
    }

    pub(super) fn first(&self) -> Option<&Unanswered> {
        self.0.first_key_value().and_then(|(_, row)| row.unanswered.as_deref())
    }

    pub(super) fn rows(&mut self) -> impl Iterator<Item = &mut Box<PendingRow>> {
        self.0.values_mut()
    }
}

/// The row that was answered last: sent again, it tells whether the service is up.
#[derive(Default)]
pub(super) struct Control {
    pub(super) row: Option<Box<PendingRow>>,
    pub(super) is_under_way: bool,
    /// Whether it was the last probe of the open breaker.
    pub(super) was_last_probe: bool,
    /// Whether it was not answered, and no other row since.
    pub(super) has_failed: bool,
}

impl Control {
    /// Whether no row was answered yet.
    pub(super) fn is_unknown(&self) -> bool {
        self.row.is_none() && !self.is_under_way
    }

    /// Takes it for a call, if it is there.
    pub(super) fn take(&mut self) -> Option<Box<PendingRow>> {
        let row = self.row.take()?;
        self.is_under_way = true;
        Some(row)
    }

    /// Takes it back after a call. Another row may have been answered meanwhile.
    pub(super) fn put_back(&mut self, row: Box<PendingRow>) {
        self.is_under_way = false;
        self.row.get_or_insert(row);
    }
}

impl PendingRow {
    pub(super) fn new(place: u64, work: Work) -> Self {
        Self {
            place,
            record_key: work.record_key(),
            work,
            replaces: false,
            has_open_intent: false,
            is_intended: false,
            was_applied: false,
            is_control: false,
            sent_at: 0,
            tries: 0,
            pending_readings: 0,
            counted_failures: 0,
            failures: 0,
            throttled_calls: 0,
            is_suspect: false,
            outages: BlamedOutages::default(),
            attempts: 0,
            unreached_attempts: 0,
            unknown: false,
            unanswered: None,
        }
    }

    /// A copy that tells, sent again, whether the service is up.
    pub(super) fn as_control(&self) -> Box<Self> {
        Box::new(Self { is_control: true, ..Self::new(self.place, self.work.clone()) })
    }

    /// What stands for its user.
    pub(super) fn user_hash(&self) -> UserHash {
        self.record_key.as_ref().map_or_else(|| UserHash::of(self.work.user()), |key| key.user)
    }

    /// Its change is recorded: from here on it is the row of a plan.
    pub(super) fn begin_to_apply(&mut self, planned: PlannedUser) {
        self.work = Work::Apply(planned);
        self.record_key = self.work.record_key();
    }

    /// Whether what a call came to may be the row's own fault. That no connection was made is not, and neither is that there
    /// is too much, unless no limit explains it.
    pub(super) fn is_to_blame(&mut self, response: &NoResponse) -> bool {
        if !response.is_throttled {
            (self.throttled_calls, self.is_suspect) = (0, false);
            return !response.is_unreachable;
        }
        self.throttled_calls += 1;
        self.is_suspect || response.asked.is_none() && self.throttled_calls > MAX_THROTTLED_CALLS
    }

    /// The wait before the next try.
    pub(super) fn backoff(&self) -> Duration {
        let calls = self.tries + self.throttled_calls + self.pending_readings;
        let backoff = FIRST_BACKOFF.saturating_mul(2_u32.saturating_pow(calls.saturating_sub(1)));
        backoff.min(MAX_BACKOFF)
    }

    /// Takes note of a call that was not answered.
    pub(super) fn failed(&mut self, at: Instant, failure: Option<u64>, is_last: bool, last: Outcome) {
        let backoff = self.backoff();
        self.unanswered = Some(Box::new(Unanswered { failure, is_last, at, backoff, last }));
    }

    /// Takes note that it is to be read again after a wait.
    pub(super) fn wait(&mut self, at: Instant, last: Outcome) {
        let (failure, is_last, backoff) = (None, false, Duration::ZERO);
        self.unanswered = Some(Box::new(Unanswered { failure, is_last, at, backoff, last }));
    }

    /// Puts its last failure down to the outage of this number, unless there were too many.
    pub(super) fn blame_outage(&mut self, number: u64) {
        let Some(unanswered) = &mut self.unanswered else { return };
        if self.throttled_calls > 0 || !self.outages.blame(number) {
            return;
        }
        (unanswered.failure, unanswered.is_last, self.counted_failures) = (None, false, self.failures);
    }

    /// Whether no update was sent for it, nor is about to be.
    pub(super) fn is_unsent(&self) -> bool {
        match self.work {
            Work::Send(_) => self.never_reached_service(),
            _ => !self.is_intended && !self.unknown,
        }
    }

    /// Whether nothing of it reached the service.
    pub(super) fn never_reached_service(&self) -> bool {
        self.attempts == self.unreached_attempts && !self.unknown
    }

    /// What a journal holds of its outcome, if it does. What comes of a reading alone says nothing of updates.
    pub(super) fn record<'o>(&self, outcome: &'o Outcome) -> Option<(&UserHash, &OfficeHash, &'o Outcome)> {
        let is_update = matches!(self.work, Work::Send(_)) || self.is_intended || self.unknown;
        let key = self.record_key.as_ref().filter(|_| is_update)?;
        Some((&key.user, &key.office, outcome))
    }

    /// Its outcome, whole: with what proves it, where it is a success that results may claim, or with what planning it
    /// came to.
    pub(super) fn completed(&self, outcome: Outcome, journal: Option<&Snapshot>) -> Outcome {
        match (&self.work, &self.record_key, journal) {
            (Work::Plan(target) | Work::Sync(SyncTarget { target, .. }), ..) if outcome.plan.is_none() => {
                target.fail(outcome)
            }
            (Work::Send(_), Some(key), Some(journal))
                if outcome.state.is_success() && outcome.proof.is_none() =>
            {
                Outcome { proof: journal.prove(&key.user, &key.office), ..outcome }
            }
            _ => outcome,
        }
    }

    /// The outcome of the row, where an earlier run has done it.
    pub(super) fn look_up(
        &mut self,
        journal: Option<&Snapshot>,
        base_url: &str,
        claim: Option<&Claim>,
    ) -> Result<Option<Outcome>, FileError> {
        let Some(key) = &self.record_key else { return Ok(None) };
        if matches!(self.work, Work::Apply(_)) {
            return self.look_up_applied(journal);
        }
        let history = History::of(journal, base_url, &key.user, &key.office, claim)?;
        self.replaces = history.needs_intent();
        Ok(history.unchanged())
    }

    /// The outcome of the row of a plan, where the run that this one goes on with has done it.
    fn look_up_applied(&mut self, journal: Option<&Snapshot>) -> Result<Option<Outcome>, FileError> {
        let (Some(journal), Some(key)) = (journal, &self.record_key) else { return Ok(None) };
        match journal.applied(&key.user)? {
            AppliedBefore::InThisRun(outcome) => return Ok(Some(outcome)),
            AppliedBefore::InAnEarlierRun => self.was_applied = true,
            AppliedBefore::Perhaps => self.unknown = true,
            AppliedBefore::No => {}
        }
        Ok(None)
    }
}
