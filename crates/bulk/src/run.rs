//! Sends rows: several at a time, each until it is answered, with results in the order of the rows.

mod attempt;
mod calls;
mod circuit_breaker;
mod customer_scopes;
mod max_failures;
mod options;
mod pending_row;
mod planned;
mod reorder_buffer;
mod summary;

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use avepoint_elements::Elements;
use futures_core::Stream;
use futures_util::stream::StreamExt;
use tokio::time::{Instant, Sleep};

use crate::plan::PlannedUser;
use crate::{Journal, Outcome, Proof, Row, State, clock};
use attempt::{Attempt, Verdict};
use calls::Calls;
use circuit_breaker::{CircuitBreaker, NoResponse, STREAK};
use customer_scopes::CustomerScopes;
pub use max_failures::{InvalidMaxFailures, MaxFailures};
pub use options::BulkOptions;
use pending_row::{Backlog, Control, PendingRow, Unanswered, Work};
use reorder_buffer::ReorderBuffer;
pub use summary::{Stopped, Summary};

/// Rows that wait for their results, or for those of earlier rows, at most; more where more calls are under way. A row
/// of a file has at most a mebibyte, and commonly some hundred bytes.
const WINDOW: usize = 1024;
/// The same where no row was answered yet, and the first rows, of one tenant, may have their fault in common.
const LOOK_AHEAD: usize = 8 * WINDOW;
/// Results at most before other tasks of the thread have their turn: rows that are passed over wait for nothing.
const IN_A_ROW: u32 = 128;
/// How often a row is sent when there is no other to tell whether the fault is its own.
const LAST_TRIES: u32 = 7;
/// How often a row is sent at least that fails: once may be chance.
const FEWEST_TRIES: u32 = 2;
/// Outages that failures of a row are put down to at most: rows that fail by themselves may look like one.
const MOST_OUTAGES: u32 = 4;
/// Calls beyond the second that rows which fail may cost without any success, and what a success adds to them.
const RESERVE: f64 = 50.0;
const EARNED: f64 = 0.5;

/// What a run is given: a row to send, or one whose result is known already and takes its place among the others.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Item<T> {
    /// To be sent; the first part comes back with the result.
    Send(T, Row),
    /// To be sent unless it was done, as the input says, which is the results of an earlier run. That is believed if
    /// the [proof](Proof::of) is that of the service, the user and the office information, and the run's journal knows
    /// nothing of the user and was not [fresh](Journal::fresh).
    Claimed(T, Row, Proof),
    /// To be changed as a plan says: the user is read, and where every planned field holds its old value, one update puts
    /// the new ones over what was read. Where that is not answered, the user is read again before the next.
    ///
    /// The run's journal is one [of the plan](Journal::open_for_plan).
    Apply(T, PlannedUser),
    /// To be read, and compared with what a plan leads to.
    Verify(T, PlannedUser),
    /// Not to be sent.
    Settled(T, Outcome),
}

/// A run: a stream of results, one for each item, in their order.
///
/// Rows are read only while it is polled, as many ahead of those that are sent as calls are made at a time. Calls go on
/// by themselves, and those of rows that were read begin as well, until one comes to anything but done. Dropped in the
/// middle, it ends them, and leaves a journal from which the next run goes on.
///
/// # Panics
/// It is polled outside of a tokio runtime, or the one on which it began has ended.
#[must_use = "nothing is sent but while it is polled"]
pub struct Run<T, S> {
    calls: Calls,
    journal: Option<Arc<Journal>>,
    settings: BulkOptions,
    rows: S,
    /// Whether the last row has come.
    ended: bool,
    /// Rows that were to be sent, and are not for now.
    ready: VecDeque<Box<PendingRow>>,
    /// Rows that the service did not answer, to be sent again.
    backlog: Backlog,
    control: Control,
    /// How often a row is sent at most that fails while the service is up.
    most_tries: u32,
    /// The customers and tenants of the rows that probed since the breaker opened.
    probed: HashSet<(String, String)>,
    /// Calls beyond the second that rows which fail may cost.
    budget: f64,
    /// The memory in which rows come back.
    back: Vec<Attempt>,
    breaker: CircuitBreaker,
    scopes: CustomerScopes,
    /// Until when rows whose values are not there yet are read again.
    wait_until: Instant,
    order: ReorderBuffer<T>,
    timer: Option<Pin<Box<Sleep>>>,
    summary: Summary,
    /// As the summary, with what waits for its turn.
    known: Summary,
    /// Rows that were to be sent, whether their call was begun or waits, and those of them that failed in the end.
    sent: u64,
    failed: u64,
    /// Results since the run last let others have their turn.
    in_a_row: u32,
}

