//! The program `elements`: update the office information of Microsoft 365 users in your customers' tenants
//! through the AvePoint Elements API, from a shell.
//!
//! ```sh
//! cargo install avepoint-elements-cli
//!
//! # Without an account: the documentation's own sample, sent to an embedded sandbox.
//! elements office set --sandbox --customer c1 --tenant t1 --user u1 \
//!     --postal-code 2121 --country-region Angola --state Luanda --address Dande
//!
//! # With one, from Elements > API app registration.
//! elements config set --profile contoso client-id …
//! elements config set --profile contoso client-secret-command pass show elements/contoso
//! elements config set default-profile contoso
//! elements doctor
//! elements office set --customer … --tenant … --user … --postal-code 01067 \
//!     --country-region Germany --state Saxony --address 'Theaterplatz 2' --city Dresden
//! ```
//!
//! `elements --help` explains flags, variables and exit codes. Secrets come from files, standard input, a
//! program or the environment, never from flags. An update replaces the whole value: leaving out the city may blank it. It is
//! for cloud users, not for those synchronised from a local directory.
//!
//! This is an unofficial program. For Rust, there is the crate `avepoint-elements`.

use std::process::ExitCode;

fn main() -> ExitCode {
    elements_cli::run()
}
