//! Sends rows: several at a time, each until it is answered, with results in the order of the rows.

mod attempt;
mod calls;
mod max_failures;
mod order;
mod outage;
mod settings;
mod summary;
mod task;

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use avepoint_elements::Elements;
use futures_core::Stream;
use futures_util::stream::StreamExt;
use tokio::time::{Instant, Sleep};

use crate::{Journal, Outcome, Proof, Row, State, clock};
use attempt::{Attempt, NoAnswer, Verdict};
use calls::Calls;
pub use max_failures::{InvalidMaxFailures, MaxFailures};
use order::Order;
use outage::{Heard, Outage};
pub use settings::Bulk;
pub use summary::{Stopped, Summary};
use task::{Task, Unanswered};

/// Rows that wait for their results, or for those of earlier rows, at most; more where more calls are under way. A row
/// of a file has at most a mebibyte, and commonly some hundred bytes.
const WINDOW: usize = 1024;
/// Results at most before other tasks of the thread have their turn: rows that are passed over wait for nothing.
const IN_A_ROW: u32 = 128;
/// How often a row is tried when there is no other to tell whether the fault is its own.
const LAST_TRIES: u32 = 5;
/// Outages through which a row may go unanswered without being to blame.
const MOST_OUTAGES: u32 = 4;
/// How soon a row that was not answered is tried again while others are.
const AGAIN: Duration = Duration::from_secs(5);

