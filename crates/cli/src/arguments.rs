//! The command line: the one table from which parsing, help and completions derive.

mod command_line;
mod config;
mod connection;
mod hints;
mod lists;
mod plan;
mod rows;
mod sync;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::{CustomerId, OfficeField};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, CommandFactory, Parser, Subcommand};

use crate::failure;
use crate::printer::OutputFormat;
pub(crate) use command_line::{CommandLine, command_line};
pub(crate) use config::{Config, ShowSettings};
pub(crate) use connection::{Connection, Credential};
pub(crate) use hints::add_hints;
pub(crate) use lists::{Customers, Export, GetUser, ListUsers, Tenants, UserIds, Users};
pub(crate) use plan::{Plan, PlanFiles, PlanRows, Show, ShowPages, Undo, Verify};
pub(crate) use rows::{
    Apply, Blank, FileArguments, GuardArguments, Input, Pace, ReadingArguments, RowFormat, RunArguments,
    Status,
};
pub(crate) use sync::{Sync, SyncFiles, SyncRun};
pub(crate) use values::{Rate, Retries, User, at_least_one, duration_text, rate, retries, time};

/// Update the office information of users in customers' tenants through AvePoint Elements.
///
/// An unofficial client. Try everything against the embedded sandbox first: `--sandbox` needs no account.
#[derive(Debug, Parser)]
#[command(name = "elements", version, after_help = failure::HELP, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How results are written to standard output; everything else goes to standard error.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: OutputFormat,
    /// The profile of the configuration file whose settings are used [default: its default-profile]
    /// [env: `ELEMENTS_PROFILE`].
    ///
    /// A flag comes before a variable, and a variable before the profile; `elements config show` says where each setting
    /// comes from.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// When messages have colours; without it, on a terminal, unless `NO_COLOR` is set.
    #[arg(long, global = true, value_enum, default_value_t, hide_default_value = true, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
}

