//! What lanes and their run have in common.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;

use super::super::attempt::Attempt;
use super::super::task::Task;

/// Rows, and how one side tells the other of them.
#[derive(Default)]
pub(super) struct Shared {
    rows: Mutex<Rows>,
    /// A row waits for a lane.
    waits: Notify,
    /// More lanes are wanted.
    pub(super) lanes: AtomicWaker,
    pub(super) run: AtomicWaker,
}

/// Rows that are on no lane.
#[derive(Default)]
pub(super) struct Rows {
    /// How many lanes there are to be.
    lanes: usize,
    /// Those that wait for a lane.
    waiting: VecDeque<Box<Task>>,
    /// Whether they wait for the run's judgement as well.
    held: bool,
    /// Those that the run has not taken back yet.
    back: Vec<Attempt>,
}

impl Shared {
    pub(super) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From the run: another row, and how many lanes there are to be.
    pub(super) fn push(&self, task: Box<Task>, lanes: usize) {
        let mut rows = self.rows();
        rows.waiting.push_back(task);
        let more = rows.lanes < lanes;
        rows.lanes = rows.lanes.max(lanes);
        drop(rows);
        self.waits.notify_one();
        if more {
            self.lanes.wake();
        }
    }

    /// From the run: what it took is judged.
    pub(super) fn release(&self) {
        self.rows().release();
        self.waits.notify_one();
    }

    /// For a lane: the next row that waits for one.
    pub(super) async fn next(&self) -> Box<Task> {
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

    /// From lanes: rows that go back to the run, of which none is left there.
    pub(super) fn give_back(&self, attempts: &mut Vec<Attempt>) {
        self.rows().give_back(attempts);
        self.run.wake();
    }
}

impl Rows {
    /// How many lanes there are to be.
    pub(super) fn lanes(&self) -> usize {
        self.lanes
    }

    /// How many rows wait for a lane.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// For a lane: the next row, unless there is something to judge first.
    pub(super) fn pop(&mut self) -> Option<Box<Task>> {
        if self.held { None } else { self.waiting.pop_front() }
    }

    /// From a lane: there is something to judge.
    pub(super) fn hold(&mut self) {
        self.held = true;
    }

    fn give_back(&mut self, attempts: &mut Vec<Attempt>) {
        self.held |= !attempts.iter().all(Attempt::is_done);
        self.back.append(attempts);
    }

    /// For the run: the rows that came back, in exchange for memory that is empty.
    pub(super) fn take(&mut self, back: &mut Vec<Attempt>) {
        std::mem::swap(&mut self.back, back);
    }

    /// What came back meanwhile is not judged.
    fn release(&mut self) {
        self.held = !self.back.iter().all(Attempt::is_done);
    }

    /// For the run: the rows that wait for a lane.
    pub(super) fn recall(&mut self) -> VecDeque<Box<Task>> {
        std::mem::take(&mut self.waiting)
    }
}

#[cfg(test)]
mod tests {
    use avepoint_elements::OfficeInformation;

    use super::super::super::attempt::Verdict;
    use super::*;
    use crate::hash::tests::user;
    use crate::{Outcome, Row, State};

    fn task(number: u64) -> Box<Task> {
        let office = OfficeInformation::builder().postal_code("2121").country_region("Angola");
        let office = office.state("Luanda").address("Dande").build().unwrap();
        Box::new(Task::new(number, Row::new(user("u1"), office)))
    }

    fn came_to(number: u64, state: State) -> Vec<Attempt> {
        vec![Attempt { task: task(number), verdict: Verdict::Final(Outcome::new(state, "")) }]
    }

    fn place(task: Option<Box<Task>>) -> Option<u64> {
        task.map(|task| task.place)
    }

    #[test]
    fn no_row_is_taken_before_what_is_not_done_was_judged() {
        let (mut rows, mut back) = (Rows::default(), Vec::new());
        rows.waiting.extend([task(3), task(4)]);
        rows.give_back(&mut came_to(1, State::Done));
        assert_eq!(place(rows.pop()), Some(3));
        rows.give_back(&mut came_to(2, State::Refused));
        assert_eq!(place(rows.pop()), None);
        // One that is handed over meanwhile waits as well.
        rows.waiting.push_back(task(5));
        rows.take(&mut back);
        assert_eq!((back.len(), place(rows.pop())), (2, None));
        // What comes back while the others are judged is not released with them.
        rows.give_back(&mut came_to(3, State::Unknown));
        rows.release();
        assert_eq!(place(rows.pop()), None);
        back.clear();
        rows.take(&mut back);
        rows.release();
        assert_eq!((place(rows.pop()), rows.waiting(), rows.recall().len()), (Some(4), 1, 1));
    }

    #[test]
    fn no_row_is_taken_after_word_of_what_is_not_done() {
        let mut rows = Rows::default();
        rows.waiting.push_back(task(2));
        rows.hold();
        assert_eq!(place(rows.pop()), None);
        rows.give_back(&mut came_to(1, State::Refused));
        rows.take(&mut Vec::new());
        rows.release();
        assert_eq!(place(rows.pop()), Some(2));
    }
}
