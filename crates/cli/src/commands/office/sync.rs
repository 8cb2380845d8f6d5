//! `office sync`: each row planned and applied in one pass. The plan is written as users are changed.

mod report;

use std::path::Path;
use std::sync::Arc;

use avepoint_elements_bulk::plan::{EarlierPlanning, PlanRows, PlanningItems, SyncItems, SyncPlan};
use avepoint_elements_bulk::{
    FileError, Journal, Original, Outcome, Run, State, journal_name, partial_name, synced_name,
};

use super::apply::drive::{self, Event};
use super::apply::report::{RunKind, RunReport};
use super::apply::result_writer::ResultWriter;
use super::plan::paths::PlanPaths;
use super::plan::prepared::{self, Prepared};
use super::plan::progress::PlanProgress;
use crate::commands::conclude;
use crate::failure::Failure;
use crate::interrupt::{Interrupts, Listener};
use crate::printer::{Printer, counted, note, note_any, with_causes};
use crate::settings::Sync;
use report::{SyncCounts, SyncReport};

const AT_ONCE: &str = "interrupted; updates that were under way may have been applied, and the old value of each user stands in \
                       the plan; run the same command again to go on";

pub(crate) async fn run(settings: Sync, printer: Printer, interrupts: &Interrupts) -> Result<(), Failure> {
    settings.plan.connection.require_users()?;
    if !settings.yes && !settings.plan.connection.is_sandbox() {
        return Err(Failure::usage(
            "a sync changes users as it reads them and does not ask, so nothing was sent; look at what \
             `elements office plan` would change first, then say --yes",
        ));
    }
    let report = sync(&settings, interrupts).await?;
    conclude(printer, &report, report.verdict())
}

async fn sync(settings: &Sync, interrupts: &Interrupts) -> Result<SyncReport, Failure> {
    let plan = &settings.plan;
    let table = plan.input.open()?;
    let is_rehearsal = plan.connection.is_sandbox();
    let paths = PlanPaths::resolve(plan, table.format(), synced_name, SyncPlan::check)?;
    let prepared = Prepared::of(plan, table, interrupts.listen(AT_ONCE)).await?;
    let sync = SyncPlan::open(&paths.plan, &prepared.header).map_err(|error| at_start(&error))?;
    let sync = Arc::new(sync.max_changes(settings.max_changes).allow_clears(settings.allow_clear));
    let base_url = prepared.connected.elements.base_url();
    let journal = journal(&sync, &paths.plan, base_url, is_rehearsal).map_err(|error| at_start(&error))?;
    let journal = Arc::new(journal);
    let equal = sync.earlier_changes().and_then(|_| paths.earlier_results(plan, &prepared.table));
    let results = paths.create_results(plan, &prepared.table)?;
    let Prepared { table, resolved, connected, warnings, mut progress, mut listener, .. } = prepared;
    progress.begin_readings(resolved.users());
    let rows = prepared::rows(table)?.go_on_with(Some(EarlierPlanning::of_results(equal)));
    let items = SyncItems::new(PlanningItems::new(rows, resolved), Arc::clone(&sync));
    let mut run = plan.bulk.clone().journal(Arc::clone(&journal)).run(&connected.elements, items);
    let mut recorder =
        SyncRecorder { results: ResultWriter::new(results), counts: SyncCounts::default(), plan: &sync };
    recorder.all(&mut run, &mut progress, &mut listener).await;
    progress.line.end();
    let SyncRecorder { results, counts, .. } = recorder;
    let (mut summary, items) = run.into_parts().await;
    let unread = items.error().map(|error| with_causes(error));
    let table = items.into_rows().into_table().and_then(|table| table.check_unchanged());
    let unread = unread.or_else(|| table.err().map(|error| with_causes(&error)));
    let has_ended = summary.stopped.is_none() && unread.is_none();
    drive::close(&journal, has_ended, &mut summary).await;
    let partial = partial_name(&paths.results);
    let run = RunReport::of(RunKind::Sync, summary, results, partial, unread, &connected, plan.max_outage);
    Ok(SyncReport::of(run, &sync, paths, counts, warnings))
}

/// Opens the journal of the plan; of a new one, whatever journal has its name by now is set aside.
fn journal(sync: &SyncPlan, plan: &Path, base_url: &str, is_rehearsal: bool) -> Result<Journal, FileError> {
    if is_rehearsal {
        return Journal::temporary();
    }
    let path = journal_name(plan, None);
    let open = match sync.earlier_changes() {
        Some(changes) => {
            let users = counted(changes, "user");
            note(&format!("note: a sync that was interrupted is gone on with; its plan has {users}"));
            Journal::open_for_plan
        }
        None => Journal::fresh_for_plan,
    };
    let journal = open(&path, base_url, sync.journal_id())?;
    note_any(journal.torn_tail());
    Ok(journal)
}

/// A plan or a journal that cannot be used, before anything was sent.
fn at_start(error: &FileError) -> Failure {
    let text = with_causes(error);
    if error.is_in_use() {
        Failure::InUse(format!("{text}, then run the same command again; nothing was sent"))
    } else {
        Failure::usage(format!("{text}; nothing was sent"))
    }
}

/// What is written down as rows are done.
struct SyncRecorder<'p> {
    results: ResultWriter,
    counts: SyncCounts,
    plan: &'p SyncPlan,
}

impl SyncRecorder<'_> {
    async fn all(
        &mut self,
        run: &mut Run<Original, SyncItems<PlanRows>>,
        progress: &mut PlanProgress,
        listener: &mut Listener,
    ) {
        drive::drive_with(run, listener, |run, event| {
            match event {
                Event::Interrupted => progress.stopping(),
                Event::Tick { .. } => {
                    self.results.flush();
                    progress.show(drive::wait(run));
                }
                Event::Result(original, outcome) => {
                    if outcome.attempts > 0 {
                        progress.read(matches!(outcome.state, State::Failed | State::Unknown));
                    }
                    self.add(&original, &outcome);
                }
            }
            self.results.flow()
        })
        .await;
    }

    fn add(&mut self, original: &Original, outcome: &Outcome) {
        self.counts.add(outcome);
        if let Some(plan) = &outcome.plan {
            self.plan.count(plan);
        }
        self.results.write(original, outcome);
    }
}
