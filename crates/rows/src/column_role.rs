//! What a name of the input means: a column, a column that results add, or the caller's own.

use crate::columns::{Column, INPUT, PROOF, RESULT, RESULT_COLUMNS, TIME, is_same};
use crate::options::InputOptions;
use crate::text::trimmed;

/// What a column that a results file adds says of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResultColumn {
    Result,
    Proof,
    Time,
    /// Nothing that is read again.
    Other,
}

impl ResultColumn {
    /// What a column says, if a results file adds it.
    pub(crate) fn of(header: &str) -> Option<Self> {
        let name = RESULT_COLUMNS.iter().find(|name| name.eq_ignore_ascii_case(header))?;
        Some(match *name {
            RESULT => Self::Result,
            PROOF => Self::Proof,
            TIME => Self::Time,
            _ => Self::Other,
        })
    }
}

/// What a name of the input means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnRole {
    Column(Column),
    /// Written by an earlier run.
    Result(ResultColumn),
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
        if let Some(column) = ResultColumn::of(name) {
            return Self::Result(column);
        }
        match Column::of(name) {
            _ if name.eq_ignore_ascii_case(INPUT) => Self::Input,
            Some(column) if purpose.reads(column) && !map.iter().any(|(mapped, _)| *mapped == column) => {
                Self::Column(column)
            }
            _ => Self::Unknown,
        }
    }
}
