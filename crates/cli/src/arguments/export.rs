//! What `office export` takes.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use super::Connection;
use super::rows::RowFormat;
use super::values::{Rate, at_least_one, id_or_name, rate};

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The sheet; no file is replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How it is written [default: ndjson where FILE ends so, otherwise csv].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<RowFormat>,
    /// The customer, by id or by exact name [default: all customers].
    #[arg(long, value_name = "ID|NAME", value_parser = id_or_name)]
    pub(crate) customer: Option<String>,
    /// The tenant of the customer, by id or by exact name [default: all tenants].
    #[arg(long, value_name = "ID|NAME", requires = "customer", value_parser = id_or_name)]
    pub(crate) tenant: Option<String>,
    /// Say nothing of progress.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// How many requests are under way at a time [default: 4].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = at_least_one)]
    pub(crate) concurrency: Option<NonZeroUsize>,
    /// The most requests in a second, a minute or an hour, such as 10/s [default: as many as the service takes].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) rate: Option<Rate>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  # A rehearsal without an account:
  elements office export --out users.csv \\
      --sandbox --sandbox-users examples/directory.ndjson

  # Correct the sheet of one customer, and see what would change:
  elements office export --customer Contoso --out contoso.csv
  elements office plan contoso.csv

Exit codes of this command: 0 every user is in the sheet; 1 some are not, which are named; 2 the flags are invalid, or \
the file exists; 3 authentication; 4 stopped early, run it again to go on.";
