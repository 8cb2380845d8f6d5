//! Flaws of progenitor's output, each mended by a transformation of the syntax tree in a file of its own.
//!
//! A transformation that does not find its flaw fails: then progenitor has changed, and it may go.

mod api_version;
mod client_debug;
mod constructors;
mod docs;
mod mock_paths;
mod words;

use crate::contract::Contract;
use crate::problem::{Problem, Result};

/// Mends the generated client.
pub(crate) fn client(file: &mut syn::File, contract: &Contract) -> Result<()> {
    api_version::remove(file)?;
    client_debug::remove(file)?;
    constructors::remove(file)?;
    docs::complete(file, contract);
    Ok(())
}

/// Mends the generated mocks.
pub(crate) fn httpmock(file: &mut syn::File, contract: &Contract) -> Result<()> {
    mock_paths::match_exactly(file, contract)?;
    docs::complete(file, contract);
    Ok(())
}

fn gone(flaw: &str) -> Problem {
    Problem::new(format!("progenitor's output no longer has the flaw that is mended here: {flaw}"))
        .help("look at its output, and drop or adapt the transformation in xtask/src/mend")
}
