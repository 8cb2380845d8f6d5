//! What callers work with: the client and its settings, ids, and one file for each family of operations.

pub(crate) mod builder;
pub(crate) mod elements;
pub(crate) mod ids;
pub(crate) mod office;
pub(crate) mod office_field;
