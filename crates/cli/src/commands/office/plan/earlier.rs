//! What an interrupted planning of the same input has read already.

use avepoint_elements_bulk::plan::{EarlierPlanning, PlanHeader, PlanWriter};
use avepoint_elements_bulk::{Source, Table, partial_name};

use super::paths::PlanPaths;
use crate::failure::Failure;
use crate::printer::note;
use crate::settings::Plan as Settings;

/// Opens the files that it left before others take their names. Those of another input, service or rule count for nothing.
pub(super) fn open(
    settings: &Settings,
    paths: &PlanPaths,
    header: &mut PlanHeader,
    table: &Table,
) -> Result<Option<EarlierPlanning>, Failure> {
    let Some(plan) = PlanWriter::left_behind(&paths.plan, header)? else { return Ok(None) };
    note("note: what an interrupted planning of this input has read is not read again");
    header.time.clone_from(&plan.header().time);
    Ok(Some(EarlierPlanning::new(&plan, results(settings, paths, table))))
}

/// The results that it left, if they can be read.
pub(crate) fn results(settings: &Settings, paths: &PlanPaths, table: &Table) -> Option<Table> {
    let options = settings.input.options.clone().format(table.format()).sheet(None);
    let results = Source::file(partial_name(&paths.results)).and_then(|file| Table::open(file, options));
    results.ok()
}
