//! The commands, one a file.

mod auth_status;
mod completions;
mod office_apply;
mod office_check;
mod office_set;
mod office_status;
mod office_template;
mod sandbox;

use crate::arguments::{Arguments, Auth, Command, Office};
use crate::exit::Failure;

pub(crate) async fn run(Arguments { command, output }: Arguments) -> Result<(), Failure> {
    match command {
        Command::Office(Office::Set(set)) => office_set::run(*set, output).await,
        Command::Office(Office::Apply(apply)) => office_apply::run(*apply, output).await,
        Command::Office(Office::Check(check)) => office_check::run(&check, output),
        Command::Office(Office::Status(status)) => office_status::run(&status, output),
        Command::Office(Office::Template(template)) => office_template::template_of(&template),
        Command::Schema => office_template::schema_of_row(),
        Command::Auth(Auth::Status(connection)) => auth_status::run(&connection, output).await,
        Command::Sandbox(arguments) => sandbox::run(&arguments, output).await,
        Command::Completions { shell } => completions::run(shell),
    }
}
