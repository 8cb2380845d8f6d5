//! A made-up contract, through the generator and through the compiler: what the real one has not yet must
//! work before it is needed.

use std::path::Path;

use crate::contract::Contract;
use crate::generate::{self, Output};
use crate::problem::{Problem, Result};
use crate::steps;

/// The contract and the test of what is generated from it, from the workspace's root.
const SOURCE: &str = "xtask/tests/second_contract";
/// The crates that hold generated code.
const CRATES: [&str; 2] = ["client", "httpmock"];
/// The package of the test.
const MANIFEST: &str = "\
[package]
name = \"round-trip\"
edition = \"2024\"
publish = false

[dev-dependencies]
avepoint-elements-client = { workspace = true, features = [\"schemars\"] }
avepoint-elements-httpmock.workspace = true
httpmock.workspace = true
reqwest.workspace = true
serde_json.workspace = true
tokio = { workspace = true, features = [\"macros\", \"rt\"] }
";

/// The members of the workspace in which it is tried.
const MEMBERS: &str = "members = [\"crates/client\", \"crates/httpmock\", \"round-trip\"]";
const LINT: [&str; 11] = [
    "clippy",
    "--offline",
    "--quiet",
    "--all-features",
    "--package",
    "avepoint-elements-client",
    "--package",
    "avepoint-elements-httpmock",
    "--",
    "-D",
    "warnings",
];
const TEST: [&str; 5] = ["test", "--offline", "--quiet", "--package", "round-trip"];

/// Generates both crates from the made-up contract in a workspace of their own, lints them and runs the test.
pub(super) fn check(root: &Path) -> Result<()> {
    let folder = root.join("target/second-contract");
    let contract = Contract::load(&root.join(SOURCE), Path::new("contract.yaml"))?;
    let outputs = generate::all(&contract)?;
    write(root, &folder, &outputs)
        .map_err(|error| Problem::new(format!("cannot be written: {error}")).in_file(&folder))?;
    steps::cargo(&folder, &LINT, &steps::OUTSIDE)?;
    steps::cargo(&folder, &TEST, &steps::OUTSIDE)
}

/// Writes the workspace: what people wrote as it stands here, then what was generated, then the test.
fn write(root: &Path, folder: &Path, outputs: &[Output]) -> std::io::Result<()> {
    for name in CRATES {
        let (from, to) = (root.join("crates").join(name), folder.join("crates").join(name));
        copy(&from.join("src"), &to.join("src"))?;
        let manifest = std::fs::read_to_string(from.join("Cargo.toml"))?;
        std::fs::write(to.join("Cargo.toml"), without_tests(&manifest))?;
    }
    for output in outputs {
        let path = folder.join(&output.path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, &output.text)?;
    }
    let tests = folder.join("round-trip/tests");
    std::fs::create_dir_all(&tests)?;
    std::fs::copy(root.join(SOURCE).join("round_trip.rs"), tests.join("round_trip.rs"))?;
    std::fs::write(folder.join("round-trip/Cargo.toml"), MANIFEST)?;
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let manifest = std::fs::read_to_string(root.join("Cargo.toml"))?;
    std::fs::write(folder.join("Cargo.toml"), with_members(&manifest))
}

/// The workspace's manifest with other members.
fn with_members(manifest: &str) -> String {
    let lines = manifest.lines().filter(|line| !line.starts_with("default-members"));
    let lines = lines.map(|line| if line.starts_with("members = ") { MEMBERS } else { line });
    joined(lines)
}

/// A manifest without what only the crate's own tests need: they are about the real contract.
fn without_tests(manifest: &str) -> String {
    let mut kept = true;
    let lines = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            kept = *line != "[dev-dependencies]";
        }
        kept
    });
    joined(lines)
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
