//! Flaws of progenitor's output, each patched by a transformation of the syntax tree in a file of its own.
//!
//! A transformation that does not find its flaw as often as it expects fails: then progenitor has changed, and
//! it may go, or must learn the new form.

mod api_version;
mod base_url;
mod borrowed_conversions;
mod borrowed_values;
mod client_debug;
mod constructors;
mod doc_text;
mod docs;
mod mock_paths;
mod mock_values;
mod path_segments;
#[cfg(test)]
mod sample;

use crate::contract::Contract;
use crate::problem::{Problem, Result};

/// Patches the generated client.
pub(crate) fn client(file: &mut syn::File, contract: &Contract) -> Result<()> {
    api_version::remove(file, contract)?;
    client_debug::remove(file)?;
    constructors::remove(file)?;
    base_url::share(file, contract)?;
    borrowed_values::take(file, contract)?;
    borrowed_conversions::complete(file)?;
    path_segments::borrow(file, contract)?;
    docs::complete(file, contract)
}

/// Patches the generated mocks.
pub(crate) fn httpmock(file: &mut syn::File, contract: &Contract) -> Result<()> {
    mock_paths::match_exactly(file, contract)?;
    mock_values::convert(file)?;
    docs::complete(file, contract)
}

/// A flaw must be found exactly as often as progenitor is known to make it.
fn counted(flaw: &str, expected: usize, found: usize) -> Result<()> {
    if found == expected { Ok(()) } else { Err(changed(flaw, &format!("{expected} of them"), found)) }
}

fn changed(flaw: &str, expected: &str, found: usize) -> Problem {
    let message = format!(
        "progenitor's output has changed where its flaws are patched: {flaw}: expected {expected}, found {found}"
    );
    Problem::new(message)
        .help("look at its output, and drop or adapt the transformation in xtask/src/patches")
}
