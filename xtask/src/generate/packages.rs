//! What every package holds beside its code, since a package cannot reach outside its folder: the licences,
//! the list of changes, and a README made from the crate's own documentation.

use std::path::Path;

use super::{Output, readme};
use crate::files;
use crate::problem::{Problem, Result};

/// The folder whose every member is a package.
const CRATES: &str = "crates";
/// Files of the root that each package ships as they are.
pub(crate) const COPIED: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"];

/// The files of every package under `crates`, from what stands in the root and in the code.
pub(crate) fn packages(root: &Path) -> Result<Vec<Output>> {
    let mut outputs = Vec::new();
    for package in files::packages_in(root, CRATES)? {
        for file in COPIED {
            outputs.push(Output { path: package.join(file), text: read(root, Path::new(file))? });
        }
        outputs.push(readme(root, &package)?);
    }
    Ok(outputs)
}

/// A program introduces itself in its `main.rs`, a library in its `lib.rs`.
fn readme(root: &Path, package: &Path) -> Result<Output> {
    let main = package.join("src/main.rs");
    let source = if root.join(&main).exists() { main } else { package.join("src/lib.rs") };
    let manifest = read(root, &package.join("Cargo.toml"))?;
    let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let text = readme::of(name.unwrap_or_default(), &read(root, &source)?);
    let missing = || {
        Problem::new("no documentation of the crate to make its README from")
            .in_file(&source)
            .help("begin the file with `//!` lines that say what it is for")
    };
    Ok(Output { path: package.join("README.md"), text: text.ok_or_else(missing)? })
}

fn read(root: &Path, file: &Path) -> Result<String> {
    std::fs::read_to_string(root.join(file)).map_err(Problem::reading(file))
}
