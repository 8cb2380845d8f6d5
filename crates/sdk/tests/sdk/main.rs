//! What the SDK promises, over real connections: to a server that speaks bytes, or to the sandbox.
//!
//! A new test belongs into the file of its subject. Time is tokio's paused clock.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "the clock of these tests is paused")]

#[cfg(feature = "certificate")]
mod certificate_files;
mod clients;
mod connections;
mod examples;
mod faults;
mod hostile;
mod kinds;
mod permissions;
#[cfg(feature = "rustls")]
mod proxies;
mod queue;
mod reading;
mod redirects;
mod replies;
mod retries;
mod shutdown;
mod source_cache;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
mod tokens;

use clients::{builder_for, builder_for_sandbox, client_of, client_of_sandbox, office, user};
