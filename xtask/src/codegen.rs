//! The task `codegen`: write what follows from the contract and what packages ship, or check that it is written.

use std::path::Path;
use std::time::Instant;

use crate::contract::Contract;
use crate::files::{self, Stale};
use crate::generate;
use crate::problem::{Problem, Result};

/// Regenerates every file and says which changed.
///
/// # Errors
/// A contract that cannot be read or taken, or a file that cannot be written; then no file has changed.
pub fn write(root: &Path) -> Result<()> {
    let start = Instant::now();
    let stale = stale(root)?;
    files::replace(root, &stale)?;
    for file in &stale {
        println!("codegen: wrote {}", file.path.display());
    }
    println!(
        "codegen: {} of the generated files changed, in {} ms",
        stale.len(),
        start.elapsed().as_millis()
    );
    Ok(())
}

/// Writes nothing; says how each stale file differs, and fails if there is one.
pub fn check(root: &Path) -> Result<()> {
    let start = Instant::now();
    let stale = stale(root)?;
    for file in &stale {
        print!("{}", file.diff());
    }
    if stale.is_empty() {
        println!("codegen: every generated file is current, checked in {} ms", start.elapsed().as_millis());
        return Ok(());
    }
    let names: Vec<_> = stale.iter().map(|file| file.path.display().to_string()).collect();
    Err(Problem::new(format!("generated files are stale: {}", names.join(", ")))
        .help("run `cargo xtask codegen` and commit what it writes"))
}

fn stale(root: &Path) -> Result<Vec<Stale>> {
    let contract = Contract::load(root, Path::new(generate::CONTRACT))?;
    let mut outputs = generate::all(&contract)?;
    outputs.extend(generate::packages(root)?);
    files::stale(root, outputs)
}
