//! The program `elements`.

use std::process::ExitCode;

fn main() -> ExitCode {
    elements_cli::run()
}
