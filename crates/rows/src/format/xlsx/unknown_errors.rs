//! Cells with errors that the library does not know, such as `#SPILL!`: it says what they hold, and not where they stand.

use std::io::{Read, Seek};

use calamine::{Xlsx, XlsxError};

use super::damaged;
use crate::check::spreadsheet_errors;
use crate::error::InputError;
use crate::layout::letters;
use crate::problem::excerpt;

/// How many such cells are kept.
const MAX_CELLS: usize = 1 << 20;

/// Such cells of a sheet, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct UnknownErrors {
    cells: Vec<ErrorCell>,
    /// What the last of them holds, if it is no error that spreadsheets are known to calculate.
    other: Option<String>,
}

#[derive(Debug)]
struct ErrorCell {
    /// How many cells stand before it in the file.
    count: u64,
    /// Row and column, from 0.
    place: Option<(u32, u32)>,
}

impl UnknownErrors {
    /// Notes a cell. Whether there is any use in more of them.
    pub(super) fn note(&mut self, count: u64, text: &str) -> bool {
        self.cells.push(ErrorCell { count, place: None });
        if spreadsheet_errors::whole_error(text).is_none() || self.cells.len() == MAX_CELLS {
            self.other = Some(excerpt(text));
        }
        self.other.is_none()
    }

    pub(super) fn are_placed(&self) -> bool {
        self.cells.iter().all(|cell| cell.place.is_some())
    }

    /// The place of the cell behind so many others.
    pub(super) fn place_of(&self, count: u64) -> Option<(u32, u32)> {
        let at = self.cells.binary_search_by_key(&count, |cell| cell.count).ok()?;
        self.cells[at].place
    }

    /// Finds the place of every one, by a way of reading that does not look at values.
    ///
    /// # Errors
    /// The sheet is damaged, or a cell cannot be said as others are.
    pub(super) fn place<R: Read + Seek>(
        &mut self,
        workbook: &mut Xlsx<R>,
        sheet: &str,
    ) -> Result<(), InputError> {
        let mut reader = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
        let mut read = 0;
        for cell in &mut self.cells {
            while read <= cell.count {
                cell.place = reader.next_formula().map_err(damaged)?.map(|cell| cell.get_position());
                read += 1;
            }
            if cell.place.is_none() {
                return Err(damaged(XlsxError::XmlEof("sheetData")));
            }
        }
        let last = self.cells.last().and_then(|cell| cell.place);
        match (&self.other, last) {
            (Some(text), Some((row, column))) => Err(InputError::malformed(format!(
                "cell {}{} of the sheet holds \"{text}\", an error that a formula calculated and that cannot be read; correct \
                 the formula, and save the workbook again",
                letters(column as usize),
                row + 1
            ))),
            _ => Ok(()),
        }
    }
}
