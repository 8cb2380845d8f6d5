//! `office apply`: every row of a file, or of a plan, sent and accounted for.

pub(super) mod apply_plan;
pub(super) mod drive;
mod guards;
mod plan_preview;
mod preview;
pub(super) mod report;
pub(super) mod result_writer;
pub(super) mod run_paths;
#[cfg(test)]
mod tests;

use std::io::{self, BufRead, BufReader, IsTerminal};
use std::sync::Arc;

use avepoint_elements_bulk::plan::Plan;
use avepoint_elements_bulk::{Checked, Format, Items, Shard, Table};

use crate::commands::conclude;
use crate::connection::Connected;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::printer::{self, Printer, are, counted, note, with_causes};
use crate::progress::Progress;
use crate::progress_line::ProgressDisplay;
use crate::rows;
use crate::settings::Apply;
use plan_preview::PlanPreview;
use preview::Preview;
use report::{DryRunReport, EmptyReport, RunKind, RunReport};
use result_writer::ResultWriter;
use run_paths::RunPaths;

pub(crate) async fn run(settings: Apply, printer: Printer, interrupts: &Interrupts) -> Result<(), Failure> {
    run_with(terminal(), ProgressDisplay::on_stderr(), &settings, printer, interrupts).await
}

/// Where answers come from, if a person is there to give them.
fn terminal() -> Option<impl BufRead> {
    let is_attended = io::stdin().is_terminal() && printer::is_terminal();
    // Not locked before there is a question: standard input may hold something else first.
    is_attended.then(|| BufReader::new(io::stdin()))
}

async fn run_with(
    answers: Option<impl BufRead>,
    display: ProgressDisplay,
    settings: &Apply,
    printer: Printer,
    interrupts: &Interrupts,
) -> Result<(), Failure> {
    let outcome = match settings.input.file().filter(|file| Plan::is_at(file)) {
        Some(file) => apply_plan::apply(answers, display, settings, file, interrupts).await?,
        None => apply(answers, display, settings, interrupts).await?,
    };
    match outcome {
        ApplyReport::Empty(report) => Ok(printer.print(&report)?),
        ApplyReport::DryRun(report) => Ok(printer.print(&*report)?),
        ApplyReport::PlanDryRun(report) => Ok(printer.print(&*report)?),
        ApplyReport::Run(report) => conclude(printer, &*report, report.verdict()),
    }
}

/// What the command came to.
enum ApplyReport {
    Empty(EmptyReport),
    DryRun(Box<DryRunReport>),
    PlanDryRun(Box<PlanPreview>),
    Run(Box<RunReport>),
}

/// The rows, where its files are, and what was found in the rows.
fn read(settings: &Apply) -> Result<(Table, RunPaths, Arc<Checked>), Failure> {
    guards::refuse_flags_of_plans(settings)?;
    // What is wrong with the paths is said before standard input is read, whose format names its results.
    RunPaths::resolve(settings, Format::Csv)?;
    warn_ignored_flags(settings);
    let mut table = settings.input.open()?;
    let paths = RunPaths::resolve(settings, table.format())?;
    let checked = Arc::new(checked(settings, &mut table)?);
    Ok((table, paths, checked))
}

fn warn_ignored_flags(settings: &Apply) {
    let flags = [("--journal", settings.files.journal.is_some()), ("--fresh", settings.files.fresh)];
    let given = flags.into_iter().filter(|(_, is_given)| *is_given && settings.connection.is_sandbox());
    for (flag, _) in given {
        note(&format!("note: {flag} means nothing with --sandbox: a rehearsal keeps no journal"));
    }
}

/// Checks every row; unless invalid ones are to be left out, one of them stops all.
fn checked(settings: &Apply, table: &mut Table) -> Result<Checked, Failure> {
    let checked = rows::checked(table, settings.shard, |_| {})?;
    let _ = settings.input.warn_if_empty(&checked, settings.shard);
    if checked.invalid > 0 && !settings.skip_invalid {
        return Err(Failure::Input(format!(
            "{} of {} {} invalid, so nothing was sent; correct what is wrong, or send the others with --skip-invalid",
            checked.invalid,
            counted(checked.rows, "row"),
            are(checked.invalid)
        )));
    }
    Ok(checked)
}

