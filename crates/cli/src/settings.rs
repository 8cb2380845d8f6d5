//! Settings: what arguments and variables come to, resolved once. Commands know values, and no flags.

mod config;
mod connection;
mod doctor;
mod files;
pub(crate) mod keys;
mod layers;
mod plan;
mod run;
mod sandbox;
mod shell;
mod value;

pub(crate) use self::config::{Config, ShownSettings, config};
pub(crate) use self::connection::{Connection, CredentialSource, Password, Remote, Service, connection};
pub(crate) use self::doctor::{Doctor, DoctorFile, UsedSettings, doctor};
pub(crate) use self::files::{Input, input};
pub(crate) use self::keys::Key;
pub(crate) use self::layers::{Layers, Resolved};
pub(crate) use self::plan::{Plan, Show, ShowPages, Sync, Undo, plan, show, sync, undo};
pub(crate) use self::run::{Apply, Export, Guards, Verify, apply, export, verify};
pub(crate) use self::sandbox::{Sandbox, sandbox};
pub(crate) use self::shell::ShellFolders;
