//! The command line: the one table from which parsing, help and completions derive.

use std::net::SocketAddr;
use std::path::PathBuf;

use avepoint_elements::{CustomerId, Environment, OfficeField, TenantId, UserId};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::exit;

/// Update the office information of users in customers' tenants through AvePoint Elements.
///
/// An unofficial client. Try everything against the embedded sandbox first: `--sandbox` needs no account.
#[derive(Debug, Parser)]
#[command(name = "elements", version, after_help = exit::HELP, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How results are written to standard output; everything else goes to standard error.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,
}

impl Arguments {
    /// The whole command tree.
    pub fn tree() -> clap::Command {
        Self::command()
    }

    pub(crate) fn waits_for_interrupt(&self) -> bool {
        matches!(self.command, Command::Sandbox(_))
    }
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The office information of users
    #[command(subcommand)]
    Office(Office),
    /// The credential and its access token
    #[command(subcommand)]
    Auth(Auth),
    /// Run the sandbox by itself: the service in a process, for tests and rehearsals
    ///
    /// It keeps what it is sent in memory, checks every request against the contract, and forgets everything
    /// when it ends. It prints its URLs and credentials as environment variables.
    #[command(after_help = SANDBOX_EXAMPLES)]
    Sandbox(Sandbox),
    /// Print completions for a shell
    #[command(
        after_help = "Example:\n  elements completions bash > ~/.local/share/bash-completion/completions/elements"
    )]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Office {
    /// Replace the office information of one user
    ///
    /// The whole value is replaced: without --city, the city that the user had may be blanked. White space
    /// around values is dropped, and lengths count Unicode code points. For cloud users only: users
    /// synchronised from a local directory cannot be updated this way. Not to be confused with a user's
    /// company, department and location.
    #[command(after_help = SET_EXAMPLES)]
    Set(Box<Set>),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    /// Obtain an access token and show what it is good for, never the token
    #[command(
        after_help = "Examples:\n  elements auth status\n  elements auth status --sandbox --output json"
    )]
    Status(Connection),
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The ID of the customer.
    #[arg(long, value_name = "ID")]
    pub(crate) customer: CustomerId,
    /// The ID of the customer's tenant.
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: TenantId,
    /// The ID of the user.
    #[arg(long, value_name = "ID")]
    pub(crate) user: UserId,
    #[command(flatten)]
    pub(crate) values: Values,
    /// Send an empty value for a field, on purpose; repeat it for several.
    #[arg(long, value_name = "FIELD", value_parser = field)]
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

/// Where to, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Use an embedded sandbox in place of the service; URLs and credentials are then its own.
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// The environment, which brings its URLs.
    #[arg(long, env = "ELEMENTS_ENVIRONMENT", hide_env_values = true, value_name = "NAME",
          default_value_t, value_parser = environment())]
    pub(crate) environment: Environment,
    /// A base URL in place of the environment's; plain http for this machine only.
    #[arg(long, env = "ELEMENTS_BASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// A token URL in place of the environment's.
    #[arg(long, env = "ELEMENTS_TOKEN_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) token_url: Option<String>,
    /// The client id of the app registration.
    #[arg(long, env = "ELEMENTS_CLIENT_ID", hide_env_values = true, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// A file with the client secret, `-` for standard input; or set `ELEMENTS_CLIENT_SECRET`.
    ///
    /// Secrets are never given as arguments, which other users of a machine can see. In place of a client id
    /// with its secret, `ELEMENTS_ACCESS_TOKEN` may hold an access token.
    #[arg(long, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// The address to listen on, of this machine only; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
}

const SET_EXAMPLES: &str = "\
Examples:
  # Without an account, against the embedded sandbox:
  elements office set --sandbox --customer 966f35cc-0000-4000-8000-25cdbcf82a07 \\
      --tenant 0c7715b3-0000-4000-8000-f3634dcfacec --user 7c18fd6f-0000-4000-8000-5725fa9edc3f \\
      --postal-code 2121 --country-region Angola --state Luanda --address Dande

  # Against the service, with the secret in a file that only you can read:
  export ELEMENTS_CLIENT_ID=…
  elements office set --client-secret-file ~/.elements-secret \\
      --customer … --tenant … --user … --postal-code 01067 --country-region Germany \\
      --state Saxony --address 'Theaterplatz 2' --city Dresden";

const SANDBOX_EXAMPLES: &str = "\
Example:
  elements sandbox --listen 127.0.0.1:4010 > sandbox.env &
  set -a; . ./sandbox.env; set +a
  elements auth status";

fn help(field: OfficeField) -> String {
    let contract = field.contract();
    let limit = contract.max_length.map(|limit| format!(" [at most {limit} characters]"));
    format!("{}{}", contract.description, limit.unwrap_or_default())
}

/// A field by its name in JSON, in any case.
fn field(name: &str) -> Result<OfficeField, String> {
    let known = OfficeField::ALL.into_iter().find(|field| field.contract().name.eq_ignore_ascii_case(name));
    known.ok_or_else(|| {
        let names = OfficeField::ALL.map(|field| field.contract().name);
        format!("no such field; known are {}", names.join(", "))
    })
}

fn environment() -> impl clap::builder::TypedValueParser<Value = Environment> {
    use clap::builder::TypedValueParser;
    let names = Environment::ALL.iter().map(|environment| environment.name());
    clap::builder::PossibleValuesParser::new(names).try_map(|name| name.parse::<Environment>())
}
