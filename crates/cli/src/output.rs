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

/// Names and values as two columns.
pub(crate) fn columns<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows: Vec<_> = rows.into_iter().collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    rows.iter().map(|(name, value)| format!("{name:width$}  {value}\n")).collect::<Vec<_>>().concat()
}
