//! What rows are for, and which columns that takes.

use crate::columns::Column;

/// What the rows of an input are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Updates: each row is complete, and names its user by ids.
    #[default]
    Update,
    /// A plan: each row names its user by any key, and says of each value whether it is kept, cleared or set.
    Plan,
}

impl Purpose {
    /// The columns that are read. Others are carried through.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Update => &Column::OF_UPDATE,
            Self::Plan => &Column::ALL,
        }
    }

    pub(crate) fn reads(self, column: Column) -> bool {
        self.columns().contains(&column)
    }
}
