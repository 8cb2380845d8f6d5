//! Arguments of the commands that read users and customers: `users`, `customers` and `office export`.

use std::path::PathBuf;

use avepoint_elements::{CustomerId, TenantId, UserId, UserKey};
use clap::{Args, Subcommand};

use super::rows::{Pace, RowFormat};
use super::{Connection, values};

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List the users of a tenant, of all tenants of a customer, or of all customers
    ///
    /// With --output csv or ndjson it is a directory: ids, names, addresses and employee numbers, a line a user. A list
    /// that may lack users is said to be incomplete, and ends with exit code 1.
    #[command(after_help = LIST_EXAMPLES)]
    List(Box<ListUsers>),
    /// Show one user
    #[command(after_help = "Example:\n  elements users get --customer … --tenant … --user … --output json")]
    Get(Box<GetUser>),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Customers {
    /// List the customers within the app's reach, with their tenants
    #[command(
        after_help = "Examples:\n  elements customers list\n  elements customers list --output csv > customers.csv"
    )]
    List(Connection),
}

#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    #[command(flatten)]
    pub(crate) tenants: Tenants,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// Whose users are read.
#[derive(Debug, Args)]
pub(crate) struct Tenants {
    /// The customer, by id or by exact name [default: all customers].
    #[arg(long, value_name = "ID|NAME", value_parser = values::id_or_name)]
    pub(crate) customer: Option<String>,
    /// The tenant of the customer, by id or by exact name [default: all tenants].
    #[arg(long, value_name = "ID|NAME", requires = "customer", value_parser = values::id_or_name)]
    pub(crate) tenant: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct GetUser {
    #[command(flatten)]
    pub(crate) user: UserIds,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The ids of one user.
#[derive(Debug, Args)]
pub(crate) struct UserIds {
    /// The ID of the customer.
    #[arg(long, value_name = "ID", value_parser = values::id::<CustomerId>)]
    pub(crate) customer: CustomerId,
    /// The ID of the customer's tenant.
    #[arg(long, value_name = "ID", value_parser = values::id::<TenantId>)]
    pub(crate) tenant: TenantId,
    /// The ID of the user, as `users list` shows it.
    #[arg(long, value_name = "ID", value_parser = values::id::<UserId>)]
    pub(crate) user: UserId,
}

impl From<UserIds> for UserKey {
    fn from(ids: UserIds) -> Self {
        Self::new(ids.customer, ids.tenant, ids.user)
    }
}

const LIST_EXAMPLES: &str = "\
Examples:
  elements users list --customer Contoso
  elements users list --output ndjson > directory.ndjson
  elements users list --customer f3c95789-ace1-4954-8c5d-6baed2eac902 \\
      --tenant cbf27734-ac10-4525-8b66-402800e03d2c --output csv > directory.csv";

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The sheet; no file is replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How it is written [default: ndjson where FILE ends so, otherwise csv].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<RowFormat>,
    #[command(flatten)]
    pub(crate) tenants: Tenants,
    /// Say nothing of progress.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) pace: Pace,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

pub(crate) const EXPORT_EXAMPLES: &str = "\
Examples:
  # A rehearsal without an account:
  elements office export --out users.csv \\
      --sandbox --sandbox-users examples/directory.ndjson

  # Correct the sheet of one customer, and see what would change:
  elements office export --customer Contoso --out contoso.csv
  elements office plan contoso.csv

Exit codes of this command: 0 every user is in the sheet; 1 some are not, which are named; 2 the flags are invalid, or \
the file exists; 3 authentication; 4 stopped early, run it again to go on.";
