//! The contract, and edits of it.

/// The contract as it is.
pub(crate) const CONTRACT: &str = include_str!("../../../openapi/elements.yaml");

/// The contract with the first `from` written as `to`.
pub(crate) fn edited(from: &str, to: &str) -> String {
    assert!(CONTRACT.contains(from), "the contract no longer has {from:?}");
    CONTRACT.replacen(from, to, 1)
}

/// The line and column of a text in an edited contract, as messages give them.
pub(crate) fn place(contract: &str, text: &str) -> String {
    let (number, line) = contract.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
    format!("openapi/elements.yaml:{}:{}:", number + 1, line.find(text).unwrap() + 1)
}
