//! What progenitor really writes for a contract that is small enough to look through.

use std::path::Path;

use crate::contract::Contract;
use crate::generator;
use crate::problem::Result;

/// Three operations, with three path parameters between them, and an object.
pub(super) fn contract() -> Contract {
    let text = include_str!("sample.yaml").to_owned();
    Contract::parse(text, Path::new("sample.yaml")).unwrap()
}

/// The client with every flaw.
pub(super) fn client() -> syn::File {
    generator::client(&contract()).unwrap()
}

/// The mocks with every flaw.
pub(super) fn httpmock() -> syn::File {
    generator::httpmock(&contract()).unwrap()
}

/// Checks that a patch was refused, with a word of this.
pub(super) fn is_refused(patch: Result<()>, expected: &str) {
    let problem = patch.unwrap_err().to_string();
    assert!(problem.contains(expected), "{problem}");
}

pub(super) fn text(file: &syn::File) -> String {
    prettyplease::unparse(file)
}
