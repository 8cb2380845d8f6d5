//! What continuous integration runs, in the order in which a failure is cheapest.

use std::path::Path;
use std::time::Instant;

use crate::problem::{Problem, Result};
use crate::{cargo, codegen};

/// A step that is a call of cargo: its name, its arguments, and one variable of its environment.
type Step = (&'static str, &'static [&'static str], Option<(&'static str, &'static str)>);

const STEPS: [Step; 4] = [
    ("format", &["fmt", "--all", "--check"], None),
    ("lint", &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], None),
    (
        "docs",
        &["doc", "--workspace", "--no-deps", "--locked", "--quiet"],
        Some(("RUSTDOCFLAGS", "-D warnings")),
    ),
    ("test", &["test", "--workspace", "--locked"], Some(("INSTA_UPDATE", "no"))),
];

/// Runs every check; stops at the first that fails.
///
/// # Errors
/// The check that failed, with the command that repeats it.
pub fn run(root: &Path) -> Result<()> {
    let start = Instant::now();
    timed("generated code", || codegen::check(root))?;
    for step in &STEPS {
        timed(step.0, || call(root, step))?;
    }
    println!("ci: everything passed in {} s", start.elapsed().as_secs());
    Ok(())
}

fn timed(name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("ci: {name}");
    let start = Instant::now();
    step()?;
    println!("ci: {name} passed in {} s", start.elapsed().as_secs());
    Ok(())
}

fn call(root: &Path, (name, arguments, variable): &Step) -> Result<()> {
    let status = cargo(root).args(*arguments).envs(*variable).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => {
            let variable = variable.map(|(key, value)| format!("{key}='{value}' ")).unwrap_or_default();
            Err(Problem::new(format!("`{name}` failed"))
                .help(format!("to repeat it: {variable}cargo {}", arguments.join(" "))))
        }
        Err(error) => Err(Problem::new(format!("cannot start cargo: {error}"))),
    }
}
