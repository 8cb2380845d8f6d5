//! What a row of a bulk run costs in memory: the benchmark runs itself, since a process's peak never falls.

use std::process::{Command, Stdio};

use tokio::runtime::Runtime;

use crate::planning;
use crate::run::{Input, WHOLE};
use crate::server::Server;

const FEW: u32 = 10_000;

/// Measures runs over few rows and over so many, and prints the peaks.
pub(crate) fn measure(rows: u32) {
    let (few, many) = (peaks_of(FEW), peaks_of(rows));
    println!(
        "{:24} {:>12} {:>12} {:>12}",
        "peak memory, KiB",
        format!("{FEW} rows"),
        format!("{rows} rows"),
        "bytes a row"
    );
    for (run, (few, many)) in ["first run", "second run, all done"].iter().zip(few.into_iter().zip(many)) {
        let bytes = f64::from(many.saturating_sub(few)) * 1024.0 / f64::from(rows - FEW);
        println!("{run:24} {few:>12} {many:>12} {bytes:>12.1}");
    }
}

/// Measures planning, applying and verifying so many rows, and prints the peaks.
pub(crate) fn measure_plans(rows: u32) {
    println!("{:24} {:>12} {:>12} {:>12}", "peak memory, KiB", FEW, rows, "bytes a row");
    for step in planning::STEPS {
        let peak = |rows: u32| output_of(&["--step", step, "--peaks", &rows.to_string()])[0];
        let (few, many) = (peak(FEW), peak(rows));
        let bytes = f64::from(many.saturating_sub(few)) * 1024.0 / f64::from(rows - FEW);
        println!("{step:24} {few:>12} {many:>12} {bytes:>12.1}");
    }
}

/// Makes one step of a plan, and prints the peak.
pub(crate) fn print_peak_of_step(runtime: &Runtime, step: &str, rows: u32) {
    planning::run_step(runtime, step, rows);
    println!("{}", peak());
}

/// The peaks after a run and after another over the same file, of a process that does nothing else.
fn peaks_of(rows: u32) -> Vec<u32> {
    output_of(&["--peaks", &rows.to_string()])
}

/// The peaks that a process prints.
fn output_of(arguments: &[&str]) -> Vec<u32> {
    let program = std::env::current_exe().expect("a process knows its program");
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .expect("the benchmark can be started again");
    let text = String::from_utf8(output.stdout).expect("numbers are text");
    text.lines().map(|line| line.parse().expect("a peak is a number")).collect()
}

/// Makes both runs, and prints the peak after each.
pub(crate) fn print_peaks(runtime: &Runtime, rows: u32) {
    let (server, input) = (Server::start(), Input::new(rows));
    for _ in 0..2 {
        runtime.block_on(input.apply(&server, 0, WHOLE));
        println!("{}", peak());
    }
}

/// The most resident memory so far, in KiB.
fn peak() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says what a process uses");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().strip_suffix("kB"));
    number.and_then(|number| number.trim().parse().ok()).expect("the peak is a number of kB")
}
