//! Instructions a call: the benchmark runs itself under callgrind.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::names;

/// Measures every layer and prints a table; what callgrind found is left in the directory of temporary files.
///
/// Two lengths are run, and their difference is counted: the start and the end cancel out.
pub(crate) fn measure(calls: u32) {
    println!("instructions a call, from {calls} and {} calls under callgrind", calls * 2);
    for name in names() {
        let (short, long) = (counted(name, calls), counted(name, calls * 2));
        println!("{name:16} {:>10.0}   {}", (long.0 - short.0) / f64::from(calls), long.1.display());
    }
}

/// The instructions of so many calls, and the file with callgrind's findings.
fn counted(layer: &str, calls: u32) -> (f64, PathBuf) {
    let findings = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("callgrind.{layer}.{calls}"));
    let program = std::env::current_exe().expect("a process knows its program");
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", findings.display()))
        .arg(program)
        .args(["--only", layer, "--calls", &calls.to_string()])
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("valgrind is installed").success(), "valgrind failed");
    (total(&findings), findings)
}

fn total(findings: &Path) -> f64 {
    let text = std::fs::read_to_string(findings).expect("callgrind leaves its findings");
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    total.and_then(|total| total.trim().parse().ok()).expect("the findings end with a total")
}
