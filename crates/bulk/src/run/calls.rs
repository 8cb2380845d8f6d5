//! The calls of a run, several at a time.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use avepoint_elements::Elements;
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::task::AtomicWaker;
use tokio::task::{JoinSet, unconstrained};

use super::attempt::{self, Attempt};
use super::pending_row::PendingRow;
use crate::journal::Writer;

/// Rows on their way, and those that follow them. Dropped, it ends the calls in their middle.
///
/// Calls are made by a task of their own, so that they go on while nobody asks for results: one that has its turn with
/// the service, or a reply on its way, holds up nobody. In the place of a row that is done comes the next of those that
/// wait, without asking the run. Whatever else a row comes to is for the run to judge: no other is sent before it
/// [did](Self::release).
pub(super) struct Calls {
    elements: Elements,
    journal: Option<Writer>,
    shared: Arc<Shared>,
    /// The one task, from the first row on.
    task: JoinSet<Infallible>,
    most: usize,
    /// Rows that were handed over and did not come back.
    under_way: usize,
}

/// What the run and the task have in common.
#[derive(Default)]
struct Shared {
    rows: Mutex<Rows>,
    task: AtomicWaker,
    run: AtomicWaker,
}

#[derive(Default)]
struct Rows {
    /// Those that wait for their call.
    waiting: VecDeque<Box<PendingRow>>,
    /// Whether they wait for the run's judgement as well.
    held: bool,
    /// Those that the run has not taken back yet.
    back: Vec<Attempt>,
}

impl Calls {
    pub(super) fn new(elements: Elements, journal: Option<Writer>, most: usize) -> Self {
        Self { elements, journal, shared: Arc::default(), task: JoinSet::new(), most, under_way: 0 }
    }

    pub(super) fn elements(&self) -> &Elements {
        &self.elements
    }

    /// How many rows have their call, or wait for it.
    pub(super) fn under_way(&self) -> usize {
        self.under_way
    }

    /// How many rows wait for their call.
    pub(super) fn waiting(&self) -> usize {
        self.shared.rows().waiting.len()
    }

    /// Hands a row over.
    pub(super) fn send(&mut self, row: Box<PendingRow>) {
        self.under_way += 1;
        self.shared.rows().waiting.push_back(row);
        self.shared.task.wake();
        if self.task.is_empty() {
            let (elements, journal) = (self.elements.clone(), self.journal.clone());
            self.task.spawn(make(elements, journal, self.shared.clone(), self.most));
        }
    }

    /// Takes the rows that came back, into memory that is empty. The run is woken when more do.
    pub(super) fn take(&mut self, back: &mut Vec<Attempt>, context: &mut Context<'_>) {
        self.shared.run.register(context.waker());
        std::mem::swap(&mut self.shared.rows().back, back);
        self.under_way -= back.len();
        if back.is_empty() {
            self.pass_panics_on(context);
        }
    }

    /// Lets rows follow again, now that what came back is judged, but for what did so meanwhile.
    pub(super) fn release(&self) {
        self.shared.rows().release();
        self.shared.task.wake();
    }

    /// Takes back the rows that wait for their call.
    pub(super) fn recall(&mut self) -> VecDeque<Box<PendingRow>> {
        let waiting = std::mem::take(&mut self.shared.rows().waiting);
        self.under_way -= waiting.len();
        waiting
    }

    fn pass_panics_on(&mut self, context: &mut Context<'_>) {
        let Poll::Ready(Some(Err(error))) = self.task.poll_join_next(context) else { return };
        let panic = error.try_into_panic();
        resume_unwind(
            panic
                .unwrap_or_else(|_| panic!("the runtime on which a bulk run began has ended before the run")),
        )
    }
}

impl Drop for Calls {
    /// The task ends when it has its next turn; none of these rows is begun in what is left of this one.
    fn drop(&mut self) {
        self.recall();
    }
}

impl Shared {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    fn next(&mut self) -> Option<Box<PendingRow>> {
        if self.held { None } else { self.waiting.pop_front() }
    }

    /// Rows that go back to the run, of which none is left there.
    fn give_back(&mut self, attempts: &mut Vec<Attempt>) {
        self.held |= !attempts.iter().all(Attempt::is_done);
        self.back.append(attempts);
    }

    fn release(&mut self) {
        self.held = !self.back.iter().all(Attempt::is_done);
    }
}

/// Makes calls, for as long as there are rows.
///
/// All that ended since the last turn is written down in one go, and only then others follow: however many replies came
/// together, the journal misses no more rows than there are calls at a time.
async fn make(elements: Elements, journal: Option<Writer>, shared: Arc<Shared>, most: usize) -> Infallible {
    let (mut calls, mut ended) = (FuturesUnordered::new(), Vec::new());
    let turn = poll_fn(|context| {
        shared.task.register(context.waker());
        loop {
            while let Poll::Ready(Some(attempt)) = calls.poll_next_unpin(context) {
                ended.push(attempt);
            }
            if !ended.is_empty() {
                if let Some(journal) = &journal {
                    attempt::record(journal, &mut ended);
                }
                shared.rows().give_back(&mut ended);
                shared.run.wake();
            }
            let before = calls.len();
            let mut rows = shared.rows();
            while calls.len() < most
                && let Some(row) = rows.next()
            {
                calls.push(attempt::make(&elements, journal.as_ref(), row));
            }
            if calls.len() == before {
                return Poll::Pending;
            }
        }
    });
    // What the runtime allows a task in a turn is not meant for one that does the work of many.
    unconstrained(turn).await
}

#[cfg(test)]
mod tests {
    use avepoint_elements::OfficeInformation;

    use super::super::attempt::Verdict;
    use super::super::pending_row::Work;
    use super::*;
    use crate::hash::tests::user;
    use crate::{Outcome, Row, State};

    fn row(number: u64) -> Box<PendingRow> {
        let office = OfficeInformation::builder().postal_code("2121").country_region("Angola");
        let office = office.state("Luanda").address("Dande").build().unwrap();
        Box::new(PendingRow::new(number, Work::Send(Row::new(user("u1"), office))))
    }

    fn came_to(number: u64, state: State) -> Vec<Attempt> {
        vec![Attempt { row: row(number), verdict: Verdict::Final(Outcome::new(state, "")) }]
    }

    fn next(rows: &mut Rows) -> Option<u64> {
        rows.next().map(|row| row.place)
    }

    #[test]
    fn no_row_follows_before_what_is_not_done_was_judged() {
        let mut rows = Rows::default();
        rows.waiting.extend([row(3), row(4)]);
        rows.give_back(&mut came_to(1, State::Done));
        assert_eq!(next(&mut rows), Some(3));
        rows.give_back(&mut came_to(2, State::Refused));
        assert_eq!(next(&mut rows), None);
        // One that is handed over meanwhile waits as well.
        rows.waiting.push_back(row(5));
        assert_eq!(std::mem::take(&mut rows.back).len(), 2);
        assert_eq!(next(&mut rows), None);
        // What comes back while the others are judged is not released with them.
        rows.give_back(&mut came_to(3, State::Unknown));
        rows.release();
        assert_eq!(next(&mut rows), None);
        rows.back.clear();
        rows.release();
        assert_eq!((next(&mut rows), next(&mut rows), next(&mut rows)), (Some(4), Some(5), None));
    }
}
