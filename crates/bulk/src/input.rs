//! From bytes to rows.
//!
//! A [`Source`] is read twice, once to check everything and once to send it; a [`Table`] knows what its bytes
//! mean; [`Entries`] are its rows.

mod advice;
mod csv;
mod encoding;
mod entries;
mod error;
mod formulas;
mod header_shape;
mod json;
mod json_shape;
mod layout;
mod lines;
mod needed;
mod options;
mod problem;
mod quotes;
mod raw;
mod rows;
mod schema;
mod signature;
mod sniff;
mod source;
mod table;
mod unclosed_quote;

pub use advice::Advice;
pub(crate) use entries::is_in;
pub use entries::{Cells, Entries, Entry, Invalid, Original};
pub use error::InputError;
pub use options::{Blank, Format, InputOptions, UnknownName};
pub use problem::{Problem, shown};
pub(crate) use raw::{Raw, Value};
pub use schema::{schema, template};
pub(crate) use sniff::DELIMITERS;
pub use source::Source;
pub use table::Table;

/// The text that clears a value, in either case.
pub const CLEAR: &str = "#CLEAR";

/// What results have where a row ended before a cell that it needs, so that the row stays as wrong as it was.
pub(crate) const MISSING: &str = "#MISSING";

/// What to say of a value with the character that stands for bytes which were no text.
const REPLACED: &str = "holds the replacement character U+FFFD: the text was damaged when it was saved; write the value \
                        anew, and save the file as UTF-8";

/// Whether a text holds nothing but ASCII that can be seen, and spaces, as most do. A question mark, which may stand for
/// a lost letter, is not plain.
pub(crate) fn is_plain(text: &str) -> bool {
    // Without a way out in between, the scan takes many bytes at a time.
    text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'>' | b'@'..=b'~'))
}

/// A text without white space around it, byte order marks included.
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(|character: char| character.is_whitespace() || character == '\u{FEFF}'),
    }
}
