//! The calls of all lanes, in one task.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use avepoint_elements::Elements;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::unconstrained;

use super::super::attempt::{self, Attempt};
use super::rows::Shared;
use crate::journal::Recorder;

/// What lanes work with.
pub(super) struct Calls {
    elements: Elements,
    journal: Option<Recorder>,
    shared: Arc<Shared>,
    /// Whether requests go out in the turns of other tasks alone, once that of the lanes is over: this is the runtime's
    /// only thread. What ended in a turn is then written down at its end, in one go, and yet before anything follows.
    by_turns: bool,
    /// Rows that are not written down.
    ended: Mutex<Vec<Attempt>>,
}

impl Calls {
    /// Within a runtime.
    pub(super) fn new(elements: Elements, journal: Option<Recorder>, shared: Arc<Shared>) -> Self {
        let by_turns = Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread;
        Self { elements, journal, shared, by_turns, ended: Mutex::default() }
    }

    /// Makes calls, for as long as there are rows.
    pub(super) async fn make(self) {
        let mut lanes = FuturesUnordered::new();
        // What the runtime allows a task in a turn is not meant for one that does the work of many.
        let never = unconstrained(poll_fn(|context| {
            self.shared.lanes.register(context.waker());
            (lanes.len()..self.shared.rows().lanes()).for_each(|_| lanes.push(self.drive()));
            while self.takes_a_turn(&mut lanes, context) {}
            Poll::<Infallible>::Pending
        }));
        match never.await {}
    }

    /// Lets lanes do what they can, and writes down what ended, if anything did.
    fn takes_a_turn(
        &self,
        lanes: &mut FuturesUnordered<impl Future<Output = Infallible>>,
        context: &mut Context<'_>,
    ) -> bool {
        // No lane comes to an end.
        let _ = lanes.poll_next_unpin(context);
        let ended = !self.ended().is_empty();
        self.write_down();
        ended
    }

    /// What a lane does.
    async fn drive(&self) -> Infallible {
        let mut next = None;
        loop {
            let task = match next.take() {
                Some(task) => task,
                None => self.shared.next().await,
            };
            let attempt = attempt::send(&self.elements, self.journal.as_ref(), task).await;
            if !attempt.is_done() {
                self.shared.rows().hold();
            }
            self.ended().push(attempt);
            if !self.by_turns {
                self.write_down();
            }
            next = self.shared.rows().pop();
        }
    }

    /// Writes down what ended, and gives it back to the run.
    fn write_down(&self) {
        let mut ended = self.ended();
        if ended.is_empty() {
            return;
        }
        if let Some(journal) = &self.journal {
            attempt::record(journal, &mut ended);
        }
        self.shared.give_back(&mut ended);
    }

    fn ended(&self) -> MutexGuard<'_, Vec<Attempt>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
