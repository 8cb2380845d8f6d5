//! The program as its users run it, against a sandbox.
//!
//! A new test goes into the file of its command; what holds for every command goes into `exit_codes.rs` or `terminal.rs`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod apply;
mod changed_files;
mod config;
mod crash_recovery;
mod credentials;
mod directory;
mod doctor;
mod exit_codes;
mod export;
mod files;
mod list_outages;
mod messages;
mod network;
mod plan;
mod planning;
mod plans;
mod reading;
mod report;
mod rows;
mod sandbox;
mod secret_commands;
mod set;
#[cfg(unix)]
mod shared_folders;
#[cfg(unix)]
mod shells;
#[cfg(unix)]
mod shown_commands;
mod spreadsheets;
mod status;
mod sync;
mod terminal;

use std::process::{Child, Command, Output, Stdio};

use avepoint_elements_sandbox::Sandbox;

const USER: [&str; 6] = ["--customer", "c1", "--tenant", "t1", "--user", "u1"];

const VALUES: [&str; 8] =
    ["--postal-code", "2121", "--country-region", " Angola", "--state", "Luanda", "--address", "Dande"];

/// The program, with nothing of this process's environment, and no home.
fn elements() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_elements"));
    command.env_clear().env("HOME", "/nonexistent").env("ELEMENTS_RETRIES", "0");
    command
}

fn set() -> Command {
    let mut command = elements();
    command.args(["office", "set"]).args(USER).args(VALUES);
    command
}

/// Points a command at a sandbox, with the sandbox's credential.
fn at<'a>(command: &'a mut Command, sandbox: &Sandbox) -> &'a mut Command {
    command
        .env("ELEMENTS_BASE_URL", sandbox.base_url())
        .env("ELEMENTS_TOKEN_URL", sandbox.token_url())
        .env("ELEMENTS_CLIENT_ID", sandbox.client_id())
        .env("ELEMENTS_CLIENT_SECRET", sandbox.client_secret())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a command, asserts its exit code, and gives standard output and standard error.
fn run(command: &mut Command, code: i32) -> (String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (stdout, stderr) = (text(&stdout), text(&stderr));
    assert_eq!(status.code(), Some(code), "{stdout}{stderr}");
    (stdout, stderr)
}

fn piped(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::piped()).stderr(Stdio::piped())
}

fn interrupt(child: &Child) {
    signal(child, "-INT");
}

fn signal(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// A command, run by another program that is named with its own arguments.
fn by(program: &[&str], command: &Command) -> Command {
    let mut by = Command::new(program[0]);
    by.args(&program[1..]).arg(command.get_program()).args(command.get_args()).env_clear();
    by.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
    by
}
