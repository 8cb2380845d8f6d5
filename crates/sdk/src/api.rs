//! What callers work with: the client and its settings, ids, and one file for each family of operations.

pub(crate) mod builder;
mod contract_type;
pub(crate) mod customers;
pub(crate) mod elements;
pub(crate) mod ids;
pub(crate) mod list_stream;
pub(crate) mod listing;
pub(crate) mod local_office;
pub(crate) mod office;
mod office_entries;
pub(crate) mod office_field;
pub(crate) mod reading;
pub(crate) mod user;
pub(crate) mod users;
