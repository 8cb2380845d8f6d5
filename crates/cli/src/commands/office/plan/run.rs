//! Reads users, compares, and writes down what came of each row.

use std::ops::ControlFlow;

use avepoint_elements_bulk::plan::{
    Plan, PlanCounts, PlanOutcome, PlanRows, PlanState, PlanWriter, PlanningItems,
};
use avepoint_elements_bulk::{FileError, InputError, Original, Outcome, Results, Run, Stopped, Summary};

use super::super::apply::drive::{self, Event};
use super::progress::PlanProgress;
use crate::interrupt::Listener;

/// The plan and its results, while they are written.
pub(super) struct PlanOutputs {
    pub(super) plan: PlanWriter,
    pub(super) results: Results,
}

/// What planning came to.
pub(super) struct FinishedPlanning {
    /// None where it stopped early: then the files keep the names that they have until they are whole.
    pub(super) plan: Option<Plan>,
    pub(super) counts: PlanCounts,
    pub(super) stopped: Option<PlanningStop>,
    /// Of the run, which says more of an outage.
    pub(super) summary: Summary,
    /// Cause of the latest row that failed.
    pub(super) cause: Option<String>,
}

/// Why planning stopped early.
pub(super) enum PlanningStop {
    Run(Stopped),
    /// The input cannot be read to its end, or was changed.
    Input(InputError),
    File(FileError),
}

/// Reads the user of each row that came to one, and writes down what came of each row.
pub(super) async fn plan(
    mut run: Run<Original, PlanningItems<PlanRows>>,
    files: PlanOutputs,
    progress: &mut PlanProgress,
    listener: &mut Listener,
) -> FinishedPlanning {
    let mut recorder = PlanRecorder { files, failed: None, cause: None };
    drive::drive_with(&mut run, listener, |run, event| {
        match event {
            Event::Interrupted => progress.stopping(),
            Event::Tick { .. } => {
                recorder.flush();
                progress.show(drive::wait(run));
            }
            Event::Result(original, outcome) => recorder.add(&original, outcome, progress),
        }
        if recorder.failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .await;
    let (summary, items) = run.into_parts().await;
    let unread = items.into_rows().into_table().and_then(|table| table.check_unchanged()).err();
    recorder.end(summary, unread)
}

struct PlanRecorder {
    files: PlanOutputs,
    /// Why the plan or its results cannot be written.
    failed: Option<FileError>,
    cause: Option<String>,
}

impl PlanRecorder {
    fn add(&mut self, original: &Original, outcome: Outcome, progress: &mut PlanProgress) {
        let has_error = outcome.error().is_some();
        let outcome = PlanOutcome::from(outcome);
        let has_failed = outcome.state == PlanState::Failed;
        let is_unread = outcome.state == PlanState::NotAttempted;
        if outcome.user.is_some() && !is_unread {
            progress.read(has_failed);
        }
        // Of those that were not attempted, some found no connection.
        if has_failed || is_unread && has_error {
            self.cause = Some(outcome.reason.clone());
        }
        self.attempt(|PlanOutputs { plan, results }| {
            results.write(original, &outcome).and_then(|()| plan.record(&outcome))
        });
    }

    /// Hands all rows so far to the system: what it has, the next planning goes on with.
    fn flush(&mut self) {
        self.attempt(|PlanOutputs { plan, results }| results.flush().and_then(|()| plan.flush()));
    }

    fn attempt(&mut self, write: impl FnOnce(&mut PlanOutputs) -> Result<(), FileError>) {
        if self.failed.is_none() {
            self.failed = write(&mut self.files).err();
        }
    }

    fn end(self, summary: Summary, unread: Option<InputError>) -> FinishedPlanning {
        let PlanOutputs { plan, results } = self.files;
        let counts = plan.counts();
        let stopped = self.failed.map(PlanningStop::File);
        let stopped = stopped.or_else(|| summary.stopped.clone().map(PlanningStop::Run));
        let finished = match stopped.or(unread.map(PlanningStop::Input)) {
            Some(why) => Err(why),
            None => results.finish().and_then(|_| plan.finish()).map_err(PlanningStop::File),
        };
        let (plan, stopped) = match finished {
            Ok(plan) => (Some(plan), None),
            Err(why) => (None, Some(why)),
        };
        FinishedPlanning { plan, counts, stopped, summary, cause: self.cause }
    }
}