impl Arguments {
    /// The whole command tree.
    pub fn tree() -> clap::Command {
        Self::command()
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The office information of users
    #[command(subcommand)]
    Office(Office),
    /// Users of customers' tenants
    #[command(subcommand)]
    Users(Users),
    /// Customers and their tenants
    #[command(subcommand)]
    Customers(Customers),
    /// The credential and its access tokens
    #[command(subcommand)]
    Auth(Auth),
    /// The configuration file and its profiles
    #[command(subcommand)]
    Config(Config),
    /// Say what works and what does not, and what to do: settings, network, credential, permissions, customers, clock, and
    /// the state of a file
    ///
    /// Nothing is changed. Each line is ok, a warning or a failure. A token is asked for with each permission, and one page of
    /// customers is read.
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor(Box<Doctor>),
    /// Print the JSON Schema of a row of `office apply`
    #[command(after_help = "Example:\n  elements schema > row.schema.json")]
    Schema,
    /// Run the sandbox by itself: the service in a process, for tests and rehearsals
    ///
    /// It keeps what it is sent in memory, checks every request against the contract, and forgets everything
    /// when it ends. It prints its URLs and credentials as environment variables. What it holds is shown at
    /// /sandbox/users and /sandbox/offices, without a token.
    #[command(after_help = SANDBOX_EXAMPLES)]
    Sandbox(Sandbox),
    /// Print completions for a shell, or write them where the shell looks
    #[command(
        after_help = "Examples:\n  elements completions bash --install\n  elements completions zsh > _elements"
    )]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
        /// Write the file where the shell looks, and say what else is to be done. A file that this command did not write is
        /// not replaced.
        #[arg(long)]
        install: bool,
    },
    /// Write manual pages, one for each command
    #[command(
        after_help = "Example:\n  elements man --dir ~/.local/share/man/man1 && man elements-office-plan"
    )]
    Man {
        /// The folder, which is made if it is not there.
        #[arg(long, value_name = "FOLDER")]
        dir: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Office {
    /// Replace the office information of one user
    ///
    /// The whole value is replaced: without --city, the city that the user had may be blanked. White space
    /// around values is dropped, and lengths count Unicode code points. Codes and everyday names of countries,
    /// such as DE and UK, become the service's own names, and what looks wrong gets a warning, as in a file. For
    /// cloud users only: users
    /// synchronised from a local directory cannot be updated this way. Not to be confused with a user's
    /// company, department and location.
    #[command(after_help = SET_EXAMPLES)]
    Set(Box<Set>),
    /// Replace the office information of all users in a file, or apply a plan, and account for every row
    ///
    /// A plan is known by its first line. Each of its users is read: where the planned fields hold their old values, one
    /// update puts the new ones over what was read; where they hold others, nothing is sent.
    ///
    /// Of a file of rows, the whole file is checked first, as by `office check`; nothing is sent while a row is invalid. What was done
    /// is written to a journal beside the file: after a crash, or an interruption, the same command goes on where the
    /// run ended, and rows whose outcome is not known are sent again. Each row gets its result in a file beside the
    /// input. Ctrl-C lets requests under way end and stops; a second one stops at once.
    #[command(after_help = APPLY_EXAMPLES)]
    Apply(Box<Apply>),
    /// Read the users of a plan, and say which of them have what it leads to
    #[command(after_help = plan::VERIFY_EXAMPLES)]
    Verify(Box<Verify>),
    /// Say what would change: find the users of a file, read them, and compare; nothing is changed
    ///
    /// Users are found by id, user principal name, mail address or employee number. The plan holds the old and the new
    /// value of each field that changes; each row gets its result in a file beside it.
    #[command(after_help = plan::PLAN_EXAMPLES)]
    Plan(Box<Plan>),
    /// Plan a file and apply that in one pass, row by row, for a feed of every night
    ///
    /// Each user is read once and compared. What changes is on the disk, in the plan, before its update is sent; the plan is
    /// then shown, verified and taken back as any other. Interrupted, the same command goes on.
    #[command(after_help = sync::EXAMPLES)]
    Sync(Box<Sync>),
    /// Show a plan: what changes, by customer and by field, old values and new ones
    #[command(after_help = plan::SHOW_EXAMPLES)]
    Show(Box<Show>),
    /// Make the plan that takes a plan back: old and new values exchanged
    #[command(after_help = plan::UNDO_EXAMPLES)]
    Undo(Undo),
    /// Write what the service holds of users as a sheet that `office plan` reads
    ///
    /// Each user is read once. A value that a sheet cannot carry, such as one that begins like a formula, stands in it as
    /// #KEEP. Planned at once, the sheet has no change.
    #[command(after_help = lists::EXPORT_EXAMPLES)]
    Export(Box<Export>),
    /// Read a file as `office apply` would, and report every problem; nothing is sent
    ///
    /// Problems that say the same are one message, which names the first lines. With --output json, every problem is listed as
    /// an object.
    #[command(after_help = "Example:\n  elements office check offices.csv --strict-countries")]
    Check(Input),
    /// What the journal says of a file: how many of its rows are done, and how many are not
    ///
    /// A row counts as done where its user has the value that the file has now.
    #[command(after_help = "Example:\n  elements office status offices.csv")]
    Status(Status),
    /// Print an empty file with the columns of `office apply`
    #[command(after_help = "Example:\n  elements office template > offices.csv")]
    Template {
        /// The format.
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: RowFormat,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    /// Obtain an access token for each permission and show which are granted, never a token
    #[command(
        after_help = "Examples:\n  elements auth status\n  elements auth status --sandbox --output json"
    )]
    Status(Box<Connection>),
    /// Keep a client secret from standard input in the system's keyring, for client-secret-keyring
    ///
    /// For a program that was built with the feature `keyring`.
    #[command(after_help = "Example:\n  elements auth store contoso < secret")]
    Store {
        /// The name of the entry; one of that name is replaced.
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// A file of rows or a plan, whose journal, plan and locks are looked at, too.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The journal of FILE, if it is not where `office apply` puts it.
    #[arg(long, value_name = "JOURNAL", requires = "file")]
    pub(crate) journal: Option<PathBuf>,
    /// The results of FILE, if they are not where commands put them: what runs have left of them is looked for.
    #[arg(long, value_name = "RESULTS", requires = "file")]
    pub(crate) results: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    #[command(flatten)]
    pub(crate) user: UserIds,
    #[command(flatten)]
    pub(crate) values: Values,
    /// Send an empty value for a field, on purpose; repeat it for several.
    #[arg(long, value_name = "FIELD", value_parser = field())]
    pub(crate) clear: Vec<OfficeField>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The values; their help texts come from the contract.
#[derive(Debug, Args)]
#[command(next_help_heading = "Office information")]
pub(crate) struct Values {
    #[arg(long, value_name = "TEXT", help = help(OfficeField::PostalCode))]
    pub(crate) postal_code: Option<String>,
    #[arg(long, value_name = "NAME", help = help(OfficeField::CountryRegion))]
    pub(crate) country_region: Option<String>,
    #[arg(long, value_name = "TEXT", help = help(OfficeField::State))]
    pub(crate) state: Option<String>,
    #[arg(long, value_name = "TEXT", help = help(OfficeField::Address))]
    pub(crate) address: Option<String>,
    #[arg(long, value_name = "TEXT", help = help(OfficeField::City))]
    pub(crate) city: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// The address to listen on, of this machine only; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// The id of a customer within the app's reach; repeat it for several [default: every customer].
    #[arg(long = "customer", value_name = "ID", value_parser = values::id::<CustomerId>)]
    pub(crate) customers: Vec<CustomerId>,
    /// A user that exists; repeat it for several [default: every user exists].
    #[arg(long = "user", value_name = "CUSTOMER/TENANT/USER", value_parser = values::user)]
    pub(crate) users: Vec<values::User>,
    /// A file with the users that exist, one JSON object a line [default: every user exists].
    ///
    /// Keys: customerId, customerName, tenantId, tenantName, userId, kind (cloud, hybrid or local), the office fields,
    /// and those that readings show, such as loginName, mail and employeeId. Others are answered with 404.
    #[arg(long = "users", value_name = "FILE", conflicts_with = "users")]
    pub(crate) directory: Option<PathBuf>,
    /// How long an access token is valid, such as 10m.
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = values::time)]
    pub(crate) token_lifetime: Duration,
    #[command(flatten)]
    pub(crate) faults: SandboxFaults,
}

