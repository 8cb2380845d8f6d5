//! Arguments of the commands that read users and customers.

use avepoint_elements::{CustomerId, TenantId, UserId, UserKey};
use clap::{Args, Subcommand};

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
    /// The customer, by id or by exact name [default: all customers].
    #[arg(long, value_name = "ID|NAME", value_parser = values::id_or_name)]
    pub(crate) customer: Option<String>,
    /// The tenant of the customer, by id or by exact name [default: all tenants].
    #[arg(long, value_name = "ID|NAME", requires = "customer", value_parser = values::id_or_name)]
    pub(crate) tenant: Option<String>,
    #[command(flatten)]
    pub(crate) connection: Connection,
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
