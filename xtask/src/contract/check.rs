//! What must hold of the contract beyond being YAML: whatever passes generates code that compiles.

mod identifier;
mod keys;
mod names;
mod operations;
mod paths;
mod references;
mod samples;
mod schemas;
mod servers;
mod traversal;
mod usage;

use super::Contract;
use super::source::Source;
use crate::problem::Result;

/// What must hold before facts are taken from the document.
pub(super) fn document(source: &Source) -> Result<()> {
    is_version_3_0(source)?;
    keys::are_known(source)?;
    references::resolve(source)?;
    references::end(source)?;
    schemas::are_understood(source)?;
    samples::are_valid(source)
}

/// What the generation needs.
pub(super) fn rules(contract: &Contract) -> Result<()> {
    servers::are_usable(contract)?;
    paths::are_usable(contract)?;
    operations::are_usable(contract)?;
    names::become_identifiers(contract)?;
    usage::is_one_way(contract)
}

fn is_version_3_0(source: &Source) -> Result<()> {
    let version = &source.value()["openapi"];
    let patch = version.as_str().and_then(|version| version.strip_prefix("3.0."));
    if patch.is_some_and(|patch| patch.parse::<u8>().is_ok()) {
        return Ok(());
    }
    let message = format!("OpenAPI {version} cannot be read, only 3.0");
    Err(source.problem("/openapi", message).help("write `openapi: 3.0.3`, and the rest as 3.0 has it"))
}
