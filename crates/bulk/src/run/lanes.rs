//! Tasks that send rows, each one row at a time.

use std::panic::resume_unwind;
use std::sync::Weak;
use std::task::{Context, Poll};

use avepoint_elements::Elements;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::attempt::{self, Attempt};
use super::task::Task;
use crate::Journal;

/// As many lanes as calls were ever under way at once. They end when this is dropped, in the middle of a call if there
/// is one.
///
/// Calls are tasks of their own, so that they go on while nobody asks for results: one that has its turn with the
/// service, or a reply on its way, holds up nobody.
pub(super) struct Lanes {
    elements: Elements,
    /// The run's, which lanes do not keep from being closed.
    journal: Weak<Journal>,
    tasks: JoinSet<()>,
    /// The way to each lane.
    inboxes: Vec<UnboundedSender<Box<Task>>>,
    /// Lanes on which no call is under way.
    idle: Vec<usize>,
    answer: UnboundedSender<(usize, Attempt)>,
    answers: UnboundedReceiver<(usize, Attempt)>,
}

impl Lanes {
    pub(super) fn new(elements: Elements, journal: Weak<Journal>) -> Self {
        let (answer, answers) = unbounded_channel();
        let (tasks, inboxes, idle) = (JoinSet::new(), Vec::new(), Vec::new());
        Self { elements, journal, tasks, inboxes, idle, answer, answers }
    }

    pub(super) fn elements(&self) -> &Elements {
        &self.elements
    }

    /// How many calls are under way.
    pub(super) fn under_way(&self) -> usize {
        self.inboxes.len() - self.idle.len()
    }

    /// Sends a row on an idle lane, or on a new one.
    pub(super) fn send(&mut self, task: Box<Task>) {
        let lane = self.idle.pop().unwrap_or_else(|| self.open());
        // A lane that is gone panicked, which the next poll passes on.
        let _ = self.inboxes[lane].send(task);
    }

    fn open(&mut self) -> usize {
        let (sender, inbox) = unbounded_channel();
        let lane = self.inboxes.len();
        self.inboxes.push(sender);
        self.tasks.spawn(drive(
            lane,
            self.elements.clone(),
            self.journal.clone(),
            inbox,
            self.answer.clone(),
        ));
        lane
    }

    /// The next call that is over.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Attempt> {
        if let Poll::Ready(Some((lane, attempt))) = self.answers.poll_recv(context) {
            self.idle.push(lane);
            return Poll::Ready(attempt);
        }
        if let Poll::Ready(Some(Err(error))) = self.tasks.poll_join_next(context)
            && let Ok(panic) = error.try_into_panic()
        {
            resume_unwind(panic);
        }
        Poll::Pending
    }
}

/// What a lane does, for as long as there are rows.
async fn drive(
    lane: usize,
    elements: Elements,
    journal: Weak<Journal>,
    mut inbox: UnboundedReceiver<Box<Task>>,
    answers: UnboundedSender<(usize, Attempt)>,
) {
    while let Some(task) = inbox.recv().await {
        let Some(attempt) = attempt::send(&elements, &journal, task).await else { return };
        // Without a receiver the run is over, and so is this.
        let _ = answers.send((lane, attempt));
    }
}
