//! The configuration file: what `config` takes.

use std::num::NonZeroUsize;
use std::time::Duration;

use avepoint_elements_bulk::{Column, CountOrPercent};
use clap::{Args, Subcommand};

use super::Connection;
use super::values::{Rate, at_least_one, mapping, rate, time};

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print the name of the configuration file: `ELEMENTS_CONFIG`, or a file at the platform's place
    #[command(after_help = "Example:\n  elements config path")]
    Path,
    /// List the profiles
    #[command(after_help = "Example:\n  elements config profiles")]
    Profiles,
    /// Say which settings a command has, and where each comes from
    ///
    /// It takes the flags that commands take. A secret is never shown, nor is a URL that may hold a password.
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Box<ShowSettings>),
    /// Set a key of a profile, or the default-profile; the comments of the file stay as they are
    ///
    /// The file and the profile are made if need be. Keys are the names of flags without the hyphens, and columns.NAME
    /// for --map. No key takes a secret.
    #[command(after_help = SET_EXAMPLES)]
    Set {
        /// The key, such as client-id, columns.postalCode or default-profile.
        #[arg(value_name = "KEY")]
        key: String,
        /// The value; of client-secret-command, the program and its arguments.
        #[arg(value_name = "VALUE", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        value: Vec<String>,
    },
    /// Remove a key of a profile, or the default-profile
    #[command(after_help = "Example:\n  elements config unset rate --profile contoso")]
    Unset {
        /// The key, such as client-id, columns.postalCode or default-profile.
        #[arg(value_name = "KEY")]
        key: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ShowSettings {
    #[command(flatten)]
    pub(crate) connection: Connection,
    /// The most requests in a second, a minute or an hour, such as 10/s.
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) rate: Option<Rate>,
    /// How many requests are under way at a time.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = at_least_one)]
    pub(crate) concurrency: Option<NonZeroUsize>,
    /// How long a run waits for a service that is down.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) max_outage: Option<Duration>,
    /// Refuse countries that are not on the service's list.
    #[arg(long)]
    pub(crate) strict_countries: bool,
    /// The most users that a plan may change.
    #[arg(long, value_name = "N|P%", allow_negative_numbers = true)]
    pub(crate) max_changes: Option<CountOrPercent>,
    /// The most rows that may fail.
    #[arg(long, value_name = "N|P%", allow_negative_numbers = true)]
    pub(crate) max_failures: Option<CountOrPercent>,
    /// A column of another name, such as postalCode=PLZ.
    #[arg(long, value_name = "NAME=COLUMN", value_parser = mapping)]
    pub(crate) map: Vec<(Column, String)>,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  elements config show
  elements config show --profile contoso --output json";

const SET_EXAMPLES: &str = "\
Examples:
  elements config set --profile contoso \\
      client-id 0b5f6f1e-0000-4000-8000-5e1c1b0f8a11
  elements config set --profile contoso \\
      client-secret-command pass show elements/contoso
  elements config set --profile contoso columns.postalCode PLZ
  elements config set default-profile contoso";
