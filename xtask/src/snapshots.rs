//! The reviewed snapshots of what is generated: which have changed, and taking them.

use std::path::{Path, PathBuf};

use crate::files;
use crate::problem::{Problem, Result};

/// The folder of the reviewed snapshots, from the workspace's root.
pub const FOLDER: &str = "tests/snapshots";

/// Runs the snapshot tests; what differs is left beside its snapshot as `.snap.new`.
pub fn check(root: &Path) -> Result<Vec<PathBuf>> {
    discard(root)?;
    run(root, "new")?;
    pending(root)
}

/// Takes the current values as the reviewed ones.
pub fn accept(root: &Path) -> Result<()> {
    run(root, "always")?;
    discard(root)
}

fn discard(root: &Path) -> Result<()> {
    let remove = |new: &PathBuf| std::fs::remove_file(new).map_err(Problem::writing(new));
    pending(root)?.iter().try_for_each(remove)
}

/// What changed in the value of a snapshot that waits for a review, its metadata left out.
pub fn diff(new: &Path) -> Result<String> {
    let reviewed = new.with_extension("");
    let old = if reviewed.exists() { value(&reviewed)? } else { String::new() };
    let name = reviewed.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(files::diff(&old, &value(new)?, &name, &format!("{name} (new)")))
}

/// The snapshots that wait for a review.
fn pending(root: &Path) -> Result<Vec<PathBuf>> {
    let folder = root.join(FOLDER);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Problem::reading(&folder)(error)),
    };
    let mut new: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".snap.new"))
        .collect();
    new.sort();
    Ok(new)
}

/// The text behind the metadata, which is closed by a line of three dashes.
fn value(snapshot: &Path) -> Result<String> {
    let text = std::fs::read_to_string(snapshot).map_err(Problem::reading(snapshot))?;
    let value = text.splitn(3, "---\n").nth(2);
    Ok(value.unwrap_or(&text).to_owned())
}

fn run(root: &Path, update: &str) -> Result<()> {
    let status = crate::cargo(root)
        .args(["test", "--quiet", "--package", "e2e", "--test", "snapshots"])
        .env("INSTA_UPDATE", update)
        .env("INSTA_FORCE_PASS", "1")
        .env("INSTA_OUTPUT", "none")
        .stdout(std::process::Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Problem::new("the snapshot tests did not run to their end")
            .help("run `cargo test -p e2e --test snapshots` to see why")),
        Err(error) => Err(Problem::starting("cargo")(error)),
    }
}