/// What a run is given: a row to send, or one whose result is known already and takes its place among the others.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Item<T> {
    /// To be sent; the first part comes back with the result.
    Send(T, Row),
    /// To be sent unless it was done, as the input says, which is the results of an earlier run. That is believed if
    /// the [proof](Proof::of) is that of the service, the user and the office information, and the run's journal knows
    /// nothing of the user and was not [begun anew](Journal::begin_anew).
    Claimed(T, Row, Proof),
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
    settings: Bulk,
    rows: S,
    /// Whether the last row has come.
    ended: bool,
    /// Rows that were to be sent, and are not for now.
    ready: VecDeque<Box<Task>>,
    /// Rows that the service did not answer, to be tried again.
    unanswered: VecDeque<Box<Task>>,
    /// The memory in which rows come back.
    back: Vec<Attempt>,
    outage: Outage,
    order: Order<T>,
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
    fn new(elements: Elements, journal: Option<Arc<Journal>>, settings: Bulk, rows: S) -> Self {
        let begun = journal.as_deref().map_or(Ok(()), |journal| journal.begin_run(elements.base_url()));
        let mut run = Self {
            calls: Calls::new(
                elements,
                journal.as_deref().map(Journal::recorder).cloned(),
                settings.concurrency,
            ),
            journal,
            outage: Outage::new(settings.patience),
            settings,
            rows,
            ended: false,
            ready: VecDeque::new(),
            unanswered: VecDeque::new(),
            back: Vec::new(),
            order: Order::new(),
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
        let asks = self.outage.next_question().map(|ask| ask.saturating_duration_since(clock::now()));
        asks.max(self.calls.elements().throttle_pause()).filter(|pause| !pause.is_zero())
    }

    /// Whether the service is taken to be down: nothing is sent but one row at a time, to ask. A
    /// [pause](Self::pause) is then the time to the next question. Where the service itself says that there is too
    /// much, or for how long to wait, it is not down, and a pause is what it asks for.
    pub fn is_outage(&self) -> bool {
        self.outage.next_question().is_some() && !self.outage.is_throttled()
    }

    fn stop_because(&mut self, reason: Stopped) {
        self.summary.stopped.get_or_insert(reason);
        self.timer = None;
        self.calls.elements().cancel_queued();
        self.take_back();
    }

    /// Takes back the rows that wait for their call.
    fn take_back(&mut self) {
        for task in self.calls.recall().into_iter().rev() {
            let place = if task.unanswered.is_some() { &mut self.unanswered } else { &mut self.ready };
            place.push_front(task);
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
                self.summary.count(outcome.state);
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
            if self.outage.next_question().is_some() {
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
        if let Some(ask) = self.outage.next_question() {
            if self.outage.is_hopeless() {
                let Heard { status, asked, .. } = self.outage.last();
                (self.summary.outage_status, self.summary.outage_wait) = (status, asked);
                self.stop_because(Stopped::Outage);
                return Step::Forward;
            }
            if self.calls.under_way() > 0 || self.sleeps_until(ask, context) {
                return Step::Wait;
            }
        }
        if self.is_turn_of_unanswered() {
            return self.try_again();
        }
        if let Some(task) = self.ready.pop_front() {
            return self.call(task);
        }
        match self.next_row(context) {
            Poll::Ready(Some(item)) => self.enter(item),
            Poll::Ready(None) if self.unanswered.is_empty() => Step::Wait,
            Poll::Ready(None) => self.try_again(),
            Poll::Pending => self.wait_for_unanswered(context),
        }
    }

    /// Whether a row that was not answered comes before a new one. While the service is down, it does not: it may be
    /// what fails.
    fn is_turn_of_unanswered(&self) -> bool {
        self.outage.next_question().is_none()
            && self.turn_of_unanswered().is_some_and(|again| again <= clock::now())
    }

    /// When the row is tried again that was not answered for the longest time.
    fn turn_of_unanswered(&self) -> Option<Instant> {
        self.unanswered.front()?.unanswered.as_ref().map(|unanswered| unanswered.again)
    }

    fn try_again(&mut self) -> Step {
        match self.unanswered.pop_front() {
            Some(task) => self.call(task),
            None => Step::Wait,
        }
    }

    /// While no new row comes, one that was not answered has its time.
    fn wait_for_unanswered(&mut self, context: &mut Context<'_>) -> Step {
        match self.turn_of_unanswered() {
            Some(again) if self.outage.next_question().is_none() && self.sleeps_until(again, context) => {
                Step::Wait
            }
            Some(_) => self.try_again(),
            None => Step::Wait,
        }
    }

    /// The next row, if there is room for its result; where there is none, it is as if it had not come yet.
    fn next_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Item<T>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if self.order.len() >= WINDOW.max(2 * self.settings.concurrency) {
            return Poll::Pending;
        }
        let next = self.rows.poll_next_unpin(context);
        self.ended = matches!(next, Poll::Ready(None));
        next
    }

    fn enter(&mut self, item: Item<T>) -> Step {
        match item {
            Item::Settled(tag, outcome) => {
                let place = self.order.enter(tag);
                self.put(place, outcome);
                Step::Forward
            }
            Item::Send(tag, row) => {
                let place = self.order.enter(tag);
                self.enter_row(Box::new(Task::new(place, row)), None)
            }
            Item::Claimed(tag, row, proof) => {
                let place = self.order.enter(tag);
                self.enter_row(Box::new(Task::new(place, row)), Some(proof))
            }
        }
    }

    /// Sends a row, unless it was done before, or the run was stopped.
    fn enter_row(&mut self, mut task: Box<Task>, claim: Option<Proof>) -> Step {
        let base_url = self.calls.elements().base_url();
        let outcome = match task.look_up(self.journal.as_deref(), base_url, claim) {
            Ok(Some(unchanged)) => unchanged,
            Ok(None) if self.is_stopped() => not_attempted(NOT_REACHED),
            Ok(None) if self.settings.limit.is_some_and(|limit| self.sent >= limit) => {
                self.summary.limited = true;
                not_attempted("it is beyond the limit of this run")
            }
            Ok(None) => {
                self.sent += 1;
                return self.call(task);
            }
            Err(error) => {
                self.stop_because(Stopped::Journal(error));
                not_attempted(NOT_REACHED)
            }
        };
        self.put(task.place, outcome);
        Step::Forward
    }

    fn call(&mut self, task: Box<Task>) -> Step {
        if self.outage.next_question().is_some() {
            self.outage.asks(clock::now());
        }
        self.calls.send(task);
        Step::Forward
    }

    /// Takes what a call came to.
    fn finish(&mut self, Attempt { mut task, verdict }: Attempt) {
        match verdict {
            Verdict::Final(outcome) => {
                if matches!(outcome.state, State::Done | State::Refused) && self.outage.answered() {
                    self.forget_outage();
                }
                self.settle(&task, outcome);
            }
            Verdict::Last(outcome, reason) => {
                self.stop_because(reason);
                self.settle(&task, outcome);
            }
            Verdict::Again(_, NoAnswer { is_throttled: true, .. })
                if self.is_stopped() && task.attempts == 0 =>
            {
                self.put(task.place, not_attempted(NOT_REACHED));
            }
            Verdict::Again(last, NoAnswer { asked, is_throttled }) => {
                let now = clock::now();
                self.outage.failed(now, Heard { status: last.status, asked, is_throttled });
                if !is_throttled && self.is_own_fault(&task) || self.is_stopped() {
                    return self.give_up(&task, last);
                }
                let before = task.unanswered.as_ref();
                let outages = before.map_or(0, |before| before.outages);
                let first = before.and_then(|before| before.answers);
                let (answers, again) = (first.or(Some(self.outage.answers())), now + AGAIN);
                task.unanswered = Some(Box::new(Unanswered { answers, outages, again, last }));
                self.unanswered.push_back(task);
            }
        }
    }

    /// What an outage that is over did to rows does not speak against them. Where rows that fail by themselves look like
    /// one outage after the other, that has an end.
    fn forget_outage(&mut self) {
        let unanswered = self.unanswered.iter_mut().filter_map(|task| task.unanswered.as_mut());
        for before in unanswered.filter(|before| before.outages < MOST_OUTAGES) {
            (before.answers, before.outages) = (None, before.outages + 1);
        }
    }

    /// Whether a row that was not answered is to blame for it, or at least not to be tried once more: others were
    /// answered in between, or there are not enough others to tell.
    fn is_own_fault(&self, task: &Task) -> bool {
        let first = task.unanswered.as_ref().and_then(|before| before.answers);
        let others_answered = first.is_some_and(|first| self.outage.answers() > first);
        let others = self.unanswered.len() + self.ready.len() + self.calls.waiting();
        let is_alone = self.ended && !Outage::is_shown_by(others + 1);
        others_answered || (is_alone && task.tries >= LAST_TRIES)
    }

    /// Gives a row the result that was its last call's.
    fn give_up(&mut self, task: &Task, outcome: Outcome) {
        let Some(journal) = &self.journal else { return self.settle(task, outcome) };
        if let Err(error) = journal.record(&task.user, &task.office, &outcome) {
            self.stop_because(Stopped::Journal(error));
        }
        self.settle(task, outcome);
    }

    /// Puts a result in its place among the others.
    fn put(&mut self, place: u64, outcome: Outcome) {
        self.known.count(outcome.state);
        self.order.put(place, outcome);
    }

    /// Puts the result of a row that was sent in its place.
    fn settle(&mut self, task: &Task, outcome: Outcome) {
        let outcome = task.proven(outcome, self.journal.as_deref());
        if !outcome.state.is_success() {
            self.failed += 1;
            let waiting = self.ready.len() + self.calls.waiting();
            let sent = self.sent - waiting as u64;
            let too_many = |most: MaxFailures| most.are_exceeded_by(self.failed, sent);
            if self.settings.max_failures.is_some_and(too_many) {
                self.stop_because(Stopped::MaxFailures);
            }
        }
        self.put(task.place, outcome);
    }

    /// After the run was stopped: every row that is not under way gets its result.
    fn wind_up(&mut self, context: &mut Context<'_>) -> Step {
        if let Some(mut task) = self.unanswered.pop_front().or_else(|| self.ready.pop_front()) {
            match task.unanswered.take() {
                Some(unanswered) => self.give_up(&task, unanswered.last),
                None => self.put(task.place, not_attempted(NOT_REACHED)),
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

fn not_attempted(reason: &str) -> Outcome {
    Outcome::new(State::NotAttempted, reason)
}
