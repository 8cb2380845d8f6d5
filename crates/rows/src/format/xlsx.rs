//! A sheet of a workbook as CSV.

mod cell;
mod parts;
mod scan;
mod unknown_errors;
mod writer;
mod zeros;

use std::fs::File;
use std::io::{self, BufReader};
use std::panic::{self, AssertUnwindSafe};

use calamine::{Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};
use unicode_normalization::UnicodeNormalization;

use super::packed::ReadSheet;
use crate::error::InputError;
use crate::options::InputOptions;
use crate::problem::excerpt;
use crate::source::Source;
use crate::source::temporary_copy::{CopyOf, TemporaryCopy};
use crate::text::NOT_CALCULATED;
use scan::SheetScan;
use unknown_errors::UnknownErrors;
use writer::SheetWriter;
use zeros::Zeros;

/// How an archive begins, as which workbooks are kept.
const ZIP: &[u8] = b"PK\x03\x04";

/// How workbooks of the older format begin, and encrypted ones of this.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

/// Whether an input that begins with these bytes is a workbook, or looks like one.
pub(crate) fn is_one(start: &[u8]) -> bool {
    start.starts_with(ZIP) || start.starts_with(OLE)
}

/// The sheet that the options name, or the first that is shown.
pub(crate) fn unpack(source: &Source, options: &InputOptions) -> Result<(Source, ReadSheet), InputError> {
    // calamine 0.38 panics on some damaged workbooks, as where a sheet ends before it begins.
    let unpacked = panic::catch_unwind(AssertUnwindSafe(|| read(source, options)));
    unpacked.unwrap_or_else(|_| Err(damaged(XlsxError::Unexpected("what it holds contradicts itself"))))
}

fn read(source: &Source, options: &InputOptions) -> Result<(Source, ReadSheet), InputError> {
    let is_old = source.start()?.starts_with(OLE);
    if !is_old {
        parts::check(source.handle(), source.limit())?;
    }
    let opened = Xlsx::new(BufReader::new(source.handle()));
    let mut workbook =
        opened.map_err(|error| if is_old { not_this_format(&error) } else { no_workbook(error) })?;
    let sheet = named(workbook.sheets_metadata(), options.sheet.as_deref())?;
    let place = workbook.sheets_metadata().iter().position(|other| other.name == sheet).unwrap_or_default();
    let scan = scan::scan(source.handle(), place)?;
    let is_named = options.sheet.is_some();
    let others = if is_named { Vec::new() } else { others(source, workbook.sheets_metadata(), place)? };
    let mut errors = UnknownErrors::default();
    let mut copy = write(source, &mut workbook, &sheet, &scan, &mut errors)?;
    if !errors.are_placed() {
        errors.place(&mut workbook, &sheet)?;
        copy = write(source, &mut workbook, &sheet, &scan, &mut errors)?;
    }
    let sheet = ReadSheet { name: sheet, others, hidden_rows: scan.hidden_rows };
    Ok((source.unpacked(copy)?, sheet))
}

/// The names of the other sheets that are shown and hold rows.
fn others(source: &Source, sheets: &[Sheet], read: usize) -> Result<Vec<String>, InputError> {
    let is_shown =
        |sheet: &Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let shown = sheets.iter().enumerate().filter(|(place, sheet)| *place != read && is_shown(sheet));
    let mut names = Vec::new();
    for (place, sheet) in shown.take(MAX_NAMED) {
        // Of a sheet that is not read, damage does not matter.
        if scan::has_rows(source.handle(), place)
            .or_else(|error| if error.is_io() { Err(error) } else { Ok(false) })?
        {
            names.push(sheet.name.clone());
        }
    }
    Ok(names)
}

/// The cells of a sheet as CSV, with the errors that have a place; others are noted. A formula that was never calculated
/// stands there as a word that is an error.
fn write(
    source: &Source,
    workbook: &mut Xlsx<BufReader<&File>>,
    sheet: &str,
    scan: &SheetScan,
    errors: &mut UnknownErrors,
) -> Result<TemporaryCopy, InputError> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
    let code = |style: &calamine::Style| Zeros::of(&style.number_format.as_ref()?.format_code);
    let zeros: Vec<_> = cells.styles().iter().map(code).collect();
    let mut writer = SheetWriter::new(TemporaryCopy::new(CopyOf::Packed, source.limit())?);
    let mut write =
        |place, text: &str| writer.cell(place, text).map_err(|error| damaged(XlsxError::Io(error)));
    for count in 0.. {
        match cells.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let mut text = cell::shown(cell.get_value(), zeros.get(style).and_then(Option::as_ref));
                if text.is_empty() && scan.is_uncalculated(count) {
                    text = NOT_CALCULATED.into();
                }
                if !text.is_empty() {
                    write(cell.get_position(), &text)?;
                }
            }
            Ok(None) => break,
            Err(XlsxError::CellError(text)) => match errors.place_of(count) {
                Some(place) => write(place, &text)?,
                None if errors.note(count, &text) => {}
                None => break,
            },
            Err(error) => return Err(damaged(error)),
        }
    }
    Ok(writer.finish()?)
}

/// The sheet of a name, in whatever form of Unicode, or the first one that is not hidden.
fn named(sheets: &[Sheet], name: Option<&str>) -> Result<String, InputError> {
    let sheets = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let found = match name {
        Some(name) => sheets()
            .find(|sheet| sheet.name == name)
            .or_else(|| sheets().find(|sheet| sheet.name.nfc().eq(name.nfc()))),
        None => sheets().find(|sheet| sheet.visible == SheetVisible::Visible),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        let names: Vec<_> =
            sheets().take(MAX_NAMED).map(|sheet| format!("\"{}\"", excerpt(&sheet.name))).collect();
        let names = if names.is_empty() { "none with cells".to_owned() } else { names.join(", ") };
        InputError::malformed(match name {
            Some(name) => format!("the workbook has no sheet \"{}\"; it has {names}", excerpt(name)),
            None => format!("the workbook shows no sheet; name one that is hidden: it has {names}"),
        })
    })
}

/// How many sheets a message names.
const MAX_NAMED: usize = 20;

fn not_this_format(error: &XlsxError) -> InputError {
    InputError::malformed(match error {
        XlsxError::Password => {
            "the input is an encrypted workbook; open it, save it without its password, and give that file"
        }
        _ => {
            "the input is a workbook of an older format (.xls), or another document of that kind; save the workbook as \
             .xlsx, or the sheet as \"CSV UTF-8\", and give that file"
        }
    })
}

fn no_workbook(error: XlsxError) -> InputError {
    match error {
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => InputError::malformed(
            "the input is an archive and no workbook that can be read (.xlsx); unpack it, or save the sheet as .xlsx or \
             \"CSV UTF-8\", and give that file",
        ),
        error => damaged(error),
    }
}

/// What to say of a workbook that cannot be read, where reading itself did not fail.
fn damaged(error: XlsxError) -> InputError {
    let detail = match error {
        XlsxError::Io(error) if error.kind() != io::ErrorKind::InvalidData => return error.into(),
        XlsxError::Io(_) => "a cell stands where no cell can".to_owned(),
        error => error.to_string(),
    };
    InputError::malformed(format!(
        "the workbook is damaged, or not as spreadsheets write it ({detail}); open it in one, save it anew, and give that file"
    ))
}
