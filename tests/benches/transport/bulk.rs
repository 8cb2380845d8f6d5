//! Whole bulk runs beside the loops that read and write no file, and beside runs of which a part is left out.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::layers::layer;
use crate::run::{Input, Parts, WHOLE};
use crate::server::Server;

/// The name of a run among the layers.
pub(crate) const NAME: &str = "bulk";

const PARTS: [(&str, Parts); 5] = [
    ("rows from memory", Parts { file: false, journal: false, results: false }),
    ("... and journal", Parts { file: false, journal: true, results: false }),
    ("rows from the file", Parts { file: true, journal: false, results: false }),
    ("... and results", Parts { file: true, journal: false, results: true }),
    ("all", WHOLE),
];

/// Makes one run, and measures nothing.
pub(crate) fn run_once(runtime: &Runtime, server: &Server, rows: u32) {
    let input = Input::new(rows);
    runtime.block_on(input.apply(server, 0, WHOLE));
}

/// Measures so many rounds of runs of which parts are left out, and prints medians of what a row takes.
pub(crate) fn measure_parts(runtime: &Runtime, rows: u32, rounds: usize) {
    let server = Server::start();
    let input = Input::new(rows);
    let mut sdk = layer("sdk", runtime, server.address);
    let mut seen = [const { Vec::new() }; PARTS.len() + 1];
    for round in 0..rounds {
        let start = Instant::now();
        sdk.run(runtime, rows);
        seen[0].push(start.elapsed());
        for ((_, parts), seen) in PARTS.iter().zip(&mut seen[1..]) {
            seen.push(runtime.block_on(input.apply(&server, round, *parts)).1);
            input.forget(round, *parts);
        }
    }
    println!("{rounds} rounds of {rows} rows, medians of microseconds a row");
    for (name, times) in std::iter::once("SDK's loop").chain(PARTS.map(|(name, _)| name)).zip(seen) {
        let micros = times.iter().map(|time| time.as_secs_f64() * 1e6 / f64::from(rows));
        println!("{name:24} {:>10.2}", median(micros.collect()));
    }
}

/// Measures so many rounds of so many rows, and prints medians.
pub(crate) fn measure(runtime: &Runtime, rows: u32, rounds: usize) {
    let server = Server::start();
    let input = Input::new(rows);
    let mut loops = ["reqwest", "sdk"].map(|name| layer(name, runtime, server.address));
    let mut seen = [const { Vec::new() }; 4];
    for round in 0..rounds {
        for (place, layer) in loops.iter_mut().enumerate() {
            let start = Instant::now();
            layer.run(runtime, rows);
            seen[place].push(start.elapsed());
        }
        let (checked, sent) = runtime.block_on(input.apply(&server, round, WHOLE));
        // Pages that were used before are used again: how a machine finds new ones is not what is measured.
        input.forget(round, WHOLE);
        seen[2].push(sent);
        seen[3].push(checked + sent);
    }
    print(&seen, rows);
}

fn print(seen: &[Vec<Duration>; 4], rows: u32) {
    let rounds = seen[0].len();
    println!("{rounds} rounds of {rows} rows, medians");
    println!("{:24} {:>10} {:>14} {:>10}", "loop", "rows/s", "of reqwest's", "of SDK's");
    let names = ["reqwest", "sdk", "bulk, after its check", "bulk, with its check"];
    for (name, layer) in names.iter().zip(seen) {
        let share = |other: &[Duration]| {
            median(other.iter().zip(layer).map(|(other, layer)| other.div_duration_f64(*layer)).collect())
        };
        let speed = median(layer.iter().map(|time| f64::from(rows) / time.as_secs_f64()).collect());
        println!("{name:24} {speed:>10.0} {:>14.3} {:>10.3}", share(&seen[0]), share(&seen[1]));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
