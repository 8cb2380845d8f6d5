//! A field of an object of the contract, as data.

/// What the contract says of a field: for messages, help texts and tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// Whether an object without it is invalid.
    pub required: bool,
    /// The longest value, in Unicode code points, where there is a limit.
    pub max_length: Option<usize>,
}
