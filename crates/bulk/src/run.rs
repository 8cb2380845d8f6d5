//! Sends rows: several at a time, each until it is answered, with results in the order of the rows.
//!
//! A task of its own owns all that changes: the rows, the calls, the circuit breaker and the results that wait
//! for earlier ones. The [`Run`] is the other end of its channels.

mod attempt;
pub(crate) mod circuit_breaker;
mod compare_and_set;
mod customer_scopes;
mod options;
mod pending_row;
mod reorder_buffer;
mod scheduler;
mod seen_users;
mod summary;
mod task;

use std::fmt;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use avepoint_elements::Elements;
use avepoint_elements_rows::Row;
use futures_core::Stream;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle};

use crate::clock;
use crate::export::ExportTarget;
use crate::history::Claim;
use crate::journal::Journal;
use crate::outcome::{Outcome, State};
use crate::plan::{PlanTarget, PlannedUser, SyncTarget};
pub use options::BulkOptions;
use scheduler::{RunProgress, Scheduler};
pub use summary::{Stopped, Summary};
use task::{Rows, Task};

/// An error of any kind.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Results that wait to be taken, at most: then no further row is started.
const MAX_QUEUED_RESULTS: usize = 64;

/// What a run is given: a row to send, or one whose result is known already and takes its place among the others.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Item<T> {
    /// To be sent; the first part comes back with the result.
    Send(T, Row),
    /// To be sent unless it was done, as the input says, which is the results of an earlier run. That is believed if
    /// the [proof](crate::Proof::of) is that of the service, the user and the office information, and the run's journal knows
    /// nothing of the user and was not [fresh](Journal::fresh).
    Claimed(T, Row, Claim),
    /// To be changed as a plan says: the user is read, and where every planned field holds its old value, one update puts
    /// the new ones over what was read. Where that is not answered, the user is read again before the next.
    ///
    /// The run's journal is one [of the plan](Journal::open_for_plan).
    Apply(T, PlannedUser),
    /// To be read, and compared with what a plan leads to.
    Verify(T, PlannedUser),
    /// To be read, and compared with what its row wants: [`Outcome::plan`] has what changes.
    Plan(T, PlanTarget),
    /// To be read, and compared with what its row wants. What changes is recorded in the plan of the sync, and then applied
    /// on the same reading, as [`Apply`](Self::Apply) does: [`Outcome::plan`] has what becomes of rows without a change.
    ///
    /// The run's journal is one of [that plan](crate::plan::SyncPlan::journal_id).
    Sync(T, SyncTarget),
    /// To be read for a sheet: [`Outcome::exported`] has its row.
    Export(T, ExportTarget),
    /// Not to be sent.
    Settled(T, Outcome),
}

/// A run: a stream of results, one for each item, in their order.
///
/// It begins when it is polled first. Then it reads and sends rows by itself, up to 64 results ahead of the one that was
/// taken last; calls that are under way by then go on to their end. Dropped in the middle, it ends them, and leaves a
/// journal from which the next run goes on.
///
/// # Panics
/// It is polled first outside of a tokio runtime, or the one on which it began has ended. A panic of the stream of rows is
/// passed on.
#[must_use = "nothing is sent before it is polled"]
pub struct Run<T, S> {
    stage: Stage<T, S>,
    results: mpsc::Receiver<(T, Outcome)>,
    progress: watch::Receiver<RunProgress>,
    /// A value tells the task to stop; a closed channel tells it that results are no longer awaited.
    stop: watch::Sender<()>,
    summary: Summary,
    elements: Elements,
    /// Its lock lasts as long as the run.
    _journal: Option<Arc<Journal>>,
}

enum Stage<T, S> {
    New(Box<Task<T, S>>),
    Running(JoinHandle<Pin<Box<S>>>),
    Ended(Pin<Box<S>>),
    Panicked,
}

impl<T, S> fmt::Debug for Run<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("summary", &self.summary).finish_non_exhaustive()
    }
}