/// Nothing in it is pinned but what is boxed.
impl<T, S: Unpin> Unpin for Run<T, S> {}

impl<T, S> fmt::Debug for Run<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Run");
        debug.field("settings", &self.settings).field("summary", &self.summary).finish_non_exhaustive()
    }
}

/// What became of an effort to go on.
enum Step {
    /// A row was handed over for its call, or settled without one.
    Forward,
    /// There is nothing to do until something happens.
    Wait,
}

impl<T, S: Stream<Item = Item<T>> + Unpin> Stream for Run<T, S> {
    type Item = (T, Outcome);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let run = self.get_mut();
        if run.in_a_row >= IN_A_ROW {
            run.in_a_row = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = run.poll_result(context);
        run.in_a_row = if next.is_pending() { 0 } else { run.in_a_row + 1 };
        next
    }
}

impl<T, S> Run<T, S> {
    fn new(elements: Elements, journal: Option<Arc<Journal>>, settings: BulkOptions, rows: S) -> Self {
        let begun = journal.as_deref().map_or(Ok(()), |journal| journal.begin_run(elements.base_url()));
        let most_tries = elements.max_attempts().max(FEWEST_TRIES);
        let mut run = Self {
            calls: Calls::new(
                elements,
                journal.as_deref().map(Journal::writer).cloned(),
                settings.concurrency,
            ),
            journal,
            breaker: CircuitBreaker::new(settings.max_outage),
            scopes: CustomerScopes::new(settings.concurrency),
            wait_until: clock::now() + settings.wait,
            settings,
            rows,
            ended: false,
            ready: VecDeque::new(),
            backlog: Backlog::default(),
            control: Control::default(),
            most_tries,
            probed: HashSet::new(),
            budget: RESERVE,
            back: Vec::new(),
            order: ReorderBuffer::new(),
            timer: None,
            summary: Summary::default(),
            known: Summary::default(),
            sent: 0,
            failed: 0,
            in_a_row: 0,
        };
        if let Err(error) = begun {
            run.stop_because(Stopped::Journal(error));
        }
        run
    }

    /// Sends no further row. Requests under way are waited for; who stands in the throttle's line leaves it. What was
    /// not sent is "not attempted". The rows are still read to their end.
    pub fn stop(&mut self) {
        self.stop_because(Stopped::Requested);
    }

    /// What the results so far come to.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// How many rows came to a state so far, also those whose results wait for those of earlier rows.
    pub fn known(&self, state: State) -> u64 {
        self.known.count_of(state)
    }

    /// What the results came to, and where the rows came from.
    pub fn into_parts(self) -> (Summary, S) {
        (self.summary, self.rows)
    }

    /// For how long nothing is sent, because the service asked for it or does not answer.
    pub fn pause(&self) -> Option<Duration> {
        let asks = self.breaker.next_probe().map(|ask| ask.saturating_duration_since(clock::now()));
        asks.max(self.calls.elements().throttle_pause()).filter(|pause| !pause.is_zero())
    }

    /// Whether the service is taken to be down: nothing is sent but one row at a time, to ask. A
    /// [pause](Self::pause) is then the time to the next question. Where the service itself says that there is too
    /// much, or for how long to wait, it is not down, and a pause is what it asks for.
    pub fn is_outage(&self) -> bool {
        self.breaker.next_probe().is_some() && !self.breaker.is_throttled()
    }

    fn stop_because(&mut self, reason: Stopped) {
        self.summary.stopped.get_or_insert(reason);
        self.timer = None;
        self.calls.elements().cancel_queued();
        self.take_back();
    }

