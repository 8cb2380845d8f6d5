//! The packages as another team gets them: packed, unpacked elsewhere, looked through, and used by a crate
//! that depends on them and on nothing else of this repository.

mod consumer;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::generate::COPIED;
use crate::problem::{Problem, Result};
use crate::workspace::{Package, Workspace};
use crate::{files, steps};

const TASK: &str = "package";
const CONTRACT: &str = "elements.yaml";

/// Packs, unpacks, checks and uses every publishable package.
pub fn run(root: &Path) -> Result<()> {
    let folder = root.join("target/consumer");
    let workspace = Workspace::alone(root)?;
    let packages = workspace.publishable();
    // From here on nothing needs the network.
    steps::timed(TASK, "fetch", || steps::cargo(root, &["fetch", "--locked", "--quiet"], &[]))?;
    steps::timed(TASK, "pack", || pack(root, &packages))?;
    steps::timed(TASK, "unpack", || unpack(root, &folder, &packages))?;
    steps::timed(TASK, "contents", || {
        packages.iter().try_for_each(|package| check_contents(root, package, &unpacked(&folder, package)))
    })?;
    consumer::write(root, &folder, &packages)?;
    consumer::test(&folder)?;
    consumer::run_programs(&folder, &packages)
}

/// The folder that a package is unpacked to.
fn unpacked(folder: &Path, package: &Package) -> PathBuf {
    folder.join("packages").join(package.full_name())
}

/// Without cargo's own verification: what follows goes further.
fn pack(root: &Path, packages: &[&Package]) -> Result<()> {
    let mut arguments = vec!["package", "--no-verify", "--allow-dirty", "--offline", "--locked", "--quiet"];
    for package in packages {
        arguments.extend(["--package", package.name.as_str()]);
    }
    steps::cargo(root, &arguments, &[])
}

fn unpack(root: &Path, folder: &Path, packages: &[&Package]) -> Result<()> {
    let into = folder.join("packages");
    files::empty(&into)?;
    packages.iter().try_for_each(|package| {
        let archive = root.join("target/package").join(format!("{}.crate", package.full_name()));
        let shown = format!("tar -xmzf {}", archive.display());
        // The time of unpacking, since cargo sees by the time whether a file has changed, and archives have none.
        steps::call(Command::new("tar").arg("-xmzf").arg(archive).current_dir(&into), &shown)
    })
}

/// Checks that the unpacked package holds the licences, the README, the list of changes and, where the
/// package has it, the contract: each as it stands here.
fn check_contents(root: &Path, package: &Package, unpacked: &Path) -> Result<()> {
    for file in COPIED {
        same(&root.join(file), &unpacked.join(file))?;
    }
    same(&package.folder().join("README.md"), &unpacked.join("README.md"))?;
    let contract = package.folder().join(CONTRACT);
    if contract.exists() { same(&contract, &unpacked.join(CONTRACT)) } else { Ok(()) }
}

fn same(here: &Path, packed: &Path) -> Result<()> {
    let read = |path: &Path| {
        let problem = |problem: Problem| problem.help("see whether `include` in the manifest names it");
        std::fs::read(path).map_err(Problem::reading(path)).map_err(problem)
    };
    if read(here)? == read(packed)? {
        return Ok(());
    }
    let message = format!("differs from {}", here.display());
    Err(Problem::new(message).in_file(packed).help("run `cargo xtask codegen`, then this again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_differs_is_named() {
        let folder = tempfile::TempDir::new().unwrap();
        let (here, packed) = (folder.path().join("here"), folder.path().join("packed"));
        std::fs::write(&here, "text").unwrap();
        assert!(same(&here, &packed).unwrap_err().to_string().contains("packed: cannot read"));
        std::fs::write(&packed, "other").unwrap();
        assert!(same(&here, &packed).unwrap_err().to_string().contains("packed: differs from"));
        std::fs::write(&packed, "text").unwrap();
        same(&here, &packed).unwrap();
    }
}