impl Values {
    /// What each field is set to, where it is given.
    pub(crate) fn by_field(self) -> [(OfficeField, Option<String>); 5] {
        [
            (OfficeField::PostalCode, self.postal_code),
            (OfficeField::CountryRegion, self.country_region),
            (OfficeField::State, self.state),
            (OfficeField::Address, self.address),
            (OfficeField::City, self.city),
        ]
    }
}

/// What goes wrong on purpose.
#[derive(Debug, Args)]
#[command(next_help_heading = "Faults of the API")]
pub(crate) struct SandboxFaults {
    /// The most requests in a second, a minute or an hour, such as 50/s; more are answered with 429.
    ///
    /// After a pause, as many may come at once as a tenth of a second brings, at least 1.
    #[arg(long, value_name = "RATE", value_parser = values::rate)]
    pub(crate) rate: Option<values::Rate>,
    /// Leave `Retry-After` out of the replies with 429.
    #[arg(long, requires = "rate")]
    pub(crate) no_retry_after: bool,
    /// The share of requests that fail, such as 5%, and are not carried out.
    #[arg(long, value_name = "SHARE", value_parser = values::share)]
    pub(crate) fail: Option<f64>,
    /// The status that they fail with, from 400 to 599.
    #[arg(long, value_name = "STATUS", default_value_t = 503, requires = "fail",
          value_parser = clap::value_parser!(u16).range(400..=599))]
    pub(crate) fail_status: u16,
    /// How long every reply waits, such as 80ms.
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    pub(crate) latency: Option<Duration>,
    /// The share of requests whose connection is closed without a reply: half of them before they are carried
    /// out, half of them after.
    #[arg(long, value_name = "SHARE", value_parser = values::share)]
    pub(crate) drop: Option<f64>,
    /// The share of requests that are carried out and whose reply breaks off in the middle.
    #[arg(long, value_name = "SHARE", value_parser = values::share)]
    pub(crate) truncate: Option<f64>,
    /// Revoke each access token after so many requests that it was accepted for; later ones are answered with 401.
    ///
    /// A client obtains a new one. With fewer than are under way at a time, some requests may be refused with the
    /// new one as well; a run sends their rows again. With 0, no token is ever accepted.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = values::whole)]
    pub(crate) revoke_after: Option<u64>,
    /// How long it takes until readings show an update, such as 10s, as if it waited for an approval.
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    pub(crate) show_updates_after: Option<Duration>,
    /// How many places the entries of lists move with each page, as if others added users meanwhile (negative: removed).
    #[arg(long, value_name = "NUMBER", default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) shift_pages: i64,
    /// Draw the same faults as an earlier run, which printed this seed [default: random].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = values::whole)]
    pub(crate) seed: Option<u64>,
}