    /// Takes back the rows that wait for their call.
    fn take_back(&mut self) {
        for row in self.calls.recall().into_iter().rev() {
            match row {
                row if row.is_control => self.control.put_back(row),
                row if row.unanswered.is_some() => self.backlog.push(row),
                row => self.ready.push_front(row),
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.summary.stopped.is_some()
    }

    fn is_over(&self) -> bool {
        // A row has its place in the order until its result is handed out.
        self.ended && self.order.len() == 0
    }
}

impl<T, S: Stream<Item = Item<T>> + Unpin> Run<T, S> {
    fn poll_result(&mut self, context: &mut Context<'_>) -> Poll<Option<(T, Outcome)>> {
        loop {
            if let Some((tag, outcome)) = self.order.next() {
                self.summary.count(&outcome);
                return Poll::Ready(Some((tag, outcome)));
            }
            let mut forward = self.hear(context);
            while let Step::Forward = self.step(context) {
                forward = true;
            }
            if !forward {
                return if self.is_over() { Poll::Ready(None) } else { Poll::Pending };
            }
        }
    }

    /// Takes the rows that came back. Says whether there were any.
    fn hear(&mut self, context: &mut Context<'_>) -> bool {
        let mut back = std::mem::take(&mut self.back);
        self.calls.take(&mut back, context);
        let (any, all_done) = (!back.is_empty(), back.iter().all(Attempt::is_done));
        back.drain(..).for_each(|attempt| self.finish(attempt));
        // Its memory is used again.
        self.back = back;
        if !all_done {
            if self.breaker.next_probe().is_some() {
                self.take_back();
            }
            self.calls.release();
        }
        any
    }

    /// Hands a row over, or settles one without.
    fn step(&mut self, context: &mut Context<'_>) -> Step {
        if self.is_stopped() {
            return self.wind_up(context);
        }
        // For each row that is on its way another waits, so that no call has to wait for the run.
        if self.calls.under_way() >= 2 * self.settings.concurrency {
            return Step::Wait;
        }
        if self.breaker.is_in_doubt() && !self.control.is_under_way && self.is_doubt_resolved() {
            return Step::Forward;
        }
        if let Some(due) = self.breaker.next_probe() {
            return self.probe(due, context);
        }
        let has_turn = |first: &Unanswered| {
            self.is_settled(first) && (first.is_last || first.again(false) <= clock::now())
        };
        if self.backlog.first().is_some_and(has_turn) {
            return self.try_again();
        }
        if let Some(row) = self.ready.pop_front() {
            return self.call(row);
        }
        match self.next_row(context) {
            Poll::Ready(Some(item)) => self.enter(item),
            _ => self.go_on_with_backlog(context),
        }
    }

    /// Where several rows failed and none was answered, one that was answered before tells whether the service is up.
    /// Where there is none, that is an outage. One row alone is told apart by others that come, or by its last try.
    fn is_doubt_resolved(&mut self) -> bool {
        let are_many = self.backlog.len() >= STREAK as usize;
        if are_many && self.ask_control() {
            return true;
        }
        if !are_many && self.control.row.is_some() && self.is_last_chance() {
            return false;
        }
        self.breaker.open(clock::now());
        self.blame_outage();
        true
    }

    /// Whether no new row can tell what the failures so far mean.
    fn is_last_chance(&self) -> bool {
        self.ended || self.is_full()
    }

    fn blame_outage(&mut self) {
        let Some(outage) = self.breaker.outage() else { return };
        let breaker = &self.breaker;
        let is_open = |row: &PendingRow| {
            let failure = row.unanswered.as_ref().and_then(|unanswered| unanswered.failure);
            failure.is_some_and(|failure| !breaker.confirms(failure))
        };
        let rows = self.backlog.rows().filter(|row| is_open(row));
        rows.for_each(|row| row.blame_outage(outage, MOST_OUTAGES));
    }

    /// Sends the control, if there is one.
    fn ask_control(&mut self) -> bool {
        let Some(row) = self.control.row.take() else { return false };
        self.control.is_under_way = true;
        self.call(row);
        true
    }

    /// While the breaker is open: one row at a time.
    fn probe(&mut self, due: Instant, context: &mut Context<'_>) -> Step {
        if self.breaker.is_exhausted() {
            let NoResponse { status, asked, .. } = self.breaker.last();
            (self.summary.outage_status, self.summary.outage_wait) = (status, asked);
            self.stop_because(Stopped::Outage);
            return Step::Forward;
        }
        if self.calls.under_way() > 0 || self.sleeps_until(due, context) {
            return Step::Wait;
        }
        // Rows that follow each other may have their fault in common.
        let may_ask = self.backlog.len() >= STREAK as usize || self.is_last_chance();
        let may_ask = may_ask && !self.breaker.is_throttled() && !self.control.was_last_probe;
        self.control.was_last_probe = may_ask && self.ask_control();
        if self.control.was_last_probe {
            return Step::Forward;
        }
        while let Poll::Ready(Some(item)) = self.next_row(context) {
            self.enter(item);
        }
        match self.take_probe().or_else(|| self.backlog.pop()) {
            Some(row) => self.call(row),
            None => Step::Wait,
        }
    }

    /// A row that was not sent yet, of a tenant that did not probe yet if there is one.
    fn take_probe(&mut self) -> Option<Box<PendingRow>> {
        let tenant = |row: &PendingRow| {
            let user = row.work.user();
            (user.customer.as_str().to_owned(), user.tenant.as_str().to_owned())
        };
        let other = self.ready.iter().position(|row| !self.probed.contains(&tenant(row)));
        let row = self.ready.remove(other.unwrap_or_default())?;
        self.probed.insert(tenant(&row));
        Some(row)
    }

    /// Whether it is known whose fault a failure was.
    fn is_settled(&self, unanswered: &Unanswered) -> bool {
        unanswered.failure.is_none_or(|failure| self.breaker.confirms(failure))
    }

    /// While no new row comes, rows that were not answered have their time; before one of them has failed for good, it
    /// must be known that the service is up.
    fn go_on_with_backlog(&mut self, context: &mut Context<'_>) -> Step {
        let Some(first) = self.backlog.first() else { return Step::Wait };
        if !self.is_settled(first) {
            let is_last = first.is_last && self.is_last_chance();
            if self.calls.under_way() > 0 {
                return Step::Wait;
            }
            if is_last && self.ask_control() {
                return Step::Forward;
            }
        }
        let again = self.backlog.first().map(|first| first.again(self.is_full()));
        match again {
            Some(again) if self.sleeps_until(again, context) => Step::Wait,
            _ => self.try_again(),
        }
    }

    /// Sends a row again that was not answered, unless that was its last time.
    fn try_again(&mut self) -> Step {
        let Some(mut row) = self.backlog.pop() else { return Step::Wait };
        match row.unanswered.take() {
            Some(unanswered) if unanswered.failure.is_some_and(|failure| self.breaker.confirms(failure)) => {
                row.failures += 1;
                if unanswered.is_last {
                    self.give_up(&row, unanswered.last);
                    return Step::Forward;
                }
                row.unanswered = Some(unanswered);
            }
            unanswered => row.unanswered = unanswered,
        }
        self.call(row)
    }

    /// The next row, if there is room for its result; where there is none, it is as if it had not come yet.
    fn next_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Item<T>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if self.is_full() {
            return Poll::Pending;
        }
        let next = self.rows.poll_next_unpin(context);
        self.ended = matches!(next, Poll::Ready(None));
        next
    }

    /// Whether no other row may come before the first result is handed out.
    fn is_full(&self) -> bool {
        let nothing_is_known = self.breaker.next_probe().is_some() && self.control.is_unknown();
        let window = if nothing_is_known { LOOK_AHEAD } else { WINDOW };
        self.order.len() >= window.max(2 * self.settings.concurrency)
    }

    fn enter(&mut self, item: Item<T>) -> Step {
        match item {
            Item::Settled(tag, outcome) => {
                let place = self.order.enter(tag);
                self.put(place, outcome);
                Step::Forward
            }
            Item::Send(tag, row) => self.enter_row(tag, Work::Send(row), None),
            Item::Claimed(tag, row, proof) => self.enter_row(tag, Work::Send(row), Some(proof)),
            Item::Apply(tag, planned) => self.enter_row(tag, Work::Apply(planned), None),
            Item::Verify(tag, planned) => self.enter_row(tag, Work::Verify(planned), None),
        }
    }

    /// Sends a row, unless it was done before, or the run was stopped.
    fn enter_row(&mut self, tag: T, work: Work, claim: Option<Proof>) -> Step {
        let mut row = Box::new(PendingRow::new(self.order.enter(tag), work));
        let base_url = self.calls.elements().base_url();
        let outcome = match row.look_up(self.journal.as_deref(), base_url, claim) {
            Ok(Some(unchanged)) => unchanged,
            Ok(None) if self.is_stopped() => not_attempted(NOT_REACHED),
            Ok(None) if self.settings.limit.is_some_and(|limit| self.sent >= limit) => {
                self.summary.limited = true;
                not_attempted("it is beyond the limit of this run")
            }
            Ok(None) => {
                self.sent += 1;
                self.ready.push_back(row);
                return Step::Forward;
            }
            Err(error) => {
                self.stop_because(Stopped::Journal(error));
                not_attempted(NOT_REACHED)
            }
        };
        self.put(row.place, outcome);
        Step::Forward
    }

    fn call(&mut self, mut row: Box<PendingRow>) -> Step {
        if row.attempts == 0 && self.scopes.is_out_of_scope(&row.work.user().customer) {
            self.sent -= 1;
            let refused = Outcome::new(State::Refused, OUT_OF_SCOPE).because("customer-out-of-scope");
            self.put(row.place, refused);
            return Step::Forward;
        }
        if self.breaker.next_probe().is_some() {
            self.breaker.probe_sent(clock::now());
        }
        row.sent_at = self.breaker.now();
        self.calls.send(row);
        Step::Forward
    }

    /// Takes what a call came to.
    fn finish(&mut self, Attempt { mut row, verdict }: Attempt) {
        if row.is_control {
            return self.hear_control(row, verdict);
        }
        match verdict {
            Verdict::Final(outcome) => {
                let status = outcome.status;
                self.settle(&row, outcome);
                if let Some(status) = status {
                    self.record_answer(&row);
                    if self.scopes.record(&row.work.user().customer, status) {
                        self.take_back();
                    }
                    (row.is_control, row.unanswered) = (true, None);
                    self.control.row = Some(row);
                }
            }
            Verdict::Later(outcome) => self.read_again(row, outcome),
            Verdict::Last(outcome, reason) => {
                self.stop_because(reason);
                self.settle(&row, outcome);
            }
            Verdict::Again(_, NoResponse { is_throttled: true, .. })
                if self.is_stopped() && row.is_unsent() =>
            {
                self.put(row.place, not_attempted(NOT_REACHED));
            }
            Verdict::Again(last, response) => self.fail(row, last, response),
        }
    }

    /// A reading does not show yet what it is to show: the user is read again, while there is time.
    fn read_again(&mut self, mut row: Box<PendingRow>, outcome: Outcome) {
        self.record_answer(&row);
        let now = clock::now();
        if self.is_stopped() || now >= self.wait_until {
            return self.settle(&row, outcome);
        }
        row.wait((now + row.backoff()).min(self.wait_until), outcome);
        row.tries += 1;
        self.backlog.push(row);
    }

    /// The service did not answer a row, which is sent again, or has failed.
    fn fail(&mut self, mut row: Box<PendingRow>, last: Outcome, response: NoResponse) {
        let now = clock::now();
        let failure = self.breaker.record_failure(now, response);
        let failure = (!response.is_throttled).then_some(failure);
        // One that failed before by itself is not worth a wait that is asked of all.
        let is_too_dear = row.failures > 0 && response.asked.is_some();
        if self.is_stopped() || failure.is_some() && (is_too_dear || self.is_alone(&row)) {
            return self.give_up(&row, last);
        }
        row.strikes += u32::from(failure.is_some());
        let is_last = failure.is_some()
            && (row.strikes >= self.most_tries || row.failures > 0 && !self.take_from_budget());
        row.failed(now, failure, is_last, last);
        self.backlog.push(row);
        self.blame_outage();
    }

    /// What the control came to: the service is up, or down.
    fn hear_control(&mut self, row: Box<PendingRow>, verdict: Verdict) {
        match verdict {
            Verdict::Final(_) | Verdict::Later(_) => {
                self.record_answer(&row);
                self.breaker.tolerate_more();
            }
            Verdict::Last(_, reason) => self.stop_because(reason),
            Verdict::Again(_, response) => {
                let now = clock::now();
                self.control.has_failed = true;
                self.breaker.record_failure(now, response);
                self.breaker.open(now);
                self.blame_outage();
            }
        }
        self.control.put_back(row);
    }

    fn record_answer(&mut self, row: &PendingRow) {
        self.breaker.record_answer(row.sent_at);
        self.budget = (self.budget + EARNED).min(RESERVE);
        (self.control.was_last_probe, self.control.has_failed) = (false, false);
        self.probed.clear();
    }

    fn take_from_budget(&mut self) -> bool {
        let is_left = self.budget >= 1.0;
        self.budget -= if is_left { 1.0 } else { 0.0 };
        is_left
    }

    /// Whether there are no others that could tell whether a row is to blame, and it was sent often enough.
    fn is_alone(&self, row: &PendingRow) -> bool {
        let others = self.backlog.len() + self.ready.len() + self.calls.waiting();
        let can_tell = others + 1 >= STREAK as usize || self.control.has_failed;
        self.ended && !can_tell && row.tries >= LAST_TRIES
    }

    /// Gives a row the result that was its last call's.
    fn give_up(&mut self, row: &PendingRow, outcome: Outcome) {
        let journal = self.journal.as_ref().filter(|_| row.is_recorded());
        let Some(journal) = journal else { return self.settle(row, outcome) };
        if let Err(error) = journal.record(&row.user, &row.office, &outcome) {
            self.stop_because(Stopped::Journal(error));
        }
        self.settle(row, outcome);
    }

    /// Puts a result in its place among the others.
    fn put(&mut self, place: u64, outcome: Outcome) {
        self.known.count(&outcome);
        self.order.put(place, outcome);
    }

    /// Puts the result of a row that was sent in its place.
    fn settle(&mut self, row: &PendingRow, outcome: Outcome) {
        let outcome = row.proven(outcome, self.journal.as_deref());
        if !outcome.state.is_success() {
            self.failed += 1;
            let waiting = self.ready.len() + self.calls.waiting();
            let sent = self.sent - waiting as u64;
            let too_many = |most: MaxFailures| most.are_exceeded_by(self.failed, sent);
            if self.settings.max_failures.is_some_and(too_many) {
                self.stop_because(Stopped::MaxFailures);
            }
        }
        self.put(row.place, outcome);
    }

    /// After the run was stopped: every row that is not under way gets its result.
    fn wind_up(&mut self, context: &mut Context<'_>) -> Step {
        if let Some(mut row) = self.backlog.pop().or_else(|| self.ready.pop_front()) {
            match row.unanswered.take() {
                Some(unanswered) => self.give_up(&row, unanswered.last),
                None => self.put(row.place, not_attempted(NOT_REACHED)),
            }
            return Step::Forward;
        }
        match self.next_row(context) {
            Poll::Ready(Some(item)) => self.enter(item),
            _ => Step::Wait,
        }
    }

    /// Whether an instant is still to come; if so, the run is woken then.
    fn sleeps_until(&mut self, instant: Instant, context: &mut Context<'_>) -> bool {
        let timer = self.timer.get_or_insert_with(|| Box::pin(clock::sleep_until(instant)));
        if timer.deadline() != instant {
            timer.as_mut().reset(instant);
        }
        timer.as_mut().poll(context).is_pending()
    }
}

const NOT_REACHED: &str = "the run ended before this row's turn; run it again to go on";

const OUT_OF_SCOPE: &str = "the service refused other rows of this customer and answered none, as where the app's scope \
                            leaves the customer out; this one was not sent, and the next run tries it again";

fn not_attempted(reason: &str) -> Outcome {
    Outcome::new(State::NotAttempted, reason)
}
