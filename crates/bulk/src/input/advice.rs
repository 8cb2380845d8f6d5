//! What can be done about a problem by reading the input in another way.

use super::Format;
use crate::Column;

/// What can be done about a problem other than correct the input: an option of
/// [`InputOptions`](crate::InputOptions). A program names its own flag for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// [Allow](crate::InputOptions::allow_multiline) values that hold lines which look like rows.
    AllowMultiline,
    /// [Map](crate::InputOptions::map) the columns that the header calls otherwise.
    MapColumns {
        /// Those without which nothing can be read.
        required: Vec<Column>,
        /// Those that may be left out.
        optional: Vec<Column>,
    },
    /// [Read](crate::InputOptions::format) the input as this format.
    ReadAs(Format),
}
