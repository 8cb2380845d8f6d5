//! The build step of this workspace: the contract in, generated code and its checks out.
//!
//! It depends on no other crate of the workspace: it runs even when what it generated is broken.

#![allow(clippy::missing_errors_doc, reason = "what fails says what is wrong, and what to do")]

pub mod archive;
pub mod ci;
pub mod codegen;
pub mod contract;
mod files;
pub mod generate;
mod generator;
mod manifests;
pub mod measure;
pub mod package;
mod patches;
pub mod problem;
pub mod public_api;
pub mod report;
mod rustdoc;
pub mod snapshots;
mod steps;
mod syntax;
mod workspace;

use std::path::Path;
use std::process::Command;

/// Whether a list of words has a word.
pub(crate) fn is_listed(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|listed| listed == word)
}

/// The cargo that runs this task, or the one on the path, in `root`.
pub fn cargo(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root);
    command
}
