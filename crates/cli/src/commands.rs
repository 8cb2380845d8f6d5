//! The commands, one a file: `<noun>/<verb>`. Each takes its settings and a printer.

mod auth {
    pub(super) mod status;
}
mod completions;
mod office {
    pub(super) mod apply;
    pub(super) mod check;
    pub(super) mod set;
    pub(super) mod status;
    pub(super) mod template;
}
mod sandbox;

use avepoint_elements_bulk::schema;

use crate::arguments::{Auth, Command, Office};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::printer::Printer;
use crate::settings;

pub(crate) async fn run(command: Command, printer: Printer, interrupts: &Interrupts) -> Result<(), Failure> {
    match command {
        Command::Office(office) => run_office(office, printer, interrupts).await,
        Command::Schema => Ok(printer.print_text(&format!("{:#}\n", schema()))?),
        Command::Auth(Auth::Status(status)) => {
            auth::status::run(settings::connection(status)?, printer).await
        }
        Command::Sandbox(sandbox) => sandbox::run(settings::sandbox(sandbox)?, printer, interrupts).await,
        Command::Completions { shell } => completions::run(shell, printer),
    }
}

async fn run_office(office: Office, printer: Printer, interrupts: &Interrupts) -> Result<(), Failure> {
    match office {
        Office::Set(set) => office::set::run(settings::set(*set)?, printer).await,
        Office::Apply(apply) => office::apply::run(settings::apply(*apply)?, printer, interrupts).await,
        Office::Check(check) => office::check::run(&settings::input(check.input), printer),
        Office::Status(status) => office::status::run(&settings::status(status), printer),
        Office::Template(template) => office::template::run(template.format.into(), printer),
    }
}
