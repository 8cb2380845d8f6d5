//! Made-up contracts, through the generator and through the compiler: what the real one has not yet must work before it
//! is needed.

use std::path::Path;

use crate::contract::Contract;
use crate::generate::{self, Output};
use crate::problem::{Problem, Result};
use crate::{files, steps};

/// The contracts and the tests of what is generated from them, from the workspace's root.
const SOURCE: &str = "xtask/tests/second_contract";
/// Each contract with the test of it: one that is used, and one that has each kind of what is taken.
const CONTRACTS: [(&str, &str); 2] = [("contract.yaml", "round_trip.rs"), ("kinds.yaml", "all_kinds.rs")];
/// The crates that hold generated code or the contract.
const CRATES: [&str; 3] = ["client", "httpmock", "sandbox"];
/// The package of the test.
const MANIFEST: &str = "\
[package]
name = \"round-trip\"
edition = \"2024\"
publish = false

[dev-dependencies]
avepoint-elements-client = { workspace = true, features = [\"schemars\"] }
avepoint-elements-httpmock.workspace = true
avepoint-elements-sandbox.workspace = true
httpmock.workspace = true
reqwest.workspace = true
serde_json.workspace = true
tokio = { workspace = true, features = [\"macros\", \"rt\"] }
";

/// The members of the workspace in which it is tried.
const MEMBERS: &str =
    "members = [\"crates/client\", \"crates/httpmock\", \"crates/sandbox\", \"round-trip\"]";
const GENERATED: [&str; 4] =
    ["--package", "avepoint-elements-client", "--package", "avepoint-elements-httpmock"];
const TEST: [&str; 5] = ["test", "--offline", "--quiet", "--package", "round-trip"];

/// Generates the crates from each contract in a workspace of its own, lints and documents them, and runs the test, which
/// starts the sandbox.
pub(super) fn check(root: &Path) -> Result<()> {
    CONTRACTS.into_iter().try_for_each(|(contract, test)| compiles(root, contract, test))
}

fn compiles(root: &Path, contract: &str, test: &str) -> Result<()> {
    let folder = root.join("target/second-contract");
    let contract = Contract::load(&root.join(SOURCE), Path::new(contract))?;
    let outputs = generate::all(&contract)?;
    write(root, &folder, &outputs, test).map_err(Problem::writing(&folder))?;
    let run = |start: &[&str], end: &[&str], variables: &[(&str, &str)]| {
        let common = ["--offline", "--quiet", "--all-features"];
        let arguments: Vec<&str> =
            start.iter().chain(&common).chain(&GENERATED).chain(end).copied().collect();
        let variables: Vec<_> = steps::OUTSIDE.iter().chain(variables).copied().collect();
        steps::cargo(&folder, &arguments, &variables)
    };
    run(&["clippy"], &["--", "-D", "warnings"], &[])?;
    run(&["doc", "--no-deps"], &[], &[("RUSTDOCFLAGS", "-D warnings")])?;
    steps::cargo(&folder, &TEST, &steps::OUTSIDE)
}

/// Writes the workspace: what people wrote as it stands here, then what was generated, then the test.
fn write(root: &Path, folder: &Path, outputs: &[Output], test: &str) -> std::io::Result<()> {
    for name in CRATES {
        let (from, to) = (root.join("crates").join(name), folder.join("crates").join(name));
        files::copy(&from.join("src"), &to.join("src"))?;
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
    std::fs::copy(root.join(SOURCE).join(test), tests.join("contract.rs"))?;
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
