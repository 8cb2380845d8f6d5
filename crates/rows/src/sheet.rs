//! Which sheet of a workbook is read.

/// The sheet of a workbook that is read, and what else the workbook holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadSheet {
    /// Its name.
    pub name: String,
    /// The names of the other sheets that are shown and hold two rows or more, up to 20 of them; none where the options
    /// name the sheet.
    pub others: Vec<String>,
    /// How many of its rows behind the first are hidden and hold something. They are read as the others.
    pub hidden_rows: u64,
}
