//! What a call costs through each layer, from a bare HTTP connection up to the SDK. See `docs/benchmarks.md`.

mod bulk;
mod instructions;
mod layers;
mod memory;
mod planning;
mod reading;
mod rounds;
mod run;
mod sample;
mod server;
mod speed;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use tokio::runtime::Runtime;

#[derive(Parser)]
struct Arguments {
    /// Calls through a layer in a round, or of the shorter run where instructions are counted.
    #[arg(long, value_parser = clap::value_parser!(u32).range(32..1_000_000_000))]
    calls: Option<u32>,
    /// Rounds of the layers.
    #[arg(long, default_value = "101", value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Makes calls through one layer, a bulk run or a plan, and measures nothing: for callgrind and other observers.
    #[arg(long, value_name = "LAYER", value_parser = PossibleValuesParser::new(names()))]
    only: Option<String>,
    /// Counts instructions by `valgrind` in place of calls a second.
    #[arg(long)]
    instructions: bool,
    /// Measures whole bulk runs of so many rows from a CSV file, beside loops of as many calls.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(32..1_000_000_000))]
    bulk: Option<u32>,
    /// Measures listing and reading so many users, beside a plain loop over reqwest.
    #[arg(long, value_name = "USERS", value_parser = clap::value_parser!(u32).range(100..100_000_001))]
    reading: Option<u32>,
    /// Measures planning so many rows, of which a tenth changes, and applying that, beside a plain loop over reqwest.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(320..1_000_000_000))]
    planning: Option<u32>,
    /// Measures syncing so many rows, of which a tenth changes, beside planning them and applying that.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(320..1_000_000_000))]
    sync: Option<u32>,
    /// Measures bulk runs of so many rows of which parts are left out.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(32..1_000_000_000))]
    parts: Option<u32>,
    /// Measures the memory of bulk runs over so many rows, beside runs over ten thousand.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(20_000..1_000_000_000))]
    memory: Option<u32>,
    /// Measures the memory of planning, applying and verifying so many rows, beside ten thousand.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(20_000..1_000_000_000))]
    plan_memory: Option<u32>,
    /// Makes one step of a plan in place of bulk runs.
    #[arg(long, hide = true, requires = "peaks")]
    step: Option<String>,
    /// Makes two bulk runs over so many rows, and prints the peak of memory after each.
    #[arg(long, hide = true)]
    peaks: Option<u32>,
    /// Serves, as the benchmark's other end.
    #[arg(long, hide = true)]
    server: bool,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    if arguments.server {
        return server::serve(arguments.reading.unwrap_or(0));
    }
    if arguments.instructions {
        return instructions::measure(arguments.calls.unwrap_or(2_000));
    }
    if let Some(rows) = arguments.memory {
        return memory::measure(rows);
    }
    if let Some(rows) = arguments.plan_memory {
        return memory::measure_plans(rows);
    }
    let calls = arguments.calls.unwrap_or(4_000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be made");
    if let Some(rows) = arguments.bulk {
        return bulk::measure(&runtime, rows, arguments.rounds.into());
    }
    if let Some(users) = arguments.reading {
        return reading::measure(&runtime, users, arguments.rounds.into());
    }
    if let Some(rows) = arguments.planning {
        return planning::measure(&runtime, rows, arguments.rounds.into());
    }
    if let Some(rows) = arguments.sync {
        return planning::measure_sync(&runtime, rows, arguments.rounds.into());
    }
    if let Some(rows) = arguments.parts {
        return bulk::measure_parts(&runtime, rows, arguments.rounds.into());
    }
    if let (Some(rows), Some(step)) = (arguments.peaks, &arguments.step) {
        return memory::print_peak_of_step(&runtime, step, rows);
    }
    if let Some(rows) = arguments.peaks {
        return memory::print_peaks(&runtime, rows);
    }
    match arguments.only {
        Some(name) => run_once(&name, &runtime, calls),
        None => speed::measure(&runtime, calls, arguments.rounds.into()),
    }
}

/// Everything that can be run by itself.
fn names() -> impl Iterator<Item = &'static str> {
    layers::NAMES.into_iter().chain(reading::NAMES).chain([bulk::NAME, planning::NAME])
}

fn run_once(name: &str, runtime: &Runtime, calls: u32) {
    let server = server::Server::start();
    match name {
        bulk::NAME => bulk::run_once(runtime, &server, calls),
        planning::NAME => planning::run_once(runtime, &server, calls),
        name if reading::NAMES.contains(&name) => reading::readings(name, server.address).run(runtime, calls),
        layer => layers::layer(layer, runtime, server.address).run(runtime, calls),
    }
}
