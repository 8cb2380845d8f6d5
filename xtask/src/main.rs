//! `cargo xtask`: regenerate, snapshot-check, and run what continuous integration runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::problem::{Problem, Result};
use xtask::{archive, ci, codegen, measure, package, report, snapshots};

/// Development tasks of avepoint-elements.
///
/// Without a task: regenerates everything that is derived from openapi/elements.yaml, compares it with the
/// reviewed snapshots, and says what changed.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
    /// The workspace's root; for tests of the tasks themselves.
    #[arg(long, global = true, hide = true)]
    root: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Task {
    /// Write the generated files.
    Codegen {
        /// Write nothing; fail with a diff where a file is stale.
        #[arg(long)]
        check: bool,
    },
    /// Take the changed snapshots as reviewed.
    Accept,
    /// Run what continuous integration runs: format, lints, generated code, docs and every test.
    Ci {
        /// Run what takes longer, and not the rest: each feature by itself, and the packages.
        #[arg(long)]
        full: bool,
    },
    /// Pack every publishable crate, and test a consumer of what was packed.
    Package,
    /// Pack the program with manual pages, completions and licences into target/archive, with its SHA-256.
    Archive {
        /// The target, such as x86_64-unknown-linux-musl; without it, this machine's.
        #[arg(long)]
        target: Option<String>,
        /// The profile that it is built with.
        #[arg(long, default_value = "release")]
        profile: String,
    },
    /// Measure codegen, and what a consumer of each crate builds (takes minutes, wants an idle machine).
    Measure,
    /// Show the report of a plan in Chromium: screenshots in target/report, and no message in the browser's console.
    Report,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = arguments.root.unwrap_or_else(workspace);
    let outcome = match arguments.task {
        None => regenerate(&root),
        Some(Task::Codegen { check: false }) => codegen::write(&root),
        Some(Task::Codegen { check: true }) => codegen::check(&root),
        Some(Task::Accept) => accept(&root),
        Some(Task::Ci { full: false }) => ci::run(&root),
        Some(Task::Ci { full: true }) => ci::run_longer(&root),
        Some(Task::Package) => package::run(&root),
        Some(Task::Archive { target, profile }) => archive::run(&root, target.as_deref(), &profile),
        Some(Task::Measure) => measure::run(&root),
        Some(Task::Report) => report::run(&root),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Cargo says where this package is; its folder stands in the root.
fn workspace() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    package.and_then(|package| package.parent().map(Path::to_path_buf)).unwrap_or_else(|| ".".into())
}

fn regenerate(root: &Path) -> Result<()> {
    codegen::write(root)?;
    let pending = snapshots::check(root)?;
    for snapshot in &pending {
        print!("{}", snapshots::diff(snapshot)?);
    }
    match pending.len() {
        0 => {
            println!("snapshots: as reviewed; nothing more to do");
            Ok(())
        }
        changed => Err(Problem::new(format!("{changed} snapshots differ from what was reviewed (above)"))
            .help("if that is what you meant, run `cargo xtask accept` and commit the result")),
    }
}

fn accept(root: &Path) -> Result<()> {
    let pending = snapshots::check(root)?.len();
    snapshots::accept(root)?;
    // Without an intent to add, a diff leaves out files that are new.
    let folder = snapshots::FOLDER;
    println!(
        "snapshots: {pending} taken; review them with `git add -N {folder} && git diff {folder}` and commit"
    );
    Ok(())
}
