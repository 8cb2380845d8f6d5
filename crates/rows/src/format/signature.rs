//! Files that are no text, told by their first bytes.

use crate::error::InputError;
use crate::problem::Advice;

/// How the first line of a plan begins. A plan holds no rows.
pub const PLAN_SIGNATURE: &[u8] = br#"{"elements_plan":"#;

/// The first bytes of formats, what each is called, and what to do with it.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "an Excel workbook or another archive", SAVE_SHEET),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook or another archive", SAVE_SHEET),
    (
        b"\x1f\x8b",
        "compressed with gzip",
        "unpack it first, for example with gunzip, and give the file that is in it",
    ),
    (b"BZh", "compressed with bzip2", UNPACK),
    (b"\xfd7zXZ\0", "compressed with xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"%PDF-", "a PDF document", EXPORT),
    (b"{\\rtf", "an RTF document", EXPORT),
    (b"PAR1", "a Parquet file", EXPORT),
    (b"Obj\x01", "an Avro file", EXPORT),
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
];

const SAVE_SHEET: &str = "save the sheet as \"CSV UTF-8\" and give that file";
const UNPACK: &str = "unpack it first, and give the file that is in it";
const EXPORT: &str = "export its rows as CSV or NDJSON, and give that file";

/// Refuses what is no text and can be named.
pub(crate) fn refuse_known(start: &[u8]) -> Result<(), InputError> {
    match SIGNATURES.iter().find(|(signature, ..)| start.starts_with(signature)) {
        Some((_, what, advice)) => Err(InputError::malformed(format!("the input is {what}; {advice}"))),
        None => Ok(()),
    }
}

/// Refuses what is text of another kind, and what is no text: no text holds a NUL, in whatever encoding.
pub(crate) fn refuse_no_rows(text: &[u8]) -> Result<(), InputError> {
    if text.contains(&0) {
        return Err(InputError::malformed(
            "the input is not a text file; give CSV or NDJSON, in UTF-8 or UTF-16",
        ));
    }
    if text.starts_with(PLAN_SIGNATURE) {
        let error = InputError::malformed("the input is a plan of changes, and holds no rows");
        return Err(error.advise(Advice::UsePlan));
    }
    if is_markup(text.trim_ascii_start()) {
        return Err(InputError::malformed(
            "the input is HTML or XML, as some programs write it under the name of a spreadsheet; open it in one, and \
             save the sheet as \"CSV UTF-8\"",
        ));
    }
    Ok(())
}

fn is_markup(text: &[u8]) -> bool {
    let starts: [&[u8]; 6] = [b"<?xml", b"<!doctype", b"<html", b"<table", b"<meta", b"<workbook"];
    starts.iter().any(|start| text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start)))
}
