//! Decides which row is sent when, and what its result is. It makes no call and waits for nothing.

mod judge;
mod next;

use std::collections::VecDeque;
use std::sync::Arc;

use avepoint_elements::Elements;
use tokio::time::Instant;

use super::circuit_breaker::CircuitBreaker;
use super::customer_scopes::CustomerScopes;
use super::pending_row::{Backlog, Control, PendingRow, Work};
use super::reorder_buffer::ReorderBuffer;
use super::seen_users::SeenUsers;
use super::{BoxError, BulkOptions, Item, Stopped, Summary};
use crate::clock;
use crate::count_or_percent::CountOrPercent;
use crate::history::Claim;
use crate::journal::{Journal, Snapshot, Writer};
use crate::outcome::{Outcome, State};
pub(super) use next::Next;

/// How often a row is sent at least that fails: once may be chance.
const MIN_TRIES: u32 = 2;
/// Calls beyond the second that rows which fail may cost without any success, and what a success adds to them.
const RETRY_BUDGET: f64 = 50.0;
const BUDGET_PER_SUCCESS: f64 = 0.5;

/// Rows after which a share of failures is judged.
const MIN_ROWS_FOR_PERCENT: u64 = 50;

/// The rows of a run that wait: for their call, their next call, or the results of earlier rows.
pub(super) struct Scheduler<T> {
    service: Arc<Service>,
    settings: BulkOptions,
    /// Whether the last row has come.
    ended: bool,
    /// Rows that were to be sent, and are not for now.
    ready: VecDeque<Box<PendingRow>>,
    /// Rows that the service did not answer, to be sent again.
    backlog: Backlog,
    control: Control,
    /// How many rows are sent and did not come back.
    under_way: usize,
    /// How often a row is sent at most that fails while the service is up.
    most_tries: u32,
    /// Whether rows are read to choose one that probes.
    chooses_probe: bool,
    /// Calls beyond the second that rows which fail may cost.
    budget: f64,
    breaker: CircuitBreaker,
    scopes: CustomerScopes,
    /// Until when rows whose values are not there yet are read again.
    wait_until: Instant,
    seen: SeenUsers,
    order: ReorderBuffer<T>,
    /// What rows came to, also those whose results wait for those of earlier rows.
    known: Summary,
    /// Rows that were to be sent, whether they are or wait for it, and those of them that failed in the end.
    sent: u64,
    failed: u64,
}

/// The service that rows are sent to, and the memory of what was done there.
pub(super) struct Service {
    pub(super) elements: Elements,
    journal: Option<(Arc<Snapshot>, Writer)>,
}

impl Service {
    fn snapshot(&self) -> Option<&Snapshot> {
        self.journal.as_ref().map(|(snapshot, _)| &**snapshot)
    }

    pub(super) fn writer(&self) -> Option<&Writer> {
        self.journal.as_ref().map(|(_, writer)| writer)
    }
}

/// How a run stands.
#[derive(Clone, Debug)]
pub(super) struct RunProgress {
    pub(super) known: Summary,
    /// When the breaker, which is open, lets the next row through.
    pub(super) next_probe: Option<Instant>,
    pub(super) is_throttled: bool,
}

impl<T> Scheduler<T> {
    pub(super) fn new(elements: Elements, journal: Option<&Journal>, settings: BulkOptions) -> Self {
        let journal = journal.map(|journal| (journal.snapshot().clone(), journal.writer().clone()));
        Self {
            ended: false,
            ready: VecDeque::new(),
            backlog: Backlog::default(),
            control: Control::default(),
            under_way: 0,
            most_tries: elements.max_attempts().max(MIN_TRIES),
            chooses_probe: false,
            budget: RETRY_BUDGET,
            breaker: CircuitBreaker::new(settings.max_outage),
            scopes: CustomerScopes::new(settings.concurrency),
            wait_until: clock::now() + settings.verify_timeout,
            seen: SeenUsers::new(),
            order: ReorderBuffer::new(),
            known: Summary::default(),
            sent: 0,
            failed: 0,
            service: Arc::new(Service { elements, journal }),
            settings,
        }
    }