const SET_EXAMPLES: &str = "\
Examples:
  # Without an account, against the embedded sandbox:
  elements office set --sandbox \\
      --customer 966f35cc-0000-4000-8000-25cdbcf82a07 \\
      --tenant 0c7715b3-0000-4000-8000-f3634dcfacec \\
      --user 7c18fd6f-0000-4000-8000-5725fa9edc3f \\
      --postal-code 2121 --country-region Angola --state Luanda --address Dande

  # Against the service, with the secret in a file that only you can read:
  export ELEMENTS_CLIENT_ID=…
  elements office set --client-secret-file ~/.elements-secret \\
      --customer … --tenant … --user … \\
      --postal-code 01067 --country-region Germany --state Saxony \\
      --address 'Theaterplatz 2' --city Dresden";

const APPLY_EXAMPLES: &str = "\
Examples:
  # A rehearsal without an account, against the embedded sandbox:
  elements office apply offices.csv --sandbox

  # For real: ten rows first, then all, at most ten requests a second:
  export ELEMENTS_CLIENT_ID=…
  elements office apply offices.csv --client-secret-file secret --limit 10
  elements office apply offices.csv --client-secret-file secret --rate 10/s

  # Unattended, with a column of another name; one failure in twenty ends it:
  elements office apply offices.csv --yes --map postalCode=PLZ --max-failures 5%

Exit codes of this command: 0 every row is done; 1 some are not, see the results; 2 the input is invalid, or journal \
or results cannot be made, nothing was sent; 3 authentication; 4 stopped early, or another run is at work on the same \
journal, run it again to go on; 130 stopped at once.";

const DOCTOR_EXAMPLES: &str = "\
Examples:
  elements doctor
  elements doctor --profile contoso hr.csv
  elements doctor --output json

Exit codes of this command: 0 there is no failure; 1 there is one; 2 the flags are invalid.";

const SANDBOX_EXAMPLES: &str = "\
Examples:
  elements sandbox --listen 127.0.0.1:4010 > sandbox.env &
  set -a; . ./sandbox.env; set +a
  elements auth status

  # A service on a bad day, the same one every time:
  elements sandbox --rate 50/s --fail 5% --fail-status 500 --latency 80ms \\
      --drop 1% --truncate 1% \\
      --token-lifetime 10m --revoke-after 1000 --seed 7

  # One customer with one user; others are refused with 403 and 404:
  elements sandbox --customer c1 --user c1/t1/u1

  # With the users of a file, and nothing else:
  elements sandbox --users examples/directory.ndjson";

fn help(field: OfficeField) -> String {
    let contract = field.contract();
    let required = if contract.required { "required" } else { "optional" };
    let limit = contract.max_length.map(|limit| format!(", at most {limit} characters"));
    format!("{} [{required}{}]", contract.description, limit.unwrap_or_default())
}

/// A field by its name in JSON or by its flag.
fn field() -> impl TypedValueParser<Value = OfficeField> {
    let names = OfficeField::ALL.map(|field| PossibleValue::new(flag(field)).alias(field.contract().name));
    PossibleValuesParser::new(names).map(|name| {
        let is_meant = |field: &OfficeField| flag(*field) == name || field.contract().name == name;
        OfficeField::ALL.into_iter().find(is_meant).unwrap_or(OfficeField::City)
    })
}

/// The flag of a field: its name in JSON, in the way of flags.
pub(crate) fn flag(field: OfficeField) -> String {
    let name = field.contract().name.chars();
    name.flat_map(|letter| {
        let hyphen = letter.is_ascii_uppercase().then_some('-');
        hyphen.into_iter().chain([letter.to_ascii_lowercase()])
    })
    .collect()
}
