//! Where a plan and its results are.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::plan::PlanWriter;
use avepoint_elements_bulk::{Format, Results, plan_name, planned_name};

use crate::failure::Failure;
use crate::printer;
use crate::settings::Plan;

pub(super) struct PlanPaths {
    pub(super) plan: PathBuf,
    pub(super) results: PathBuf,
}

impl PlanPaths {
    /// Resolves them before any request. The format is the input's.
    ///
    /// # Errors
    /// The plan exists, or has no place; or another file than one of ours has a name that the plan or its results need.
    pub(super) fn resolve(settings: &Plan, format: Format) -> Result<Self, Failure> {
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
        let results = settings.results.clone().unwrap_or_else(|| planned_name(&plan, format));
        check_distinct(&plan, &results)?;
        PlanWriter::check(&plan).map_err(|error| Failure::at_start(&error, "--out"))?;
        Results::check(&results, settings.input.file())
            .map_err(|error| Failure::at_start(&error, "--results"))?;
        Ok(Self { plan, results })
    }
}

fn check_distinct(plan: &Path, results: &Path) -> Result<(), Failure> {
    if plan == results {
        return Err(Failure::usage("the plan (--out) and its results (--results) would be the same file"));
    }
    Ok(())
}
