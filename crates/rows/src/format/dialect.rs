//! What an input is, from its first bytes.

use super::{Format, json_shape, lines};
use crate::error::InputError;

/// The delimiters, the likeliest first.
pub const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The format of an input without an option.
///
/// An object is never a header, so content comes before the extension.
pub(crate) fn format_of(start: &[u8], extension: Option<&str>) -> Result<Format, InputError> {
    match start.trim_ascii_start().first() {
        Some(b'{') => Ok(Format::Ndjson),
        Some(b'[') if extension != Some("csv") => Err(json_shape::array()),
        _ if matches!(extension, Some("ndjson" | "jsonl" | "json")) => Ok(Format::Ndjson),
        _ => Ok(Format::Csv),
    }
}

/// How the cells of a CSV file are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Whether a line `sep=;`, which is Excel's, stands before the header.
    pub(crate) has_separator_line: bool,
    /// Whether each record is a row of a sheet and counts as one line, whatever line ends its values hold.
    pub(crate) is_sheet: bool,
}

impl Dialect {
    /// What a sheet of a workbook is unpacked to.
    pub(crate) const SHEET: Self = Self { is_sheet: true, ..Self::between(b',') };

    /// That of a file without a separator line.
    pub(crate) const fn between(delimiter: u8) -> Self {
        Self { delimiter, has_separator_line: false, is_sheet: false }
    }

    pub(crate) fn of(start: &[u8]) -> Result<Self, InputError> {
        if let Some(delimiter) = separator(start)? {
            return Ok(Self { has_separator_line: true, ..Self::between(delimiter) });
        }
        let counts = count(start);
        let most = (0..DELIMITERS.len()).rev().max_by_key(|place| counts[*place]).unwrap_or_default();
        Ok(Self::between(DELIMITERS[most]))
    }
}

/// How often each delimiter stands in the first line that is not empty, outside of quotes.
fn count(start: &[u8]) -> [usize; DELIMITERS.len()] {
    let mut counts = [0; DELIMITERS.len()];
    let mut quoted = false;
    for byte in start.trim_ascii_start() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(place) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    counts[place] += 1;
                }
            }
        }
    }
    counts
}

/// The delimiter that a line `sep=` names, if the input begins with one.
fn separator(start: &[u8]) -> Result<Option<u8>, InputError> {
    let mut lines = start.split(|byte| lines::is_end(*byte)).filter(|line| !line.is_empty());
    let line = lines.next().unwrap_or_default();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (start, rest) = line.split_at(line.len().min(4));
    if !start.eq_ignore_ascii_case(b"sep=") {
        return Ok(None);
    }
    match rest.first() {
        Some(delimiter) if DELIMITERS.contains(delimiter) => Ok(Some(*delimiter)),
        _ => Err(InputError::malformed(
            "the line sep= at the beginning names no delimiter that can be read; a comma, a semicolon and a tab can",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_found_outside_of_quotes() {
        let cases: [(&str, u8); 7] = [
            ("a,b;c,d\n;;;;;", b','),
            ("a;b;c,d", b';'),
            ("a\tb", b'\t'),
            ("\"a,b,\nc,\";d", b';'),
            ("\"a \"\"x,\"\"\";d", b';'),
            ("alone", b','),
            ("\n\na;b", b';'),
        ];
        for (text, delimiter) in cases {
            let found = Dialect::of(text.as_bytes()).unwrap();
            assert_eq!(found, Dialect::between(delimiter), "{text:?}");
        }
    }

    #[test]
    fn excels_first_line_names_the_delimiter() {
        for text in ["sep=;\r\na,b,c", "SEP=;", "\"sep=;\"\na", "sep=;,,"] {
            let found = Dialect::of(text.as_bytes()).unwrap();
            assert_eq!(found, Dialect { has_separator_line: true, ..Dialect::between(b';') }, "{text:?}");
        }
        for text in ["sep=|\na|b", "sep=", "sep=\na"] {
            let message = Dialect::of(text.as_bytes()).unwrap_err().to_string();
            assert!(message.contains("a comma, a semicolon and a tab"), "{message}");
        }
    }

    #[test]
    fn content_says_the_format_before_the_extension_does() {
        assert_eq!(format_of(b" {\"a\":1}", Some("csv")).unwrap(), Format::Ndjson);
        assert_eq!(format_of(b"a,b", Some("txt")).unwrap(), Format::Csv);
        assert_eq!(format_of(b"", Some("jsonl")).unwrap(), Format::Ndjson);
        assert_eq!(format_of(b"", None).unwrap(), Format::Csv);
        assert!(format_of(b"[{", None).unwrap_err().to_string().contains("one object a line"));
    }
}