impl<T, S> Run<T, S> {
    fn new(
        elements: Elements,
        journal: Option<Arc<Journal>>,
        settings: BulkOptions,
        rows: Rows<T, S>,
    ) -> Self {
        let begun = journal.as_deref().map_or(Ok(()), |journal| journal.begin_run(elements.base_url()));
        let mut scheduler = Scheduler::new(elements.clone(), journal.as_deref(), settings);
        if let Err(error) = begun {
            scheduler.stop_because(Stopped::Journal(error));
        }
        let (results, taken) = mpsc::channel(MAX_QUEUED_RESULTS);
        let (progress, seen) = watch::channel(scheduler.progress());
        let (tell, stop) = watch::channel(());
        let (calls, ended) = (FuturesUnordered::new(), Vec::new());
        let task = Task { scheduler, rows, calls, ended, results, progress, stop };
        Self {
            stage: Stage::New(Box::new(task)),
            results: taken,
            progress: seen,
            stop: tell,
            summary: Summary::default(),
            elements,
            _journal: journal,
        }
    }

    /// Sends no further row. Requests under way are waited for; those queued by the throttle are cancelled. What was not
    /// sent is "not attempted". The rows are still read to their end.
    pub fn stop(&mut self) {
        match &mut self.stage {
            Stage::New(task) => task.scheduler.stop_because(Stopped::Requested),
            _ => drop(self.stop.send(())),
        }
    }

    /// What the results so far come to.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// How many rows came to a state so far, also those whose results wait for those of earlier rows.
    pub fn count(&self, state: State) -> u64 {
        self.progress.borrow().known.count(state)
    }

    /// What the results came to, and where the rows came from. Calls under way are ended, as when the run is dropped.
    ///
    /// A stream that is not `Unpin` cannot be handed back: [`summary`](Self::summary) says what its run came to.
    ///
    /// # Panics
    /// As polling does.
    pub async fn into_parts(self) -> (Summary, S)
    where
        S: Unpin,
    {
        let Self { stage, results, stop, summary, .. } = self;
        drop((results, stop));
        let rows = match stage {
            Stage::New(task) => task.rows.stream,
            Stage::Running(task) => task.await.unwrap_or_else(panic_with),
            Stage::Ended(rows) => rows,
            Stage::Panicked => panic!("the run has panicked before"),
        };
        (summary, *Pin::into_inner(rows))
    }

    /// For how long nothing is sent, because the service asked for it or does not answer.
    pub fn pause_remaining(&self) -> Option<Duration> {
        let next_probe = self.progress.borrow().next_probe;
        let probe = next_probe.map(|probe| probe.saturating_duration_since(clock::now()));
        probe.max(self.elements.throttle_pause()).filter(|pause| !pause.is_zero())
    }

    /// Whether the service is taken to be down: nothing is sent but one row at a time, to ask. A
    /// [pause](Self::pause_remaining) is then the time to the next question. Where the service itself says that there is too
    /// much, or for how long to wait, it is not down, and a pause is what it asks for.
    pub fn is_outage(&self) -> bool {
        let progress = self.progress.borrow();
        progress.next_probe.is_some() && !progress.is_throttled
    }
}

impl<T, S> Stream for Run<T, S>
where
    T: Send + 'static,
    S: Send + 'static,
{
    type Item = (T, Outcome);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let run = self.get_mut();
        if matches!(run.stage, Stage::New(_)) {
            run.begin();
        }
        let next = ready!(run.results.poll_recv(context));
        match &next {
            Some((_, outcome)) => run.summary.record(outcome),
            None => ready!(run.poll_end(context)),
        }
        run.summary.end_as(&run.progress.borrow().known);
        Poll::Ready(next)
    }
}

impl<T, S> Run<T, S>
where
    T: Send + 'static,
    S: Send + 'static,
{
    fn begin(&mut self) {
        if let Stage::New(task) = std::mem::replace(&mut self.stage, Stage::Panicked) {
            self.stage = Stage::Running(tokio::spawn(task.run()));
        }
    }

    /// Takes the rows back from the task, which has handed out its last result.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Stage::Running(task) = &mut self.stage {
            let ended = ready!(Pin::new(task).poll(context));
            self.stage = Stage::Panicked;
            self.stage = Stage::Ended(ended.unwrap_or_else(panic_with));
        }
        Poll::Ready(())
    }
}

fn panic_with<S>(error: JoinError) -> S {
    let panic = error.try_into_panic();
    resume_unwind(
        panic.unwrap_or_else(|_| panic!("the runtime on which a bulk run began has ended before the run")),
    )
}
