//! The version of `OpenAPI`: 3.0, which the generator reads.

use crate::contract::source::Source;
use crate::problem::Result;

pub(super) fn is_supported(source: &Source) -> Result<()> {
    let version = &source.value()["openapi"];
    let patch = version.as_str().and_then(|version| version.strip_prefix("3.0."));
    if patch.is_some_and(|patch| patch.parse::<u8>().is_ok()) {
        return Ok(());
    }
    let message = format!("OpenAPI {version} cannot be read, only 3.0");
    Err(source.problem("/openapi", message).help("write `openapi: 3.0.3`, and the rest as 3.0 has it"))
}
