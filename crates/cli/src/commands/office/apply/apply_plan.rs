//! `office apply PLAN`: the users of a plan, read, decided, sent and accounted for.

use std::io::BufRead;
use std::path::Path;
use std::time::Duration;

use avepoint_elements_bulk::plan::{Plan, PlanItems};
use avepoint_elements_bulk::{BulkOptions, State};
use futures_util::StreamExt;

use super::plan_preview::PlanPreview;
use super::report::{Canary, RunKind, RunReport};
use super::result_writer::ResultWriter;
use super::run_paths::{self, RunPaths};
use super::{ApplyReport, agree, at_once, drive, guards, warn_ignored_flags};
use crate::connection::Connected;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::printer::{note, with_causes};
use crate::progress::Progress;
use crate::progress_line::ProgressDisplay;
use crate::settings::Apply;

/// For how long the row in each tenant is read again that is to be enough.
const CANARY_WAIT: Duration = Duration::from_secs(10);

pub(super) async fn apply(
    answers: Option<impl BufRead>,
    display: ProgressDisplay,
    settings: &Apply,
    file: &Path,
    interrupts: &Interrupts,
) -> Result<ApplyReport, Failure> {
    guards::refuse_flags_of_rows(settings)?;
    settings.connection.require_users()?;
    let plan = Plan::open(file)?;
    guards::check(&plan, &settings.guards)?;
    let paths = RunPaths::of_plan(settings, file)?;
    warn_ignored_flags(settings);
    let connected = settings.connection.open().await?;
    plan.check_service(connected.elements.base_url(), connected.sandbox_users)?;
    let journal = if settings.files.fresh { None } else { paths.read_plan_journal(&plan)? };
    let preview = PlanPreview::of(&plan, settings, journal.as_ref(), &connected.environment)?;
    if settings.dry_run {
        connected.elements.authenticate().await?;
        return Ok(ApplyReport::PlanDryRun(Box::new(preview)));
    }
    if plan.counts().is_some_and(|counts| counts.changes() == 0) {
        note("note: the plan changes no user, so nothing is sent");
    }
    agree(settings, &connected, preview.question(), answers)?;
    let rows = (!settings.quiet).then_some(preview.users + preview.done);
    let progress = Progress::new(rows, display).passing_over(preview.done);
    let report = send(settings, &paths, &connected, &plan, progress, interrupts).await?;
    Ok(ApplyReport::Run(Box::new(report)))
}

/// Applies the changes, and writes the result of each.
async fn send(
    settings: &Apply,
    paths: &RunPaths,
    connected: &Connected,
    plan: &Plan,
    mut progress: Progress,
    interrupts: &Interrupts,
) -> Result<RunReport, Failure> {
    let journal = paths.open_journal(connected.elements.base_url(), Some(plan), settings.files.fresh)?;
    let (journal, results) = run_paths::with_journal(journal, paths.create_plan_results(plan))?;
    let mut results = ResultWriter::new(results);
    let is_canary = settings.guards.canary;
    let mut items = PlanItems::apply(plan).shard(settings.shard);
    if is_canary {
        items = items.one_of_each_tenant();
    }
    let mut run = settings.bulk.clone().journal(journal.clone()).run(&connected.elements, items);
    let listener = interrupts.listen(at_once(connected, settings.files.fresh));
    drive::drive(&mut run, &mut results, &mut progress, listener, |_, _| {}).await;
    progress.line.end();
    let (mut summary, items) = run.into_parts().await;
    let unread = unread(&items, plan);
    let has_ended = summary.stopped.is_none() && !summary.limited && unread.is_none();
    drive::close(&journal, has_ended && !is_canary, &mut summary).await;
    let canary =
        if is_canary && has_ended { Some(verify_canary(settings, connected, plan).await) } else { None };
    let report = RunReport::of(
        RunKind::Plan,
        summary,
        results,
        paths.partial(),
        unread,
        connected,
        settings.max_outage,
    );
    Ok(RunReport { canary, limit: settings.limit, is_fresh: settings.files.fresh, ..report })
}

/// Why not all of a plan was read, or is what was opened; none where it is.
pub(crate) fn unread(items: &PlanItems, plan: &Plan) -> Option<String> {
    let error = items.error().cloned().or_else(|| plan.check_unchanged().err());
    error.map(|error| with_causes(&error))
}

/// Reads the first user of each tenant, after the change.
async fn verify_canary(settings: &Apply, connected: &Connected, plan: &Plan) -> Canary {
    let items = PlanItems::verify(plan).shard(settings.shard).one_of_each_tenant();
    let mut run = BulkOptions::new().verify_timeout(CANARY_WAIT).run(&connected.elements, items);
    let mut canary = Canary::default();
    while let Some((_, outcome)) = run.next().await {
        canary.rows += u64::from(outcome.state != State::NotAttempted);
        canary.confirmed += u64::from(outcome.state == State::Confirmed);
    }
    canary
}