    pub(super) fn service(&self) -> &Arc<Service> {
        &self.service
    }

    pub(super) fn progress(&self) -> RunProgress {
        let (next_probe, is_throttled) = (self.breaker.next_probe(), self.breaker.is_throttled());
        RunProgress { known: self.known.clone(), next_probe, is_throttled }
    }

    /// Sends no further row.
    pub(super) fn stop_because(&mut self, reason: Stopped) {
        self.known.stopped.get_or_insert(reason);
        self.service.elements.cancel_queued();
    }

    fn is_stopped(&self) -> bool {
        self.known.stopped.is_some()
    }

    /// Whether every row has its result, and that was taken.
    pub(super) fn is_over(&self) -> bool {
        self.ended && self.order.len() == 0
    }

    /// Whether the first result is there that was not taken.
    pub(super) fn has_result(&self) -> bool {
        self.order.has_next()
    }

    pub(super) fn next_result(&mut self) -> Option<(T, Outcome)> {
        self.order.next()
    }

    /// Takes a row, the end of the rows, or an error in its place.
    pub(super) fn enter(&mut self, item: Option<Result<Item<T>, BoxError>>) {
        let item = item.transpose().unwrap_or_else(|error| {
            self.stop_because(Stopped::Input(error.into()));
            None
        });
        match item {
            Some(Item::Send(tag, row)) => self.enter_row(tag, Work::Send(row), None),
            Some(Item::Claimed(tag, row, claim)) => self.enter_row(tag, Work::Send(row), Some(&claim)),
            Some(Item::Apply(tag, planned)) => self.enter_row(tag, Work::Apply(planned), None),
            Some(Item::Verify(tag, planned)) => self.enter_row(tag, Work::Verify(planned), None),
            Some(Item::Plan(tag, target)) => self.enter_row(tag, Work::Plan(target), None),
            Some(Item::Sync(tag, target)) => self.enter_row(tag, Work::Sync(target), None),
            Some(Item::Export(tag, target)) => self.enter_row(tag, Work::Export(target), None),
            Some(Item::Settled(tag, outcome)) => {
                let place = self.order.enter(tag);
                self.put_at(place, outcome);
            }
            None => self.ended = true,
        }
    }

    /// Has a row sent, unless it was done before, or the run was stopped.
    fn enter_row(&mut self, tag: T, work: Work, claim: Option<&Claim>) {
        let mut row = Box::new(PendingRow::new(self.order.enter(tag), work));
        if !self.seen.insert(&row.user_hash()) {
            return self.put(&row, Outcome::new(State::Invalid, DUPLICATE_USER).because("duplicate"));
        }
        let journal = self.service.snapshot();
        let outcome = match row.look_up(journal, self.service.elements.base_url(), claim) {
            Ok(Some(unchanged)) => unchanged,
            Ok(None) if self.is_stopped() => not_attempted(NOT_REACHED),
            Ok(None) if self.settings.limit.is_some_and(|limit| self.sent >= limit) => {
                self.known.limited = true;
                not_attempted("it is beyond the limit of this run")
            }
            Ok(None) => {
                self.sent += 1;
                return self.ready.push_back(row);
            }
            Err(error) => {
                self.stop_because(Stopped::Journal(error));
                not_attempted(NOT_REACHED)
            }
        };
        self.put(&row, outcome);
    }

    /// Puts the result of a row in its place among the others.
    fn put(&mut self, row: &PendingRow, outcome: Outcome) {
        let outcome = row.completed(outcome, self.service.snapshot());
        self.put_at(row.place, outcome);
    }

    fn put_at(&mut self, place: u64, outcome: Outcome) {
        self.known.record(&outcome);
        self.order.put(place, outcome);
    }

    /// Puts the result of a row that was sent in its place.
    fn settle(&mut self, row: &PendingRow, outcome: Outcome) {
        if !outcome.state.is_success() {
            self.failed += 1;
            let sent = self.sent - self.ready.len() as u64;
            if self.settings.max_failures.is_some_and(|most| are_too_many(most, self.failed, sent)) {
                self.stop_because(Stopped::MaxFailures);
            }
        }
        self.put(row, outcome);
    }

