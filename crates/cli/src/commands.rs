//! The commands, one a file: `<noun>/<verb>`. Each takes its settings and a printer.

mod auth {
    pub(super) mod permissions;
    pub(super) mod status;
    pub(super) mod store;
}
mod completions;
mod config;
mod customers {
    pub(super) mod list;
}
mod doctor;
mod man;
mod office {
    pub(super) mod apply;
    pub(super) mod check;
    pub(super) mod export;
    mod partial_sync;
    pub(super) mod plan;
    mod plan_journals;
    pub(super) mod set;
    pub(super) mod show;
    pub(super) mod status;
    pub(super) mod sync;
    pub(super) mod undo;
    pub(super) mod verify;
}
mod sandbox;
mod users {
    pub(super) mod get;
    pub(super) mod list;
    pub(super) mod named_tenants;
}

use avepoint_elements_bulk::{schema, template};

use crate::arguments::{Auth, Command, Customers, GetUser, ListUsers, Office, Set, Status, Users};
use crate::failure::{Failure, code};
use crate::interrupt::Interrupts;
use crate::printer::{OutputFormat, Printer, Report};
use crate::settings::{self, Layers, ShellFolders};

pub(crate) async fn run(
    command: Command,
    profile: Option<String>,
    printer: Printer,
    interrupts: &Interrupts,
) -> Result<(), Failure> {
    refuse_csv(&command, printer)?;
    // Read by the commands that have settings: no other one minds a mistake in it.
    let layers = || Layers::load(profile.clone());
    match command {
        Command::Users(Users::List(list)) => {
            let ListUsers { tenants, connection } = *list;
            users::list::run(&tenants, settings::connection(connection, &layers()?)?, printer).await
        }
        Command::Users(Users::Get(get)) => {
            let GetUser { user, connection } = *get;
            users::get::run(&user.into(), settings::connection(connection, &layers()?)?, printer).await
        }
        Command::Customers(Customers::List(list)) => {
            customers::list::run(settings::connection(list, &layers()?)?, printer).await
        }
        Command::Office(office) => Box::pin(run_office(office, layers, printer, interrupts)).await,
        Command::Config(config) => config::run(settings::config(config, profile)?, printer),
        Command::Doctor(doctor) => doctor::run(settings::doctor(*doctor, profile), printer).await,
        Command::Schema => Ok(printer.print_text(&format!("{:#}\n", schema()))?),
        Command::Auth(Auth::Status(status)) => {
            auth::status::run(settings::connection(*status, &layers()?)?, printer).await
        }
        Command::Auth(Auth::Store { name }) => auth::store::run(&name),
        Command::Sandbox(sandbox) => sandbox::run(settings::sandbox(sandbox)?, printer, interrupts).await,
        Command::Completions { shell, install } => {
            let folders = install.then(ShellFolders::from_variables);
            completions::run(shell, folders.as_ref(), printer)
        }
        Command::Man { dir } => man::run(&dir, printer),
    }
}

async fn run_office(
    office: Office,
    layers: impl Fn() -> Result<Layers, Failure>,
    printer: Printer,
    interrupts: &Interrupts,
) -> Result<(), Failure> {
    match office {
        Office::Set(set) => {
            let Set { user, values, clear, connection } = *set;
            let connection = settings::connection(connection, &layers()?)?;
            office::set::run(user.into(), values.by_field(), &clear, connection, printer).await
        }
        Office::Apply(apply) => {
            office::apply::run(settings::apply(*apply, &layers()?)?, printer, interrupts).await
        }
        Office::Plan(plan) => {
            office::plan::run(settings::plan(*plan, &layers()?)?, printer, interrupts).await
        }
        Office::Sync(sync) => {
            office::sync::run(settings::sync(*sync, &layers()?)?, printer, interrupts).await
        }
        Office::Export(export) => {
            office::export::run(settings::export(*export, &layers()?)?, printer, interrupts).await
        }
        Office::Show(show) => office::show::run(&settings::show(*show)?, printer),
        Office::Undo(undo) => office::undo::run(&settings::undo(undo)?, printer),
        Office::Verify(verify) => {
            office::verify::run(settings::verify(*verify, &layers()?)?, printer, interrupts).await
        }
        Office::Check(input) => office::check::run(&settings::input(input, &layers()?)?, printer),
        Office::Status(Status { input, journal, shard }) => {
            office::status::run(&settings::input(input, &layers()?)?, journal.as_deref(), shard, printer)
        }
        Office::Template { format } => Ok(printer.print_text(&template(format.into()))?),
    }
}

/// CSV is for what has columns.
fn refuse_csv(command: &Command, printer: Printer) -> Result<(), Failure> {
    let has_columns = matches!(
        command,
        Command::Users(_)
            | Command::Customers(_)
            | Command::Config(_)
            | Command::Office(Office::Show(_) | Office::Verify(_))
    );
    if printer.format() == OutputFormat::Csv && !has_columns {
        return Err(Failure::usage(
            "--output csv is for `users`, `customers`, `config`, `office show` and `office verify`; use text or json",
        ));
    }
    Ok(())
}

/// Writes the report of what was done, and gives how that ended: whether the report could be written counts less.
fn conclude(printer: Printer, report: &impl Report, verdict: Result<(), Failure>) -> Result<(), Failure> {
    let written = printer.print(report);
    verdict?;
    Ok(written?)
}

/// The failure of a list that was printed and may lack entries.
fn incomplete(problem: Option<String>) -> Result<(), Failure> {
    problem.map_or(Ok(()), |message| Err(Failure::Reported { code: code::FAILED, message }))
}
