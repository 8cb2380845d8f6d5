//! What an interrupted sync left of its plan, in the place of a whole one.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::partial_name;
use avepoint_elements_bulk::plan::Plan;

use crate::failure::Failure;
use crate::printer::{self, note};

/// Opens what an interrupted sync left under a name, whether that is the plan's or the one that it has until it is whole, and
/// says so; none where there is anything else.
pub(super) fn find(path: &Path) -> Result<Option<Plan>, Failure> {
    let partial = partial_name(path);
    let place = if path.exists() { path } else { &partial };
    if !Plan::is_at(place) {
        return Ok(None);
    }
    let plan = Plan::open_incomplete(place)?;
    let is_left = plan.is_interrupted_sync() || plan.is_of_sync() && place == partial;
    if !is_left {
        return Ok(None);
    }
    note(&format!(
        "note: the sync that writes {} was interrupted, or is under way; the changes that it recorded so far are taken, and the \
         same sync goes on with them",
        printer::path(&name(&plan))
    ));
    Ok(Some(plan))
}

/// The name of a plan, also before it has it: journals stand beside that.
pub(super) fn name(plan: &Plan) -> PathBuf {
    let path = plan.path();
    match path.extension() {
        Some(extension) if extension == "partial" && plan.is_of_sync() => path.with_extension(""),
        _ => path.to_owned(),
    }
}

/// Opens a plan, or what an interrupted sync left of it.
pub(super) fn open(path: &Path) -> Result<Plan, Failure> {
    find(path)?.map_or_else(|| Ok(Plan::open(path)?), Ok)
}
