//! What the crates cost their users: time to build from nothing, and crates to build.

use std::cmp::Ordering;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::contract::Contract;
use crate::generate;
use crate::problem::{Problem, Result};

/// How often each is measured; the machine is shared, so the median is what counts.
const ROUNDS: usize = 3;
const CODEGEN_ROUNDS: usize = 21;

/// A consumer: its name and its dependencies.
struct Consumer {
    name: &'static str,
    dependencies: String,
}

/// Measures in rounds, each consumer once a round, and prints a table.
pub fn run(root: &Path) -> Result<()> {
    println!("codegen, median of {CODEGEN_ROUNDS}: {} ms", codegen(root)?.as_millis());
    let folder = TempDir::new().map_err(|error| Problem::new(format!("no temporary folder: {error}")))?;
    let consumers = consumers(root);
    let mut times = vec![Vec::new(); consumers.len()];
    for round in 1..=ROUNDS {
        for (consumer, times) in consumers.iter().zip(&mut times) {
            times.push(build(&project(root, folder.path(), consumer)?)?);
            println!(
                "round {round} of {ROUNDS}: {} in {:.1} s",
                consumer.name,
                times[round - 1].as_secs_f64()
            );
        }
    }
    print!("{}", table(folder.path(), &consumers, &times)?);
    Ok(())
}

fn consumers(root: &Path) -> [Consumer; 3] {
    let serde = "serde = { version = \"1\", features = [\"derive\"] }\n";
    let path = |name: &str, folder: &str| {
        format!("{name} = {{ path = '{}' }}\n", root.join("crates").join(folder).display())
    };
    let reqwest = "reqwest = { version = \"0.13\", default-features = false, \
                   features = [\"json\", \"query\", \"stream\", \"rustls\"] }\n";
    [
        Consumer { name: "reqwest", dependencies: format!("{serde}{reqwest}") },
        Consumer { name: "client", dependencies: path("avepoint-elements-client", "client") },
        Consumer { name: "sdk", dependencies: path("avepoint-elements", "sdk") },
    ]
}

/// Writes the consumer's package, with the workspace's lock file: all build the same versions.
fn project(root: &Path, folder: &Path, consumer: &Consumer) -> Result<PathBuf> {
    let project = folder.join(consumer.name);
    let Consumer { name, dependencies } = consumer;
    let manifest = format!(
        "[package]\nname = \"consumer-of-{name}\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n[workspace]\n"
    );
    let write = || {
        std::fs::create_dir_all(project.join("src"))?;
        std::fs::write(project.join("src/main.rs"), "fn main() {}\n")?;
        std::fs::write(project.join("Cargo.toml"), manifest)?;
        std::fs::copy(root.join("Cargo.lock"), project.join("Cargo.lock"))
    };
    write().map_err(Problem::writing(&project))?;
    Ok(project)
}

/// Builds from nothing.
fn build(project: &Path) -> Result<Duration> {
    let target = project.join("target");
    if target.exists() {
        std::fs::remove_dir_all(&target).map_err(Problem::writing(&target))?;
    }
    let start = Instant::now();
    cargo(project, &["build", "--quiet"])?;
    Ok(start.elapsed())
}

fn cargo(project: &Path, arguments: &[&str]) -> Result<String> {
    let output =
        crate::cargo(project).args(arguments).env("CARGO_TARGET_DIR", project.join("target")).output();
    let output = output.map_err(Problem::starting("cargo"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Problem::new(format!("a consumer does not build:\n{}", String::from_utf8_lossy(&output.stderr))))
}

/// The crates that a consumer builds, itself left out.
fn crates(project: &Path) -> Result<usize> {
    let tree = cargo(project, &["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])?;
    let mut crates: Vec<_> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.sort_unstable();
    crates.dedup();
    Ok(crates.len() - 1)
}

/// The ratio is the median of the rounds' ratios: what slows a whole round down does not change it.
fn table(folder: &Path, consumers: &[Consumer], times: &[Vec<Duration>]) -> Result<String> {
    let mut table = String::from("| consumer of | cold build, s | ratio | crates |\n|---|---|---|---|\n");
    for (consumer, own) in consumers.iter().zip(times) {
        let ratios = own.iter().zip(&times[0]).map(|(own, first)| own.div_duration_f64(*first)).collect();
        let (seconds, ratio) = (median(own.clone()).as_secs_f64(), median(ratios));
        let crates = crates(&folder.join(consumer.name))?;
        // Writing to a text cannot fail.
        let _ = writeln!(table, "| {} | {seconds:.1} | {ratio:.2} | {crates} |", consumer.name);
    }
    Ok(table)
}

fn codegen(root: &Path) -> Result<Duration> {
    let times = (0..CODEGEN_ROUNDS).map(|_| {
        let start = Instant::now();
        generate::all(&Contract::load(root, Path::new(generate::CONTRACT))?)?;
        Ok(start.elapsed())
    });
    Ok(median(times.collect::<Result<_>>()?))
}

fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> T {
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(Ordering::Equal));
    values[values.len() / 2]
}
