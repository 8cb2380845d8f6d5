//! Reads users, compares, and writes down what came of each row.

use std::cell::RefCell;
use std::time::Duration;

use avepoint_elements::Error;
use avepoint_elements_bulk::plan::{Plan, PlanCounts, PlanOutcome, PlanRow, PlanState, PlanWriter, Planner};
use avepoint_elements_bulk::{FileError, InputError, Original, Results, Table};
use futures_util::{Stream, StreamExt};

use super::earlier::EarlierPlanning;
use super::progress::PlanProgress;
use crate::failure::Failure;
use crate::interrupt::Listener;
use crate::rows::unreadable;

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// How many readings fail one after the other before planning stops: each was tried again as often as any call.
const FAILURES_OF_OUTAGE: u32 = 10;

/// The plan and its results, while they are written.
pub(super) struct PlanFiles {
    pub(super) plan: PlanWriter,
    pub(super) results: Results,
}

/// What planning came to.
pub(super) struct Planned {
    /// None where it stopped early: then the files keep the names that they have until they are whole.
    pub(super) plan: Option<Plan>,
    pub(super) counts: PlanCounts,
    pub(super) stopped: Option<Stop>,
}

/// Why planning stopped early.
pub(super) enum Stop {
    Interrupted,
    /// With the reason of the last reading.
    Outage(String),
    /// Every other reading would meet it, too.
    Fatal(Error),
    /// The input cannot be read to its end, or was changed.
    Input(InputError),
    File(FileError),
}

/// Reads the user of each row that came to one, and writes down what came of each row.
pub(super) async fn plan(
    planner: &Planner,
    table: &mut Table,
    mut earlier: EarlierPlanning,
    files: PlanFiles,
    progress: &mut PlanProgress,
    listener: &mut Listener,
) -> Result<Planned, Failure> {
    let mut record = Record { files, failures: 0, stopped: None };
    let unread = RefCell::new(None);
    {
        let mut earlier = earlier.readings();
        let entries = table.plan_entries().map_err(|error| unreadable(&error))?;
        let rows = entries.map_while(|entry| {
            let mut row = entry.map(PlanRow::of).map_err(|error| *unread.borrow_mut() = Some(error)).ok()?;
            row.earlier = earlier.next(row.keys.line);
            Some(row)
        });
        let outcomes = std::pin::pin!(planner.plan(rows));
        record.add_all(planner, outcomes, progress, listener).await;
    }
    let unread = unread.into_inner().or_else(|| table.check_unchanged().err());
    Ok(record.end(unread))
}

struct Record {
    files: PlanFiles,
    /// How many readings failed one after the other.
    failures: u32,
    stopped: Option<Stop>,
}

impl Record {
    /// Writes down what comes. An interrupt lets readings under way end.
    async fn add_all(
        &mut self,
        planner: &Planner,
        mut outcomes: impl Stream<Item = (Original, PlanOutcome)> + Unpin,
        progress: &mut PlanProgress,
        listener: &mut Listener,
    ) {
        let mut ticks = tokio::time::interval(TICK);
        let mut interrupted = false;
        loop {
            tokio::select! {
                biased;
                () = listener.interrupt(), if !interrupted => {
                    interrupted = true;
                    self.stop(planner, Stop::Interrupted);
                    progress.stopping();
                }
                _ = ticks.tick() => progress.show(),
                outcome = outcomes.next() => match outcome {
                    Some((original, outcome)) => self.add(planner, &original, outcome, progress),
                    None => return,
                },
            }
        }
    }

    fn add(
        &mut self,
        planner: &Planner,
        original: &Original,
        outcome: PlanOutcome,
        progress: &mut PlanProgress,
    ) {
        let has_failed = outcome.state == PlanState::Failed;
        if outcome.user.is_some() && outcome.state != PlanState::NotAttempted {
            progress.read(has_failed);
            self.failures = if has_failed { self.failures + 1 } else { 0 };
        }
        let PlanFiles { plan, results } = &mut self.files;
        let written = results.write(original, &outcome).and_then(|()| plan.record(&outcome));
        if let Err(error) = written {
            self.stop(planner, Stop::File(error));
        } else if let Some(error) = outcome.fatal {
            self.stop(planner, Stop::Fatal(error));
        } else if self.failures == FAILURES_OF_OUTAGE {
            self.stop(planner, Stop::Outage(outcome.reason));
        }
    }

    /// Begins no further reading; the first reason counts.
    fn stop(&mut self, planner: &Planner, why: Stop) {
        planner.stop();
        self.stopped.get_or_insert(why);
    }

    fn end(self, unread: Option<InputError>) -> Planned {
        let PlanFiles { plan, results } = self.files;
        let counts = plan.counts();
        let stopped = self.stopped.or(unread.map(Stop::Input));
        let finished = match stopped {
            Some(why) => Err(why),
            None => results.finish().and_then(|_| plan.finish()).map_err(Stop::File),
        };
        let (plan, stopped) = match finished {
            Ok(plan) => (Some(plan), None),
            Err(why) => (None, Some(why)),
        };
        Planned { plan, counts, stopped }
    }
}
