//! Results on standard output, for people or for programs.

use std::io::Write;

use serde_json::Value;

use crate::arguments::Format;
use crate::exit::Failure;

/// A result that can be written either way.
pub(crate) trait Report {
    /// Lines for people.
    fn text(&self) -> String;
    /// One object for programs.
    fn json(&self) -> Value;
}

/// Writes a result, and its line end, at once.
pub(crate) fn print(format: Format, report: &impl Report) -> Result<(), Failure> {
    let text = match format {
        Format::Text => report.text(),
        Format::Json => report.json().to_string(),
    };
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{}", text.trim_end())?;
    stdout.flush()?;
    Ok(())
}

/// Writes a line to standard error. Nobody may be listening there, which changes nothing.
pub(crate) fn note(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A number of things, such as `1 row` and `2 rows`.
pub(crate) fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The verb behind a number.
pub(crate) fn are(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// Names and values as two columns.
pub(crate) fn columns<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows: Vec<_> = rows.into_iter().collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    rows.iter().map(|(name, value)| format!("{name:width$}  {value}\n")).collect::<Vec<_>>().concat()
}

/// A name of a few words as a member of an object, such as `notAttempted`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        text + &head.to_ascii_uppercase() + tail
    })
}
