//! Where a plan and its results are.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::plan::{EarlierPlanning, PlanHeader, PlanWriter};
use avepoint_elements_bulk::{
    FileError, Format, Results, ResultsFormat, Source, Table, partial_name, plan_name,
};

use crate::failure::Failure;
use crate::printer::{self, note};
use crate::settings::Plan;

pub(crate) struct PlanPaths {
    pub(crate) plan: PathBuf,
    pub(crate) results: PathBuf,
}

impl PlanPaths {
    /// Resolves them before any request. The format is the input's; the results have a name of their own by default, and
    /// `check` says whether the plan can be made.
    ///
    /// # Errors
    /// The plan exists, or has no place; or another file than one of ours has a name that the plan or its results need.
    pub(crate) fn resolve(
        settings: &Plan,
        format: Format,
        results_name: fn(&Path, Format) -> PathBuf,
        check: fn(&Path) -> Result<(), FileError>,
    ) -> Result<Self, Failure> {
        let plan = match (&settings.files.out, settings.input.base_file()) {
            (Some(out), _) => out.clone(),
            (None, Some(file)) => plan_name(file),
            (None, None) => {
                return Err(Failure::usage(format!(
                    "{} has no place for a plan beside it; name one with --out",
                    settings.input.name()
                )));
            }
        };
        if plan.symlink_metadata().is_ok() {
            return Err(Failure::usage(format!(
                "{} exists, and a plan replaces no file; name another one with --out, or remove it",
                printer::path(&plan)
            )));
        }
        let results = settings.files.results.clone().unwrap_or_else(|| results_name(&plan, format));
        if plan == results {
            return Err(Failure::usage(
                "the plan (--out) and its results (--results) would be the same file",
            ));
        }
        check(&plan).map_err(|error| Failure::at_start(&error, "--out"))?;
        Results::check(&results, settings.input.file())
            .map_err(|error| Failure::at_start(&error, "--results"))?;
        Ok(Self { plan, results })
    }

    /// Whether the plan has its name by now, whatever is wrong with it.
    pub(crate) fn plan_has_its_name(&self) -> bool {
        let exists = |path: &Path| path.symlink_metadata().is_ok();
        exists(&self.plan) && !exists(&partial_name(&self.plan))
    }

    /// Opens what an interrupted planning of the same input has read, before others take the names of its files. Files of
    /// another input, service or rule count for nothing.
    pub(super) fn earlier(
        &self,
        settings: &Plan,
        header: &mut PlanHeader,
        table: &Table,
    ) -> Result<Option<EarlierPlanning>, Failure> {
        let Some(plan) = PlanWriter::left_behind(&self.plan, header)? else { return Ok(None) };
        note("note: what an interrupted planning of this input has read is not read again");
        header.time.clone_from(&plan.header().time);
        Ok(Some(EarlierPlanning::new(&plan, self.earlier_results(settings, table))))
    }

    /// The results that an interrupted run left, if they can be read.
    pub(crate) fn earlier_results(&self, settings: &Plan, table: &Table) -> Option<Table> {
        let options = settings.input.options.clone().format(table.format()).sheet(None);
        let results = Source::file(partial_name(&self.results)).and_then(|file| Table::open(file, options));
        results.ok()
    }

    /// Begins the results of the rows of a table.
    pub(crate) fn create_results(&self, settings: &Plan, table: &Table) -> Result<Results, Failure> {
        Results::create(&self.results, settings.input.file(), ResultsFormat::of(table), table.columns())
            .map_err(|error| Failure::at_start(&error, "--results"))
    }
}
