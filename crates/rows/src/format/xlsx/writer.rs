//! Cells of a sheet as CSV.

use std::io::{self, Write};

/// Writes a line for each row of a sheet, blank ones included, with as many cells as the widest before it. A record that is
/// read from it stands on the line, and a cell at the place, that the sheet has it in.
#[derive(Debug)]
pub(super) struct SheetWriter<W> {
    to: W,
    row: u32,
    /// How many cells of the row are ended.
    ended: u32,
    is_blank: bool,
    /// The last column of the widest row.
    last: u32,
}

/// How many rows and columns a sheet has at most.
const MAX_ROWS: u32 = 1 << 20;
const MAX_COLUMNS: u32 = 1 << 14;

impl<W: Write> SheetWriter<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to, row: 0, ended: 0, is_blank: true, last: 0 }
    }

    /// Writes the value of a cell, whose row and column are counted from 0.
    ///
    /// # Errors
    /// Writing fails; or no sheet has such a cell, or none behind the one before it ([`io::ErrorKind::InvalidData`]).
    pub(super) fn cell(&mut self, (row, column): (u32, u32), text: &str) -> io::Result<()> {
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(io::ErrorKind::InvalidData.into());
        }
        while self.row < row {
            self.end_row()?;
        }
        let is_behind = row == self.row && (self.is_blank || column > self.ended);
        if !is_behind {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.end_cells(column)?;
        self.is_blank = false;
        self.last = self.last.max(column);
        write_value(&mut self.to, text)
    }

    /// What was written to, with the last row ended.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.end_row()?;
        Ok(self.to)
    }

    fn end_row(&mut self) -> io::Result<()> {
        if !self.is_blank {
            self.end_cells(self.last)?;
        }
        (self.row, self.ended, self.is_blank) = (self.row + 1, 0, true);
        self.to.write_all(b"\n")
    }

    fn end_cells(&mut self, count: u32) -> io::Result<()> {
        while self.ended < count {
            self.to.write_all(b",")?;
            self.ended += 1;
        }
        Ok(())
    }
}

fn write_value(to: &mut impl Write, text: &str) -> io::Result<()> {
    if text.contains([',', '"', '\r', '\n']) {
        write!(to, "\"{}\"", text.replace('"', "\"\""))
    } else {
        to.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[((u32, u32), &str)]) -> io::Result<String> {
        let mut writer = SheetWriter::new(Vec::new());
        cells.iter().try_for_each(|(place, text)| writer.cell(*place, text))?;
        Ok(String::from_utf8_lossy(&writer.finish()?).into_owned())
    }

    #[test]
    fn every_row_is_a_line_and_every_column_a_place() {
        let cells = [((1, 1), "a"), ((1, 2), "b, \"c\"\nd"), ((3, 0), "e"), ((4, 4), "f"), ((5, 0), "g")];
        assert_eq!(written(&cells).unwrap(), "\n,a,\"b, \"\"c\"\"\nd\"\n\ne,,\n,,,,f\ng,,,,\n");
    }

    #[test]
    fn a_cell_that_no_sheet_has_there_is_damage() {
        for cells in [
            [((0, 0), "a"), ((1 << 20, 0), "b")],
            [((1, 0), "a"), ((0, 0), "b")],
            [((1, 2), "a"), ((1, 2), "b")],
            [((1, 2), "a"), ((1, 0), "b")],
        ] {
            assert_eq!(written(&cells).unwrap_err().kind(), io::ErrorKind::InvalidData, "{cells:?}");
        }
    }
}
