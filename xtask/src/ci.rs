//! What continuous integration runs, in the order in which a failure is cheapest.

mod examples;
mod features;
mod format;
mod second_contract;
mod stability;
mod systems;

use std::path::Path;
use std::time::Instant;

use crate::problem::Result;
use crate::{codegen, manifests, package, steps};

/// A step: its name and what it does.
type Step = (&'static str, fn(&Path) -> Result<()>);

/// What every change must pass; together under ten minutes on two cores, from nothing.
const STEPS: [Step; 8] = [
    ("generated code", codegen::check),
    ("manifests", manifests::check),
    ("format", format::check),
    ("lint", |root| {
        let lint = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
        steps::cargo(root, &lint, &[])
    }),
    ("docs", |root| {
        let docs = ["doc", "--workspace", "--no-deps", "--locked", "--quiet"];
        steps::cargo(root, &docs, &[("RUSTDOCFLAGS", "-D warnings")])
    }),
    // Examples are compiled by the lint and by the tests that run them; to link them again costs ten seconds.
    ("test", |root| {
        let tests = ["test", "--workspace", "--lib", "--bins", "--tests", "--locked"];
        steps::cargo(root, &tests, &[("INSTA_UPDATE", "no")])
    }),
    ("samples of the documentation", |root| {
        steps::cargo(root, &["test", "--workspace", "--doc", "--locked"], &[])
    }),
    ("stability", stability::check),
];

/// What takes longer, and seldom fails where the others pass. A step is a line: add yours.
const LONGER: [Step; 7] = [
    ("second contract", second_contract::check),
    ("features", features::check),
    ("package", package::run),
    ("examples", examples::check),
    ("systems", systems::check),
    // The n-th request decides the moment, not the clock; a hundred kills are as good as many nights.
    ("kills", |root| {
        let kills = ["test", "-p", "avepoint-elements-cli", "--test", "cli", "--locked", "--"];
        let names = ["crash_recovery", "plans::killed"];
        steps::cargo(root, &[&kills[..], &names].concat(), &[("ELEMENTS_TEST_KILLS", "100")])
    }),
    ("bad day", |root| {
        let bad_day = ["test", "-p", "e2e", "--test", "e2e", "--locked", "bad_day"];
        steps::cargo(root, &bad_day, &[("ELEMENTS_TEST_ROWS", "10000")])
    }),
];

/// Runs every check; stops at the first that fails.
pub fn run(root: &Path) -> Result<()> {
    all("ci", &STEPS, root)
}

/// Runs the checks that take longer; stops at the first that fails.
pub fn run_longer(root: &Path) -> Result<()> {
    all("ci --full", &LONGER, root)
}

fn all(task: &str, steps: &[Step], root: &Path) -> Result<()> {
    let start = Instant::now();
    for (name, step) in steps {
        steps::timed(task, name, || step(root))?;
    }
    println!("{task}: everything passed in {} s", start.elapsed().as_secs());
    Ok(())
}
