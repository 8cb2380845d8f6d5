//! The format of every Rust file, also of those that are no part of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result};
use crate::steps;

/// The folders whose Rust files `cargo fmt` does not see from the workspace's root.
const OUTSIDE: [&str; 5] =
    ["crates/bulk/fuzz", "crates/rows/fuzz", "crates/sdk/fuzz", "examples", "xtask/consumer"];

/// Checks the workspace's format, then that of the packages beside it.
pub(super) fn check(root: &Path) -> Result<()> {
    steps::cargo(root, &["fmt", "--all", "--check"], &[])?;
    let mut files = Vec::new();
    for folder in OUTSIDE {
        rust_files(root, Path::new(folder), &mut files).map_err(Problem::reading(folder))?;
    }
    let mut command = Command::new("rustfmt");
    command.current_dir(root).args(["--check", "--edition", "2024"]).args(&files);
    let shown: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    steps::call(&mut command, &format!("rustfmt --edition 2024 {}", shown.join(" ")))
}

/// Adds the Rust files below `folder`, but what cargo built there.
fn rust_files(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "target" {
                rust_files(root, &path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