    /// Gives a row the result that was its last call's.
    fn give_up(&mut self, row: &PendingRow, outcome: Outcome) {
        // It is not to blame: what ended the run is. An intent that came to nothing is not left open.
        let is_unsent = self.is_stopped() && row.never_reached_service();
        if !is_unsent || row.has_open_intent {
            self.record(row, &outcome);
        }
        if is_unsent {
            self.put(row, Outcome { state: State::NotAttempted, ..outcome });
        } else {
            self.settle(row, outcome);
        }
    }

    fn record(&mut self, row: &PendingRow, outcome: &Outcome) {
        if let (Some(writer), Some(record)) = (self.service.writer(), row.record(outcome))
            && let Err(error) = writer.record([record])
        {
            self.stop_because(Stopped::Journal(error));
        }
    }
}

/// Whether so many failures, among the rows that were sent, are more than may be.
fn are_too_many(most: CountOrPercent, failed: u64, sent: u64) -> bool {
    let is_early = most.is_percent() && sent < MIN_ROWS_FOR_PERCENT;
    !is_early && most.is_exceeded_by(failed, sent)
}

const DUPLICATE_USER: &str = "the same user came before in this run, and its first row counts; nothing was sent for this \
                              one: leave one of them";
const NOT_REACHED: &str = "the run ended before this row's turn; run it again to go on";

fn not_attempted(reason: &str) -> Outcome {
    Outcome::new(State::NotAttempted, reason)
}

#[cfg(test)]
mod tests {
    use avepoint_elements::{Credential, OfficeInformation};

    use super::*;
    use crate::hash::tests::user;
    use crate::run::attempt::{Attempt, Verdict};
    use avepoint_elements_rows::Row;

    fn scheduler(settings: BulkOptions) -> Scheduler<()> {
        let elements = Elements::builder().base_url("http://127.0.0.1:9").allow_loopback_http();
        let elements = elements.credential(Credential::access_token("token")).build().unwrap();
        Scheduler::new(elements, None, settings)
    }

    /// Takes the next row that is to be sent, from rows that have no end; none where none is for now.
    fn next_sent(scheduler: &mut Scheduler<()>) -> Option<Box<PendingRow>> {
        let office = OfficeInformation::builder().postal_code("2121").country_region("Angola");
        let office = office.state("Luanda").address("Dande").build().unwrap();
        // As many steps as a window of rows that are not sent takes.
        for _ in 0..5000 {
            match scheduler.next(false) {
                Next::Send(row) => return Some(row),
                Next::Read => {
                    let user = user(&format!(
                        "u{}",
                        scheduler.order.len() + usize::try_from(scheduler.known.rows()).unwrap()
                    ));
                    scheduler.enter(Some(Ok(Item::Send((), Row::new(user, office.clone())))));
                }
                Next::HandOut => drop(scheduler.next_result()),
                Next::Wait(_) => return None,
            }
        }
        None
    }

    #[test]
    fn a_share_of_failures_is_judged_from_the_fiftieth_row_on() {
        let share = "10%".parse().unwrap();
        assert!(!are_too_many(share, 49, 49) && are_too_many(share, 6, 50));
        assert!(are_too_many(CountOrPercent::count(0), 1, 1));
    }

    #[test]
    fn behind_the_failure_that_is_one_too_many_no_row_is_sent() {
        let settings = BulkOptions::new().concurrency(3).max_failures(CountOrPercent::count(0));
        let mut scheduler = scheduler(settings);
        let mut sent: Vec<_> = std::iter::from_fn(|| next_sent(&mut scheduler)).collect();
        assert_eq!(sent.len(), 3);
        let mut came_to = |state| {
            let verdict = Verdict::Final(Outcome::new(state, ""));
            Attempt { row: sent.remove(0), verdict }
        };
        scheduler.judge(&mut vec![came_to(State::Done)]);
        let next = next_sent(&mut scheduler);
        assert!(next.is_some_and(|row| row.place == 3));
        scheduler.judge(&mut vec![came_to(State::Refused), came_to(State::Done)]);
        assert!(next_sent(&mut scheduler).is_none());
    }
}
