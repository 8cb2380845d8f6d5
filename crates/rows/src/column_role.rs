//! What a name of the input means: a column, a column that results add, or the caller's own.

use crate::columns::{Column, INPUT, PROOF, RESULT, RESULT_COLUMNS, TIME, is_same};
use crate::options::InputOptions;
use crate::text::trimmed;

/// A column that a results file adds and that is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResultColumn {
    Result,
    Proof,
    Time,
}

impl ResultColumn {
    /// How many there are.
    pub(crate) const COUNT: usize = 3;

    /// The column of a name that a results file adds, if it is read again.
    fn of(name: &str) -> Option<Self> {
        match name {
            RESULT => Some(Self::Result),
            PROOF => Some(Self::Proof),
            TIME => Some(Self::Time),
            _ => None,
        }
    }
}

/// What a name of the input means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnRole {
    Column(Column),
    /// Written by an earlier run; of most such columns, nothing is read again.
    Result(Option<ResultColumn>),
    /// Kept by an earlier run: a line of NDJSON that was no object.
    Input,
    /// The caller's own, which is carried through.
    Unknown,
}

impl ColumnRole {
    /// What a name means. A mapped column is taken from where the mapping says, and from nowhere else.
    pub(crate) fn of(name: &str, options: &InputOptions) -> Self {
        let (name, InputOptions { map, purpose, .. }) = (trimmed(name), options);
        if let Some((column, _)) = map.iter().find(|(_, mapped)| is_same(mapped, name)) {
            return Self::Column(*column);
        }
        if let Some(added) = RESULT_COLUMNS.iter().find(|added| added.eq_ignore_ascii_case(name)) {
            return Self::Result(ResultColumn::of(added));
        }
        match Column::of(name) {
            _ if name.eq_ignore_ascii_case(INPUT) => Self::Input,
            Some(column) if purpose.reads(column) && !map.iter().any(|(mapped, _)| *mapped == column) => {
                Self::Column(column)
            }
            _ => Self::Unknown,
        }
    }

    /// The column that a name means, if it means one.
    pub(crate) fn column(name: &str, options: &InputOptions) -> Option<Column> {
        match Self::of(name, options) {
            Self::Column(column) => Some(column),
            _ => None,
        }
    }
}
