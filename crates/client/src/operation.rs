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
    /// The one status of success.
    pub success: u16,
    pub(crate) reads: bool,
}

impl Operation {
    /// Whether it only reads: it changes nothing, whatever became of a request.
    ///
    /// True for GET, and for a POST that the contract marks with `x-reads`.
    #[must_use]
    pub const fn reads(&self) -> bool {
        self.reads
    }
}
