//! The examples that are packages of their own: each builds alone, by its own lock file, and passes its tests.

use std::path::Path;

use crate::problem::Result;
use crate::{files, steps};

const TASK: &str = "examples";
/// From the folder of an example: what the consumer of packages builds serves here, too.
const SETTINGS: [(&str, &str); 2] =
    [("CARGO_TARGET_DIR", "../../target/outside"), ("CARGO_PROFILE_DEV_DEBUG", "0")];

/// Lints and tests each example.
pub(super) fn check(root: &Path) -> Result<()> {
    files::packages_in(root, "examples")?.iter().try_for_each(|example| {
        let name = example.file_name().unwrap_or_default().to_string_lossy();
        let example = &root.join(example);
        steps::timed(TASK, &name, || {
            let lint = ["clippy", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"];
            steps::cargo(example, &lint, &SETTINGS)?;
            steps::cargo(example, &["test", "--locked", "--quiet"], &SETTINGS)
        })
    })
}
