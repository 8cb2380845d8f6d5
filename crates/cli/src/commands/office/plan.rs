//! `office plan`: what would change. Users are found, read and compared; nothing is changed.

pub(super) mod paths;
pub(super) mod prepared;
pub(super) mod progress;
pub(super) mod report;
mod run;
pub(super) mod users;

use avepoint_elements_bulk::plan::{PlanHeader, PlanWriter, PlanningItems};
use avepoint_elements_bulk::{Table, planned_name};

use crate::commands::conclude;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::printer::Printer;
use crate::settings::Plan;
use paths::PlanPaths;
use prepared::Prepared;
use report::PlanReport;
use run::PlanOutputs;

pub(crate) async fn run(settings: Plan, printer: Printer, interrupts: &Interrupts) -> Result<(), Failure> {
    settings.connection.require_users()?;
    let report = plan(&settings, interrupts).await?;
    conclude(printer, &report, report.verdict(settings.files.exit_code))
}

async fn plan(settings: &Plan, interrupts: &Interrupts) -> Result<PlanReport, Failure> {
    let table = settings.input.open()?;
    let paths = PlanPaths::resolve(settings, table.format(), planned_name, PlanWriter::check)?;
    let listener = interrupts.listen("interrupted; nothing was changed");
    let mut prepared = Prepared::of(settings, table, listener).await?;
    let earlier = paths.earlier(settings, &mut prepared.header, &prepared.table)?;
    let files = files(settings, &paths, &prepared.header, &prepared.table)?;
    let Prepared { table, resolved, connected, warnings, mut progress, mut listener, .. } = prepared;
    progress.begin_readings(resolved.users());
    let rows = prepared::rows(table)?.go_on_with(earlier);
    let run = settings.bulk.clone().run(&connected.elements, PlanningItems::new(rows, resolved));
    let planned = run::plan(run, files, &mut progress, &mut listener).await;
    progress.line.end();
    PlanReport::of(planned, paths, connected.environment, settings, warnings)
}

/// Begins the plan and its results.
fn files(
    settings: &Plan,
    paths: &PlanPaths,
    header: &PlanHeader,
    table: &Table,
) -> Result<PlanOutputs, Failure> {
    let plan = PlanWriter::create(&paths.plan, header).map_err(|error| Failure::at_start(&error, "--out"))?;
    let results = paths.create_results(settings, table)?;
    Ok(PlanOutputs { plan, results })
}
