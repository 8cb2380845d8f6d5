//! Where a plan and its results are.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::{FileError, Format, Results, ResultsFormat, Table, plan_name};

use crate::failure::Failure;
use crate::printer;
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
        let plan = match (&settings.out, settings.input.place()) {
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
        let results = settings.results.clone().unwrap_or_else(|| results_name(&plan, format));
        check_distinct(&plan, &results)?;
        check(&plan).map_err(|error| Failure::at_start(&error, "--out"))?;
        Results::check(&results, settings.input.file())
            .map_err(|error| Failure::at_start(&error, "--results"))?;
        Ok(Self { plan, results })
    }

    /// Begins the results of the rows of a table.
    pub(crate) fn create_results(&self, settings: &Plan, table: &Table) -> Result<Results, Failure> {
        Results::create(&self.results, settings.input.file(), ResultsFormat::of(table), table.columns())
            .map_err(|error| Failure::at_start(&error, "--results"))
    }
}

fn check_distinct(plan: &Path, results: &Path) -> Result<(), Failure> {
    if plan == results {
        return Err(Failure::usage("the plan (--out) and its results (--results) would be the same file"));
    }
    Ok(())
}
