//! What rows, runs, results and plans promise together, against the sandbox. A new test goes to the file of its subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod directory;
mod export;
mod plan;
mod planning;
mod results;
mod results_as_input;

use avepoint_elements::{Credential, Elements};
use avepoint_elements_sandbox::Sandbox;

fn elements(sandbox: &Sandbox) -> Elements {
    let builder = Elements::builder().base_url(sandbox.base_url()).allow_loopback_http();
    builder.credential(Credential::access_token(sandbox.issue_token())).build().unwrap()
}
