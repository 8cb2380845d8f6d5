//! Of `office sync`.

use super::layers::Layers;
use super::plan::{Plan, plan};
use crate::arguments;
use crate::failure::Failure;

/// Of `office sync`.
pub(crate) struct Sync {
    /// What is planned, and where.
    pub(crate) plan: Plan,
    /// Whether consent was given.
    pub(crate) yes: bool,
    pub(crate) max_changes: Option<u64>,
    pub(crate) allow_clear: bool,
}

/// Resolves what `office sync` takes.
pub(crate) fn sync(arguments: arguments::Sync, layers: &Layers) -> Result<Sync, Failure> {
    let arguments::Sync { rows, run, files, pace, connection } = arguments;
    let arguments::SyncRun { yes, max_changes, allow_clear, quiet } = run;
    let arguments::SyncFiles { out, results } = files;
    let files = arguments::PlanFiles { out: Some(out), results, exit_code: false, quiet };
    let plan = plan(arguments::Plan { rows, files, pace, connection }, layers)?;
    Ok(Sync { plan, yes, max_changes, allow_clear })
}
