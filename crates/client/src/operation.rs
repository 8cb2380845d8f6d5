//! An operation of the contract, as data.

/// What the contract says of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path below the base URL, with `{parameters}`.
    pub path: &'static str,
    /// The permissions that the access token must have.
    pub scopes: &'static [&'static str],
}
