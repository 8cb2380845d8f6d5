//! The task of a run: sends what the [scheduler](super::scheduler) says, and tells it what came of that.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use avepoint_elements::Elements;
use futures_core::Stream;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{mpsc, watch};
use tokio::task::{consume_budget, unconstrained};
use tokio::time::Instant;

use super::attempt::{Attempt, Verdict, done, judge, other_work, unrecorded_intent};
use super::pending_row::{PendingRow, Work};
use super::scheduler::{Next, RunProgress, Scheduler};
use super::{BoxError, Item, Stopped, compare_and_set};
use crate::clock;
use crate::journal::Writer;
use crate::outcome::Outcome;

/// How the next row is taken from a stream.
pub(super) type PollRow<T, S> = fn(Pin<&mut S>, &mut Context<'_>) -> Poll<Option<Result<Item<T>, BoxError>>>;

/// A stream, and how rows come from it.
pub(super) struct Rows<T, S> {
    pub(super) stream: Pin<Box<S>>,
    pub(super) poll: PollRow<T, S>,
}

impl<T, S> Rows<T, S> {
    pub(super) fn next(&mut self) -> impl Future<Output = Option<Result<Item<T>, BoxError>>> + use<'_, T, S> {
        poll_fn(|context| (self.poll)(self.stream.as_mut(), context))
    }
}

/// What a run owns while it goes on.
pub(super) struct Task<T, S> {
    pub(super) scheduler: Scheduler<T>,
    pub(super) rows: Rows<T, S>,
    pub(super) calls: FuturesUnordered<BoxFuture<'static, Attempt>>,
    /// Calls that have ended, to be recorded and judged together.
    pub(super) ended: Vec<Attempt>,
    pub(super) results: mpsc::Sender<(T, Outcome)>,
    pub(super) progress: watch::Sender<RunProgress>,
    pub(super) stop: watch::Receiver<()>,
}

/// What the task waits for, beside calls and room for results.
#[derive(Default)]
struct Wait {
    /// A row that was not there when it was asked for.
    row: bool,
    until: Option<Instant>,
}

impl<T, S> Task<T, S> {
    /// Runs to the end of the rows, or until the [`Run`](super::Run) is gone. Gives the rows back.
    ///
    /// Calls that have ended are recorded and judged before another row is sent: however many replies came together, the
    /// journal misses no more rows than there are calls at a time.
    pub(super) async fn run(mut self) -> Pin<Box<S>> {
        loop {
            let wait = self.advance().await;
            self.publish();
            if self.scheduler.is_over() || !self.wait_for_event(wait).await {
                return self.rows.stream;
            }
        }
    }

    fn publish(&self) {
        self.progress.send_replace(self.scheduler.progress());
    }

    /// Does what can be done now.
    async fn advance(&mut self) -> Wait {
        let mut wait = Wait::default();
        loop {
            match self.scheduler.next(wait.row) {
                Next::Send(row) => self.call(row),
                Next::Read => match self.rows.next().now_or_never() {
                    Some(row) => self.scheduler.enter(row),
                    None => wait.row = true,
                },
                Next::HandOut if self.hand_out() => consume_budget().await,
                Next::HandOut => return wait,
                Next::Wait(until) => return Wait { until, ..wait },
            }
        }
    }

    fn call(&mut self, row: Box<PendingRow>) {
        let service = self.scheduler.service().clone();
        let call = async move { attempt(&service.elements, service.writer(), row).await };
        self.calls.push(call.boxed());
    }

    /// Hands out the results that are next, as far as there is room. Says whether that is all of them.
    fn hand_out(&mut self) -> bool {
        // Where they are taken, it is known already why the run was stopped before them.
        self.publish();
        while let Ok(room) = self.results.try_reserve()
            && let Some(result) = self.scheduler.next_result()
        {
            room.send(result);
        }
        !self.scheduler.has_result()
    }

    /// Waits for the next event. Says whether the run is still there.
    async fn wait_for_event(&mut self, wait: Wait) -> bool {
        tokio::select! {
            biased;
            told = self.stop.changed() => match told {
                Ok(()) => self.scheduler.stop_because(Stopped::Requested),
                Err(_) => return false,
            },
            // What the runtime allows a task in a turn is not meant for one that does the work of many.
            () = unconstrained(any_ended(&mut self.calls, &mut self.ended)) => {
                self.scheduler.judge(&mut self.ended);
            }
            Ok(_) = self.results.reserve(), if self.scheduler.has_result() => {}
            row = self.rows.next(), if wait.row => self.scheduler.enter(row),
            () = clock::sleep_until(wait.until.unwrap_or_else(clock::now)), if wait.until.is_some() => {}
        }
        true
    }
}

/// Does once what is to be done for a row.
async fn attempt(elements: &Elements, journal: Option<&Writer>, mut row: Box<PendingRow>) -> Attempt {
    let verdict = match row.work {
        Work::Send(_) => send(elements, journal, &mut row).await,
        Work::Apply(_) if !row.is_control => compare_and_set::apply(elements, journal, &mut row, None).await,
        // Of another size than the others, which are moved more often.
        Work::Sync(_) if !row.is_control => {
            Box::pin(compare_and_set::sync(elements, journal, &mut row)).await
        }
        // To learn whether the service is up, nothing is updated again.
        Work::Apply(_) | Work::Verify(_) => compare_and_set::verify(elements, &mut row).await,
        Work::Plan(_) | Work::Sync(_) => compare_and_set::compare(elements, &mut row).await.0,
        Work::Export(_) => compare_and_set::export(elements, &mut row).await,
    };
    Attempt { row, verdict }
}

async fn send(elements: &Elements, journal: Option<&Writer>, row: &mut PendingRow) -> Verdict {
    let Work::Send(update) = &row.work else { return other_work() };
    if let (true, Some(journal), Some(key)) = (std::mem::take(&mut row.replaces), journal, &row.record_key) {
        if let Err(error) = journal.intent(&key.user, &key.office).await {
            return unrecorded_intent(error);
        }
        row.has_open_intent = true;
    }
    match elements.update_office_information(&update.user, &update.office).await {
        Ok(receipt) => done(row, receipt),
        Err(error) => judge(row, error),
    }
}

/// Collects the calls that have ended, once there are any.
async fn any_ended(calls: &mut (impl Stream<Item = Attempt> + Unpin), ended: &mut Vec<Attempt>) {
    poll_fn(|context| {
        while let Poll::Ready(Some(attempt)) = calls.poll_next_unpin(context) {
            ended.push(attempt);
        }
        if ended.is_empty() { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}
