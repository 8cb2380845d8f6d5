//! Tasks that send rows, each one row at a time.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use avepoint_elements::Elements;
use futures_util::task::AtomicWaker;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::attempt::{self, Attempt};
use super::task::Task;
use crate::journal::Recorder;

/// As many lanes as rows were ever there for at once, up to a number. They end when this is dropped, in the middle of a
/// call if there is one.
///
/// Calls are tasks of their own, so that they go on while nobody asks for results: one that has its turn with the
/// service, or a reply on its way, holds up nobody. A lane whose row is done takes the next of those that wait for one,
/// without asking the run. Whatever else a row comes to is for the run to judge: no lane takes a row before it
/// [did](Self::release).
pub(super) struct Lanes {
    elements: Elements,
    journal: Option<Recorder>,
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
    /// Whether they wait for the run's judgement as well.
    held: bool,
    /// Those that the run has not taken back yet.
    back: Vec<Attempt>,
}

impl Lanes {
    pub(super) fn new(elements: Elements, journal: Option<Recorder>, most: usize) -> Self {
        Self { elements, journal, shared: Arc::default(), tasks: JoinSet::new(), most, under_way: 0 }
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
        self.shared.rows().waiting.len()
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

    /// Takes the rows that came back, into memory that is empty. The run is woken when more do.
    pub(super) fn take(&mut self, back: &mut Vec<Attempt>, context: &mut Context<'_>) {
        self.shared.run.register(context.waker());
        std::mem::swap(&mut self.shared.rows().back, back);
        self.under_way -= back.len();
        if back.is_empty() {
            self.pass_panics_on(context);
        }
    }

    /// Lets lanes go on, now that what came back is judged, but for what did so meanwhile.
    pub(super) fn release(&self) {
        let mut rows = self.shared.rows();
        rows.held = rows.back.iter().any(|attempt| !attempt.is_done());
        self.shared.waits.notify_one();
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
        let task = rows.pop()?;
        if !rows.waiting.is_empty() {
            // Two rows that came before two lanes waited for them left word once.
            self.waits.notify_one();
        }
        Some(task)
    }

    /// Gives a row back to the run, and takes the next, if there is one and nothing to judge first.
    fn exchange(&self, attempt: Attempt) -> Option<Box<Task>> {
        let mut rows = self.rows();
        rows.held |= !attempt.is_done();
        rows.back.push(attempt);
        let next = rows.pop();
        drop(rows);
        self.run.wake();
        next
    }
}

impl Rows {
    fn pop(&mut self) -> Option<Box<Task>> {
        if self.held { None } else { self.waiting.pop_front() }
    }
}

/// What a lane does, for as long as there are rows.
async fn drive(elements: Elements, journal: Option<Recorder>, shared: Arc<Shared>) {
    let mut next = None;
    loop {
        let task = match next.take() {
            Some(task) => task,
            None => shared.next().await,
        };
        next = shared.exchange(attempt::send(&elements, journal.as_ref(), task).await);
    }
}

#[cfg(test)]
mod tests {
    use avepoint_elements::{Credential, OfficeInformation};

    use super::super::attempt::Verdict;
    use super::*;
    use crate::hash::tests::user;
    use crate::{Outcome, Row, State};

    fn task(number: u64) -> Box<Task> {
        let office = OfficeInformation::builder().postal_code("2121").country_region("Angola");
        let office = office.state("Luanda").address("Dande").build().unwrap();
        Box::new(Task::new(number, Row::new(user("u1"), office)))
    }

    fn attempt(number: u64, state: State) -> Attempt {
        Attempt { task: task(number), verdict: Verdict::Final(Outcome::new(state, "")) }
    }

    fn lanes() -> Lanes {
        let builder = Elements::builder().base_url("http://127.0.0.1:9").allow_loopback_http();
        let elements = builder.credential(Credential::access_token("token")).build().unwrap();
        Lanes::new(elements, None, 1)
    }

    fn place(task: Option<Box<Task>>) -> Option<u64> {
        task.map(|task| task.place)
    }

    #[test]
    fn no_row_is_taken_before_what_is_not_done_was_judged() {
        let (mut lanes, mut back) = (lanes(), Vec::new());
        let shared = lanes.shared.clone();
        lanes.under_way = 5;
        shared.rows().waiting.extend([task(3), task(4)]);
        assert_eq!(place(shared.exchange(attempt(1, State::Done))), Some(3));
        assert_eq!(place(shared.exchange(attempt(2, State::Refused))), None);
        // One that is handed over meanwhile waits as well.
        shared.rows().waiting.push_back(task(5));
        assert_eq!(place(shared.pop()), None);
        lanes.take(&mut back, &mut Context::from_waker(std::task::Waker::noop()));
        assert_eq!((back.len(), place(shared.pop())), (2, None));
        // What comes back while the others are judged is not released with them.
        assert_eq!(place(shared.exchange(attempt(3, State::Unknown))), None);
        lanes.release();
        assert_eq!(place(shared.pop()), None);
        back.clear();
        lanes.take(&mut back, &mut Context::from_waker(std::task::Waker::noop()));
        lanes.release();
        assert_eq!((place(shared.pop()), lanes.waiting(), lanes.under_way()), (Some(4), 1, 2));
        assert_eq!(lanes.recall().len(), 1);
    }
}
