//! What an unpacked package holds.

use std::path::Path;

use crate::generate::COPIED;
use crate::problem::{Problem, Result};
use crate::workspace::Package;

const CONTRACT: &str = "elements.yaml";

/// Checks that the unpacked package holds the licences, the README, the list of changes and, where the
/// package has it, the contract: each as it stands here.
pub(super) fn check(root: &Path, package: &Package, unpacked: &Path) -> Result<()> {
    for file in COPIED {
        same(&root.join(file), &unpacked.join(file))?;
    }
    same(&package.folder().join("README.md"), &unpacked.join("README.md"))?;
    let contract = package.folder().join(CONTRACT);
    if contract.exists() { same(&contract, &unpacked.join(CONTRACT)) } else { Ok(()) }
}

fn same(here: &Path, packed: &Path) -> Result<()> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| {
            let problem = Problem::new(format!("cannot read: {error}")).in_file(path);
            problem.help("see whether `include` in the manifest names it")
        })
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
