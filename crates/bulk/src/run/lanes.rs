//! Tasks that send rows, each one row at a time.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use avepoint_elements::Elements;
use futures_util::task::AtomicWaker;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::attempt::{self, Attempt};
use super::task::Task;
use crate::Journal;

/// As many lanes as rows were ever there for at once, up to a number. They end when this is dropped, in the middle of a
/// call if there is one.
///
/// Calls are tasks of their own, so that they go on while nobody asks for results: one that has its turn with the
/// service, or a reply on its way, holds up nobody. A lane whose row is done takes the next of those that wait for one,
/// without asking the run. Whatever else a row comes to is for the run to judge: no lane begins another row before it did.
pub(super) struct Lanes {
    elements: Elements,
    /// The run's, which lanes do not keep from being closed.
    journal: Option<Weak<Journal>>,
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    most: usize,
    /// Rows that were handed over and did not come back.
    under_way: usize,
}

/// What lanes and their run have in common.
#[derive(Default)]
struct Shared {
    rows: Mutex<Rows>,
    /// A row waits for a lane.
    waits: Notify,
    run: AtomicWaker,
}

#[derive(Default)]
struct Rows {
    /// Those that wait for a lane.
    waiting: VecDeque<Box<Task>>,
    /// Those that the run has not taken back yet.
    back: Back,
}

/// Rows that are the run's again.
#[derive(Default)]
pub(super) struct Back {
    /// After a call.
    pub(super) attempts: Vec<Attempt>,
    /// Without one, since there is something for the run to judge first; in the order in which they were handed over.
    pub(super) unsent: VecDeque<Box<Task>>,
}

impl Lanes {
    pub(super) fn new(elements: Elements, journal: Option<&Arc<Journal>>, most: usize) -> Self {
        let (journal, shared) = (journal.map(Arc::downgrade), Arc::default());
        Self { elements, journal, shared, tasks: JoinSet::new(), most, under_way: 0 }
    }

    pub(super) fn elements(&self) -> &Elements {
        &self.elements
    }

    /// How many rows are on a lane, or wait for one.
    pub(super) fn under_way(&self) -> usize {
        self.under_way
    }

    /// Hands a row over.
    pub(super) fn send(&mut self, task: Box<Task>) {
        self.under_way += 1;
        self.shared.rows().waiting.push_back(task);
        self.shared.waits.notify_one();
        if self.tasks.len() < self.under_way.min(self.most) {
            let (elements, journal, shared) =
                (self.elements.clone(), self.journal.clone(), self.shared.clone());
            self.tasks.spawn(drive(elements, journal, shared));
        }
    }

    /// Takes what came back, into memory that is empty. The run is woken when more does.
    pub(super) fn take(&mut self, back: &mut Back, context: &mut Context<'_>) {
        self.shared.run.register(context.waker());
        std::mem::swap(&mut self.shared.rows().back, back);
        self.under_way -= back.attempts.len() + back.unsent.len();
        if back.attempts.is_empty() {
            self.pass_panics_on(context);
        }
    }

    /// Takes back the rows that wait for a lane.
    pub(super) fn recall(&mut self) -> VecDeque<Box<Task>> {
        let waiting = std::mem::take(&mut self.shared.rows().waiting);
        self.under_way -= waiting.len();
        waiting
    }

    fn pass_panics_on(&mut self, context: &mut Context<'_>) {
        if let Poll::Ready(Some(Err(error))) = self.tasks.poll_join_next(context)
            && let Ok(panic) = error.try_into_panic()
        {
            resume_unwind(panic);
        }
    }
}

impl Shared {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next row that waits for a lane.
    async fn next(&self) -> Box<Task> {
        loop {
            if let Some(task) = self.pop() {
                return task;
            }
            self.waits.notified().await;
        }
    }

    fn pop(&self) -> Option<Box<Task>> {
        let mut rows = self.rows();
        let task = rows.waiting.pop_front();
        if !rows.waiting.is_empty() {
            // Two rows that came before two lanes waited for them left word once.
            self.waits.notify_one();
        }
        task
    }

    /// Gives a row back to the run, and takes the next, if there is one and nothing to judge first.
    fn exchange(&self, attempt: Attempt) -> Option<Box<Task>> {
        let mut rows = self.rows();
        if !attempt.is_done() {
            let Rows { waiting, back } = &mut *rows;
            back.unsent.append(waiting);
        }
        rows.back.attempts.push(attempt);
        let next = rows.waiting.pop_front();
        drop(rows);
        self.run.wake();
        next
    }
}

/// What a lane does, for as long as there are rows.
async fn drive(elements: Elements, journal: Option<Weak<Journal>>, shared: Arc<Shared>) {
    let mut next = None;
    loop {
        let task = match next.take() {
            Some(task) => task,
            None => shared.next().await,
        };
        // Without its journal the run is over, and so is this.
        let Some(attempt) = attempt::send(&elements, journal.as_ref(), task).await else { return };
        next = shared.exchange(attempt);
    }
}
