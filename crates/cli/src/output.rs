//! What the program says: results on standard output, for people or for programs, and notes on standard error.
//!
//! Here alone it is written, and whatever comes from elsewhere in it, such as a file's name, a reply or an argument,
//! cannot steer a terminal.

use std::io::{IsTerminal, Stderr, Stdout, Write};
use std::path::Path;

use avepoint_elements::terminal;
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
        Format::Text => lines(&report.text()),
        Format::Json => json_text(&report.json()),
    };
    print_own(&format!("{}\n", text.trim_end()))
}

/// Writes a text in which nothing comes from elsewhere, as it is.
pub(crate) fn print_own(text: &str) -> Result<(), Failure> {
    let mut stdout = stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Writes a line to standard error. Nobody may be listening there, which changes nothing.
pub(crate) fn note(line: &str) {
    let _ = writeln!(stderr(), "{}", lines(line));
}

/// Writes a question to standard error, where the answer is typed behind it.
pub(crate) fn ask(question: &str) -> Result<(), Failure> {
    write!(stderr(), "{} ", lines(question))?;
    Ok(stderr().flush()?)
}

/// Whether somebody sees standard error.
pub(crate) fn is_seen() -> bool {
    stderr().is_terminal()
}

#[allow(clippy::disallowed_methods, reason = "the one place where it is called")]
fn stdout() -> Stdout {
    std::io::stdout()
}

#[allow(clippy::disallowed_methods, reason = "the one place where it is called")]
fn stderr() -> Stderr {
    std::io::stderr()
}

/// A text of several lines, none of which can steer a terminal.
fn lines(text: &str) -> String {
    text.split('\n').map(terminal::escape).collect::<Vec<_>>().join("\n")
}

/// JSON that says the same, and cannot steer a terminal: outside of texts it is plain ASCII.
fn json_text(json: &Value) -> String {
    let (mut escaped, mut units) = (String::new(), [0; 2]);
    for character in json.to_string().chars() {
        if terminal::is_unsafe(character) {
            let units = character.encode_utf16(&mut units).iter();
            escaped.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// The name of a file, on one line.
pub(crate) fn path(path: &Path) -> String {
    terminal::escape(&path.to_string_lossy()).into_owned()
}

/// An error with its causes, each on a line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let text = |error: &dyn std::error::Error| terminal::escape(&error.to_string()).into_owned();
    causes.fold(text(error), |all, cause| format!("{all}\n  cause: {}", text(cause)))
}

/// A number of things, such as `1 row` and `2 rows`.
pub(crate) fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The verb behind a number.
pub(crate) fn are(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// Names and values as two columns, a line each.
pub(crate) fn columns<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows: Vec<_> = rows.into_iter().collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    rows.iter()
        .map(|(name, value)| format!("{name:width$}  {}", terminal::escape(value)))
        .fold(String::new(), |all, row| all + &row + "\n")
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
