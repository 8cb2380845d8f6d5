//! Of `office sync`.

use avepoint_elements_bulk::CountOrPercent;

use super::keys;
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
    Ok(Sync { plan, yes, max_changes: self::max_changes(max_changes, layers)?, allow_clear })
}

/// The most users that are changed: the flag's, else the profile's, of which a share cannot be told before all rows are read.
fn max_changes(flag: Option<u64>, layers: &Layers) -> Result<Option<u64>, Failure> {
    if flag.is_some() {
        return Ok(flag);
    }
    let Some(most) = layers.value::<CountOrPercent>(&keys::MAX_CHANGES, None)? else { return Ok(None) };
    most.to_string().parse().map(Some).map_err(|_| {
        Failure::usage(format!(
            "max-changes of the profile is {most}, and a sync does not know of how many; say --max-changes NUMBER; nothing \
             was sent"
        ))
    })
}
