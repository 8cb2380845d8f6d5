//! The program `elements`, as a library for its own tests: nothing here is a stable interface.

#![warn(clippy::print_stderr, clippy::print_stdout, reason = "they panic where nobody listens")]

pub mod arguments;
mod commands;
mod confirm;
mod connection;
mod exit;
mod input;
mod interrupt;
mod output;
mod progress;
mod secrets;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use exit::Failure;

/// Reads the arguments, does what they say, and gives the exit code.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(interruptible(arguments)),
        Err(error) => Err(Failure::from(error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Ctrl-C ends a command wherever it is; only `sandbox` waits for it itself.
async fn interruptible(arguments: Arguments) -> Result<(), Failure> {
    if arguments.waits_for_interrupt() {
        return commands::run(arguments).await;
    }
    tokio::select! {
        outcome = commands::run(arguments) => outcome,
        _ = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
    }
}
