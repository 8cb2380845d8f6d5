//! The program `elements`, as a library for its own tests: nothing here is a stable interface.

#![warn(clippy::print_stderr, clippy::print_stdout, reason = "they panic where the output is closed")]

pub mod arguments;
mod commands;
mod configuration;
mod connection;
mod failure;
mod interrupt;
mod keyring;
mod os;
mod printer;
mod problem_groups;
mod progress;
mod progress_line;
mod rows;
mod sandbox_users;
mod secret_command;
mod secrets;
mod settings;
mod suggestion;
mod table;
mod wrapped;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use clap::Parser;
use clap::error::{ContextValue, ErrorKind};

use arguments::{Arguments, Command, Office, add_hints};
use failure::{Failure, code};
use interrupt::Interrupts;
use printer::{OutputFormat, Printer, one_line};

/// Reads the arguments, does what they say, and gives the exit code.
pub fn run() -> ExitCode {
    // Before they are read as a whole: what is wrong with them has colours, too.
    let color = value_of("--color").and_then(|choice| choice.to_str()?.parse().ok());
    printer::set_color(color.unwrap_or_default());
    let Arguments { command, output, profile, .. } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(error),
    };
    let printer = Printer::new(output);
    match execute(command, profile, printer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(printer),
    }
}

fn execute(command: Command, profile: Option<String>, printer: Printer) -> Result<(), Failure> {
    let interrupts = Interrupts::watch(interrupted(&command), move |meaning| end(meaning, printer))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(commands::run(command, profile, printer, &interrupts))
}

/// What it means to interrupt a command that does not listen itself.
fn interrupted(command: &Command) -> &'static str {
    match command {
        Command::Office(Office::Set(_)) => "interrupted; an update that was under way may have been applied",
        Command::Office(Office::Apply(_)) => "interrupted; the journal has what was done",
        _ => "interrupted",
    }
}

/// Ends the program where it is, also while standard output is blocked.
fn end(meaning: &'static str, printer: Printer) {
    let (sender, reported) = mpsc::channel();
    std::thread::spawn(move || {
        printer::clear_line();
        let _ = Failure::Interrupted(meaning).report(printer);
        let _ = sender.send(());
    });
    let _ = reported.recv_timeout(REPORT_TIMEOUT);
    std::process::exit(code::INTERRUPTED.into());
}

/// How long a program that ends waits for its last line to be taken.
const REPORT_TIMEOUT: Duration = Duration::from_secs(1);

/// Prints the help that was asked for, or what is wrong with arguments, and gives the exit code.
fn refuse(mut error: clap::Error) -> ExitCode {
    add_hints(&mut error);
    let foreign: Vec<_> = error.context().filter_map(|(kind, value)| Some((kind, escaped(value)?))).collect();
    for (kind, value) in foreign {
        error.insert(kind, value);
    }
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !is_help && value_of("--output").is_some_and(|format| format == "json") {
        let message = error.to_string();
        return Failure::usage(message.trim_start_matches("error: ").trim_end())
            .report(Printer::new(OutputFormat::Json));
    }
    // Where that cannot be written, the exit code says it.
    let _ = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The value of a flag among arguments that may not be understood as a whole, as `--flag value` or `--flag=value`; of
/// several the last.
fn value_of(flag: &str) -> Option<OsString> {
    let (mut value, mut is_next) = (None, false);
    for argument in std::env::args_os() {
        if std::mem::take(&mut is_next) {
            value = Some(argument);
        } else if argument == flag {
            is_next = true;
        } else if let Some(text) =
            argument.to_str().and_then(|text| text.strip_prefix(flag)?.strip_prefix('='))
        {
            value = Some(text.into());
        }
    }
    value
}

/// What a message repeats of the arguments, unable to steer a terminal.
fn escaped(value: &ContextValue) -> Option<ContextValue> {
    let escape = |text: &str| one_line(text).into_owned();
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
