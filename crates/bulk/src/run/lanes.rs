//! Where rows are sent, several at a time.

mod calls;
mod rows;

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::task::{Context, Poll};

use avepoint_elements::Elements;
use tokio::task::JoinSet;

use super::attempt::Attempt;
use super::task::Task;
use crate::journal::Recorder;
use calls::Calls;
use rows::Shared;

/// As many lanes as rows were ever there for at once, up to a number. They end when this is dropped, in the middle of a
/// call if there is one.
///
/// They are a task of their own, so that calls go on while nobody asks for results: one that has its turn with the
/// service, or a reply on its way, holds up nobody. A lane whose row is done takes the next of those that wait for one,
/// without asking the run. Whatever else a row comes to is for the run to judge: no lane takes a row before it
/// [did](Self::release).
pub(super) struct Lanes {
    elements: Elements,
    journal: Option<Recorder>,
    shared: Arc<Shared>,
    /// The one task, as soon as there is a row.
    task: JoinSet<()>,
    most: usize,
    /// Rows that were handed over and did not come back.
    under_way: usize,
}

impl Lanes {
    pub(super) fn new(elements: Elements, journal: Option<Recorder>, most: usize) -> Self {
        Self { elements, journal, shared: Arc::default(), task: JoinSet::new(), most, under_way: 0 }
    }

    pub(super) fn elements(&self) -> &Elements {
        &self.elements
    }

    /// How many rows are on a lane, or wait for one.
    pub(super) fn under_way(&self) -> usize {
        self.under_way
    }

    /// How many rows wait for a lane.
    pub(super) fn waiting(&self) -> usize {
        self.shared.rows().waiting()
    }

    /// Hands a row over.
    pub(super) fn send(&mut self, task: Box<Task>) {
        self.under_way += 1;
        self.shared.push(task, self.under_way.min(self.most));
        if self.task.is_empty() {
            let calls = Calls::new(self.elements.clone(), self.journal.clone(), self.shared.clone());
            self.task.spawn(calls.make());
        }
    }

    /// Takes the rows that came back, into memory that is empty. The run is woken when more do.
    pub(super) fn take(&mut self, back: &mut Vec<Attempt>, context: &mut Context<'_>) {
        self.shared.run.register(context.waker());
        self.shared.rows().take(back);
        self.under_way -= back.len();
        if back.is_empty() {
            self.pass_panics_on(context);
        }
    }

    /// Lets lanes go on, now that what came back is judged, but for what did so meanwhile.
    pub(super) fn release(&self) {
        self.shared.release();
    }

    /// Takes back the rows that wait for a lane.
    pub(super) fn recall(&mut self) -> VecDeque<Box<Task>> {
        let waiting = self.shared.rows().recall();
        self.under_way -= waiting.len();
        waiting
    }

    fn pass_panics_on(&mut self, context: &mut Context<'_>) {
        if let Poll::Ready(Some(Err(error))) = self.task.poll_join_next(context)
            && let Ok(panic) = error.try_into_panic()
        {
            resume_unwind(panic);
        }
    }
}
