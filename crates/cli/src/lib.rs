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

use avepoint_elements::terminal;
use clap::Parser;
use clap::error::ContextValue;

use arguments::Arguments;
use exit::Failure;

/// Reads the arguments, does what they say, and gives the exit code.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(error),
    };
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

/// Prints the help that was asked for, or what is wrong with arguments, and gives the exit code.
fn refuse(mut error: clap::Error) -> ExitCode {
    let foreign: Vec<_> = error.context().filter_map(|(kind, value)| Some((kind, escaped(value)?))).collect();
    for (kind, value) in foreign {
        error.insert(kind, value);
    }
    // Nobody may be listening there, which changes nothing.
    let _ = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// What a message repeats of the arguments, unable to steer a terminal.
fn escaped(value: &ContextValue) -> Option<ContextValue> {
    let escape = |text: &str| terminal::escape(text).into_owned();
    Some(match value {
        ContextValue::String(text) => ContextValue::String(escape(text)),
        ContextValue::Strings(texts) => {
            ContextValue::Strings(texts.iter().map(|text| escape(text)).collect())
        }
        ContextValue::StyledStrs(texts) => {
            ContextValue::StyledStrs(texts.iter().map(|text| escape(&text.to_string()).into()).collect())
        }
        _ => return None,
    })
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
