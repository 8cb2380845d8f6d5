//! The sandbox as its users see it: over HTTP, and through its handle.
//!
//! A new test goes to the module of the promise that it keeps; what only the compiled contract shows is
//! tested beside it, in `src`.

#![allow(clippy::unwrap_used, reason = "clippy does not take helpers of tests for tests")]

mod access;
#[cfg(feature = "certificate")]
mod assertion;
mod body;
mod client;
mod directory;
mod faults;
mod handle;
mod ids;
mod limits;
mod listing;
mod rate;
mod reading;
mod routes;
mod token;
mod token_faults;
