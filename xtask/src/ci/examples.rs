//! The examples that are packages of their own: each builds alone, by its own lock file, and passes its tests.

use std::path::Path;

use crate::problem::{Problem, Result};
use crate::steps;

const TASK: &str = "examples";
/// From the folder of an example: what the consumer of packages builds serves here, too.
const SETTINGS: [(&str, &str); 2] =
    [("CARGO_TARGET_DIR", "../../target/outside"), ("CARGO_PROFILE_DEV_DEBUG", "0")];

/// Lints and tests each example.
pub(super) fn check(root: &Path) -> Result<()> {
    let folder = root.join("examples");
    let mut examples: Vec<_> = std::fs::read_dir(&folder)
        .map_err(Problem::reading(&folder))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("Cargo.toml").is_file())
        .collect();
    examples.sort();
    examples.iter().try_for_each(|example| {
        let name = example.file_name().unwrap_or_default().to_string_lossy();
        steps::timed(TASK, &name, || {
            let lint = ["clippy", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"];
            steps::cargo(example, &lint, &SETTINGS)?;
            steps::cargo(example, &["test", "--locked", "--quiet"], &SETTINGS)
        })
    })
}
