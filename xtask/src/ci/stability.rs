//! The public interfaces against those of the last release, by cargo-semver-checks where it is installed.

use std::path::Path;
use std::process::Command;

use crate::problem::Result;
use crate::steps;
use crate::workspace::{Package, Workspace};

/// Compares each published library with the last tag `v*`; where that cannot be done, a line says why.
pub(super) fn check(root: &Path) -> Result<()> {
    let Some(tag) = last_release(root) else {
        println!("stability: nothing to compare with, since there is no tag v* yet");
        return Ok(());
    };
    if !steps::succeeds(crate::cargo(root).args(["semver-checks", "--version"])) {
        println!("stability: not compared with {tag}, since cargo-semver-checks is not installed");
        return Ok(());
    }
    let workspace = Workspace::alone(root)?;
    let mut arguments = vec!["semver-checks", "--baseline-rev", tag.as_str()];
    let libraries = workspace.publishable().into_iter().filter(|package| !package.has("bin"));
    for library in libraries.filter(|library| existed(root, &tag, library)) {
        arguments.extend(["--package", library.name.as_str()]);
    }
    steps::cargo(root, &arguments, &[])
}

/// Whether a release had this package: a new one has nothing to keep.
fn existed(root: &Path, tag: &str, package: &Package) -> bool {
    let manifest = package.manifest_path.strip_prefix(root).unwrap_or(&package.manifest_path);
    let object = format!("{tag}:{}", manifest.display()).replace('\\', "/");
    steps::succeeds(Command::new("git").current_dir(root).args(["cat-file", "-e", &object]))
}

/// The newest tag of a release among the ancestors of what is checked out.
fn last_release(root: &Path) -> Option<String> {
    let mut git = Command::new("git");
    let described =
        git.current_dir(root).args(["describe", "--tags", "--abbrev=0", "--match", "v*"]).output();
    let described = described.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&described.stdout).trim().to_owned())
}
