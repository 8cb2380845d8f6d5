//! Promises that several crates keep together, over real connections.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bulk;
mod certificates;
#[path = "../../crates/sdk/tests/sdk/clients.rs"]
mod clients;
mod ids;
mod limits;
mod mocks;
mod reply_types;
mod samples;
mod schemas;
mod secrets;
mod security;
mod values;

use clients::{builder_for, builder_for_sandbox, client_of, client_of_sandbox, office, user};
