//! Files that are no text, told by their first bytes.

use memchr::{memchr, memchr_iter};

use super::lines::LineCounter;
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
    (b"\x09\x08\x08\0", OLD_WORKBOOK, SAVE_SHEET),
    (b"\x09\x08\x10\0", OLD_WORKBOOK, SAVE_SHEET),
    (b"ID;PWXL", "a SYLK file", SAVE_SHEET),
    (b"TABLE\r\n0,1", "a DIF file", SAVE_SHEET),
    (b"MIME-Version:", "a web archive (MHT)", SAVE_SHEET),
    (b"%PDF-", "a PDF document", EXPORT),
    (b"{\\rtf", "an RTF document", EXPORT),
    (b"PAR1", "a Parquet file", EXPORT),
    (b"Obj\x01", "an Avro file", EXPORT),
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
];

const OLD_WORKBOOK: &str = "an Excel workbook of a very old format";
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
    if let Some(place) = memchr(0, text) {
        let mut counter = LineCounter::new(1);
        counter.advance(&text[..place]);
        return Err(holds_nul(counter.line(), &text[place..]));
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

/// What to say of a NUL that stands on a line, with the bytes from it on.
pub(crate) fn holds_nul(line: u64, from: &[u8]) -> InputError {
    // Every other byte of UTF-16 is one in Latin text.
    let window = &from[..from.len().min(WINDOW)];
    let nuls = memchr_iter(0, window).count();
    let is_every_other = nuls >= MIN_NULS && nuls * 3 >= window.len();
    InputError::malformed(if line == 1 {
        "the input is not a text file; give CSV or NDJSON, in UTF-8 or UTF-16".to_owned()
    } else if is_every_other {
        format!(
            "text in UTF-16 begins on line {line}, and the lines above are in another encoding, as where Windows PowerShell \
             added rows with >>; save both parts in UTF-8, and join them then"
        )
    } else {
        format!(
            "line {line} holds a NUL byte, which no text does, so the file was damaged or is no text; write the line anew, \
             without it"
        )
    })
}

/// How many NULs make UTF-16 of a text, of that many bytes from the first on.
const MIN_NULS: usize = 4;
const WINDOW: usize = 64;

fn is_markup(text: &[u8]) -> bool {
    let starts = ["<?xml", "<!", "<html", "<head", "<body", "<table", "<div", "<style", "<meta", "<workbook"];
    let begins = |start: &&str| {
        text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start.as_bytes()))
    };
    starts.iter().any(begins)
}
