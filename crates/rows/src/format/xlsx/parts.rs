//! The parts of a workbook, unpacked once to count them: the library that reads them has no limit.

use std::fs::File;
use std::io::{self, BufReader, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::InputError;

/// The most that the parts are which are kept in memory, the shared texts above all, in bytes: 512 MiB.
const MAX_PART_BYTES: u64 = 512 << 20;

/// The part that a workbook of the binary format has in place of `xl/workbook.xml`.
const BINARY_WORKBOOK: &str = "xl/workbook.bin";

/// Makes sure that a workbook is whole, and unpacks to no more than a limit.
pub(super) fn check(file: &File, limit: u64) -> Result<(), InputError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    let (mut left, mut left_to_keep) = (limit, limit.min(MAX_PART_BYTES));
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|error| damaged(&error))?;
        let name = part.name().map_err(|error| damaged(&error))?;
        if name == BINARY_WORKBOOK {
            return Err(InputError::malformed(
                "the input is a workbook of the binary format (.xlsb); save it as .xlsx, or the sheet as \"CSV UTF-8\", and \
                 give that file",
            ));
        }
        let is_kept = !is_sheet(&name);
        let most = if is_kept { left.min(left_to_keep) } else { left };
        let size = io::copy(&mut part.take(most.saturating_add(1)), &mut io::sink())
            .map_err(|error| damaged(&error.into()))?;
        if size > left {
            return Err(InputError::unpacks_too_far("workbook", limit));
        }
        if size > most {
            return Err(InputError::malformed(format!(
                "the texts of the workbook are more than {MAX_PART_BYTES} bytes, which is the most that is kept of one; split the \
                 sheet, or save it as \"CSV UTF-8\""
            )));
        }
        left -= size;
        left_to_keep -= if is_kept { size } else { 0 };
    }
    Ok(())
}

/// Whether a part holds the cells of a sheet, which are read one by one.
fn is_sheet(name: &str) -> bool {
    let is_kept = |kept| name.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case(kept));
    name.contains("/worksheets/")
        && !["sharedStrings.xml", "styles.xml", "workbook.xml"].into_iter().any(is_kept)
}

pub(super) fn damaged(error: &ZipError) -> InputError {
    InputError::malformed(format!(
        "the input is a workbook or another archive, and damaged or cut off ({error}); get it anew, or open it in a \
         spreadsheet and save it again"
    ))
}
