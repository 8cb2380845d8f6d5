//! `office plan`: what would change. Users are found, read and compared; nothing is changed.

mod earlier;
mod paths;
pub(super) mod progress;
mod readings;
mod report;
mod users;

use std::time::SystemTime;

use avepoint_elements_bulk::directory::DirectoryFile;
use avepoint_elements_bulk::plan::{PlanHeader, PlanInput, PlanRows, PlanWriter, PlanningItems, Sha256Sum};
use avepoint_elements_bulk::{Results, ResultsFormat, Table};

use crate::connection::Connected;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::printer::Printer;
use crate::progress_line::Show;
use crate::rows::unreadable;
use crate::settings::Plan;
use paths::PlanPaths;
use progress::PlanProgress;
use readings::PlanFiles;
use report::PlanReport;

pub(crate) async fn run(settings: Plan, printer: Printer, interrupts: &Interrupts) -> Result<(), Failure> {
    settings.connection.require_users()?;
    let report = plan(&settings, interrupts).await?;
    let written = printer.print(&report);
    report.verdict(settings.exit_code)?;
    Ok(written?)
}

async fn plan(settings: &Plan, interrupts: &Interrupts) -> Result<PlanReport, Failure> {
    let mut table = settings.input.open()?;
    let paths = PlanPaths::resolve(settings, table.format())?;
    let directory = settings.directory.as_deref().map(DirectoryFile::open).transpose()?;
    let sum = directory.as_ref().map(DirectoryFile::sha256).transpose()?;
    let rows = users::index(&mut table, settings)?;
    let warnings = rows.warnings;
    let connected = settings.connection.open().await?;
    let mut listener = interrupts.listen("interrupted; nothing was changed");
    let mut progress = PlanProgress::new(settings.quiet, Show::on_stderr());
    let elements = connected.elements.with_unbounded_queue_wait();
    let resolved = users::resolve(&elements, rows, directory, settings, &mut progress, &mut listener).await?;
    if let Some(problem) = resolved.selection_problem() {
        return Err(users::no_selection(settings, problem));
    }
    let mut header = header(settings, &connected, &table)?;
    header.rules.extend(sum.map(|sum| ("directory".to_owned(), Sha256Sum::from(sum).to_string())));
    let earlier = earlier::open(settings, &paths, &mut header, &table);
    let files = files(settings, &paths, &header, &table)?;
    progress.begin_readings(resolved.users());
    let rows = PlanRows::new(table).map_err(|error| unreadable(&error))?.go_on_with(earlier);
    let run = settings.bulk.clone().run(&connected.elements, PlanningItems::new(rows, resolved));
    let planned = readings::plan(run, files, &mut progress, &mut listener).await;
    progress.end();
    PlanReport::of(planned, paths, connected.environment, settings, warnings)
}

/// Begins the plan and its results.
fn files(
    settings: &Plan,
    paths: &PlanPaths,
    header: &PlanHeader,
    table: &Table,
) -> Result<PlanFiles, Failure> {
    let plan = PlanWriter::create(&paths.plan, header).map_err(|error| Failure::at_start(&error, "--out"))?;
    let format = ResultsFormat::of(table);
    let results = Results::create(&paths.results, settings.input.file(), format, table.columns())
        .map_err(|error| Failure::at_start(&error, "--results"))?;
    Ok(PlanFiles { plan, results })
}

fn header(settings: &Plan, connected: &Connected, table: &Table) -> Result<PlanHeader, Failure> {
    let mut header = PlanHeader::new(connected.elements.base_url(), SystemTime::now());
    let name = settings.input.file().and_then(|file| file.file_name());
    header.input = Some(PlanInput {
        name: name.map_or("standard input".to_owned(), |name| name.to_string_lossy().into_owned()),
        sha256: table.sha256().map_err(|error| unreadable(&error))?.into(),
    });
    header.rules.clone_from(&settings.rules);
    header.sandbox = connected.sandbox_users;
    Ok(header)
}