async fn apply(
    answers: Option<impl BufRead>,
    display: ProgressDisplay,
    settings: &Apply,
    interrupts: &Interrupts,
) -> Result<ApplyReport, Failure> {
    let (table, paths, checked) = read(settings)?;
    if checked.rows == 0 && !settings.dry_run {
        return Ok(ApplyReport::Empty(EmptyReport::of(&settings.connection)));
    }
    let connected = settings.connection.open().await?;
    let preview = |table| {
        let mut items = items(table, checked.clone(), settings.shard)?;
        let preview = Preview::of(settings, &paths, connected.elements.base_url(), &mut items)?;
        Ok::<_, Failure>((preview, items.into_table()))
    };
    if settings.dry_run {
        connected.elements.authenticate().await?;
        let (preview, _) = preview(table)?;
        let (takes_any_id, environment) = (connected.takes_any_id(), connected.environment);
        return Ok(ApplyReport::DryRun(Box::new(DryRunReport { preview, environment, takes_any_id })));
    }
    // Without a question and without progress, it is not needed.
    let (preview, table) = if settings.yes && settings.quiet {
        (None, table)
    } else {
        let (preview, table) = preview(table)?;
        (Some(preview), table)
    };
    if let Some(nothing) = preview.as_ref().and_then(Preview::nothing_to_send) {
        printer::note(&format!("note: {nothing}"));
    }
    let question = preview.as_ref().filter(|preview| preview.send > 0);
    agree(settings, &connected, question.map(|preview| preview.question(&connected.environment)), answers)?;
    let progress = Progress::new(preview.map(|preview| preview.send).filter(|_| !settings.quiet), display);
    let report = send(settings, &paths, &connected, table, checked, progress, interrupts).await?;
    Ok(ApplyReport::Run(Box::new(report)))
}

/// The rows for a run.
fn items(table: Table, checked: Arc<Checked>, shard: Option<Shard>) -> Result<Items, Failure> {
    let items = Items::new(table, checked).map_err(|error| rows::unreadable(&error))?;
    Ok(items.shard(shard))
}

/// Asks whether the rows may be sent: where there are none, or to a sandbox, there is no question.
fn agree(
    settings: &Apply,
    connected: &Connected,
    question: Option<String>,
    answers: Option<impl BufRead>,
) -> Result<(), Failure> {
    let Some(question) = question.filter(|_| !settings.yes && connected.sandbox.is_none()) else {
        return Ok(());
    };
    let Some(answers) = answers.filter(|_| !settings.input.is_stdin()) else {
        return Err(Failure::usage(
            "there is no terminal to confirm at, so nothing was sent; look at --dry-run first, then say --yes",
        ));
    };
    if confirm(&question, answers)? {
        return Ok(());
    }
    Err(Failure::usage("nothing was sent: the question was not answered with yes"))
}

/// Asks on standard error; anything but a clear yes is a no.
fn confirm(question: &str, mut answers: impl BufRead) -> Result<bool, Failure> {
    printer::ask(&format!("{question} [y/N]"))?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Sends the rows, and writes the result of each.
async fn send(
    settings: &Apply,
    paths: &RunPaths,
    connected: &Connected,
    table: Table,
    checked: Arc<Checked>,
    mut progress: Progress,
    interrupts: &Interrupts,
) -> Result<RunReport, Failure> {
    let journal = paths.open_journal(connected.elements.base_url(), None, settings.files.fresh)?;
    let results = paths.create_results(&settings.input, &table);
    let begun = results.and_then(|results| Ok((results, items(table, checked, settings.shard)?)));
    let (journal, (results, items)) = run_paths::with_journal(journal, begun)?;
    let mut results = ResultWriter::new(results);
    let mut run = settings.bulk.clone().journal(journal.clone()).run(&connected.elements, items);
    let listener = interrupts.listen(at_once(connected, settings.files.fresh));
    drive::drive(&mut run, &mut results, &mut progress, listener, |_, _| {}).await;
    progress.line.end();
    let (mut summary, items) = run.into_parts().await;
    let unread = items.error().map(|error| with_causes(error));
    let unread =
        unread.or_else(|| items.into_table().check_unchanged().err().map(|error| with_causes(&error)));
    drive::close(&journal, false, &mut summary).await;
    let report = RunReport::of(
        RunKind::Rows,
        summary,
        results,
        paths.partial(),
        unread,
        connected,
        settings.max_outage,
    );
    Ok(RunReport { limit: settings.limit, is_fresh: settings.files.fresh, ..report })
}

/// What it means that a run was stopped at once.
fn at_once(connected: &Connected, fresh: bool) -> &'static str {
    match (&connected.sandbox, fresh) {
        (Some(_), _) => "interrupted; nothing real was changed, and a rehearsal keeps no journal",
        (None, true) => {
            "interrupted; updates that were under way may have been applied; run the same command again without \
             --fresh to go on: it sends them again, which does no harm"
        }
        (None, false) => {
            "interrupted; updates that were under way may have been applied; run the same command again to go on: \
             it sends them again, which does no harm"
        }
    }
}
