//! The commands, one a file.

mod auth_status;
mod completions;
mod office_set;
mod sandbox;

use crate::arguments::{Arguments, Auth, Command, Office};
use crate::exit::Failure;

pub(crate) async fn run(Arguments { command, output }: Arguments) -> Result<(), Failure> {
    match command {
        Command::Office(Office::Set(set)) => office_set::run(*set, output).await,
        Command::Auth(Auth::Status(connection)) => auth_status::run(&connection, output).await,
        Command::Sandbox(arguments) => sandbox::run(&arguments, output).await,
        Command::Completions { shell } => completions::run(shell),
    }
}
