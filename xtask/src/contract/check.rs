//! What must hold of the contract beyond what the parsers check, so that generation cannot trip over it.

mod identifier;
mod keywords;
mod names;
mod operations;
mod references;
mod schemas;
mod servers;
mod url;
mod version;

use super::Contract;
use super::source::Source;
use crate::problem::Result;

/// What must hold before the document is read as `OpenAPI`: its parser overlooks some of it, and says of the
/// rest less than can be said here.
pub(super) fn document(source: &Source) -> Result<()> {
    version::is_supported(source)?;
    references::resolve(source)?;
    references::end(source)?;
    schemas::are_understood(source)
}

/// What the generation needs.
pub(super) fn rules(contract: &Contract) -> Result<()> {
    servers::are_usable(contract)?;
    operations::are_usable(contract)?;
    names::become_identifiers(contract)
}
