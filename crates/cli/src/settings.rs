//! Settings: what arguments and variables come to, resolved once. Commands know values, and no flags.

mod config;
mod connection;
mod doctor;
mod export;
mod files;
pub(crate) mod keys;
mod layers;
mod plan;
mod run;
mod sandbox;
mod shell;
mod sync;
mod value;

use std::path::PathBuf;

use avepoint_elements::{OfficeField, UserKey};
use avepoint_elements_bulk::Shard;

pub(crate) use self::config::{Config, ShownSettings, config};
pub(crate) use self::connection::{Connection, CredentialSource, Password, Remote, Service, connection};
pub(crate) use self::doctor::{Doctor, DoctorFile, UsedProfile, doctor};
pub(crate) use self::export::{Export, export};
pub(crate) use self::files::{Input, input};
pub(crate) use self::keys::Key;
pub(crate) use self::layers::{Layers, Resolved};
pub(crate) use self::plan::{Plan, Show, ShowPages, Undo, plan, show, undo};
pub(crate) use self::run::{Apply, Guards, Verify, apply, verify};
pub(crate) use self::sandbox::{Sandbox, sandbox};
pub(crate) use self::shell::ShellFolders;
pub(crate) use self::sync::{Sync, sync};
use crate::arguments;
use crate::failure::Failure;

/// Of `office status`.
pub(crate) struct Status {
    pub(crate) input: Input,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) shard: Option<Shard>,
}

/// Resolves what `office status` takes.
pub(crate) fn status(arguments: arguments::Status, layers: &Layers) -> Result<Status, Failure> {
    let arguments::Status { input, journal, shard } = arguments;
    Ok(Status { input: files::input(input, layers)?, journal, shard })
}

/// Of `office set`.
pub(crate) struct Set {
    pub(crate) user: UserKey,
    /// What each field is set to, where it is given.
    pub(crate) values: [(OfficeField, Option<String>); 5],
    pub(crate) clear: Vec<OfficeField>,
    pub(crate) connection: Connection,
}

/// Resolves what `office set` takes.
pub(crate) fn set(arguments: arguments::Set, layers: &Layers) -> Result<Set, Failure> {
    let arguments::Set { user, values, clear, connection } = arguments;
    let values = [
        (OfficeField::PostalCode, values.postal_code),
        (OfficeField::CountryRegion, values.country_region),
        (OfficeField::State, values.state),
        (OfficeField::Address, values.address),
        (OfficeField::City, values.city),
    ];
    Ok(Set { user: user.into(), values, clear, connection: connection::connection(connection, layers)? })
}

/// Of `users list`.
pub(crate) struct ListUsers {
    /// By id or exact name; all, where it is not given.
    pub(crate) customer: Option<String>,
    /// By id or exact name; all of the customer's, where it is not given.
    pub(crate) tenant: Option<String>,
    pub(crate) connection: Connection,
}

/// Resolves what `users list` takes.
pub(crate) fn list_users(arguments: arguments::ListUsers, layers: &Layers) -> Result<ListUsers, Failure> {
    let arguments::ListUsers { customer, tenant, connection } = arguments;
    Ok(ListUsers { customer, tenant, connection: connection::connection(connection, layers)? })
}

/// Of `users get`.
pub(crate) struct GetUser {
    pub(crate) user: UserKey,
    pub(crate) connection: Connection,
}

/// Resolves what `users get` takes.
pub(crate) fn get_user(arguments: arguments::GetUser, layers: &Layers) -> Result<GetUser, Failure> {
    let arguments::GetUser { user, connection } = arguments;
    Ok(GetUser { user: user.into(), connection: connection::connection(connection, layers)? })
}
