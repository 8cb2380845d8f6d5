//! What the program says: reports on standard output, for people or for programs, and notes on standard error.
//!
//! Only this file writes there. Whatever comes from elsewhere, such as a file's name, a reply or an argument, cannot steer
//! a terminal.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, IsTerminal, Read, Stderr, Stdout, Write};
use std::path::Path;

use anstream::AutoStream;
use avepoint_elements::terminal;
use clap::builder::styling::{AnsiColor, Style};
use clap::{ColorChoice, ValueEnum};
use serde_json::Value;
use terminal_size::{Height, Width, terminal_size_of};

use crate::wrapped::wrapped;

/// How many things of a kind a message names.
pub(crate) const MAX_NAMED: usize = 20;

/// How much text of a list is collected before it is written, in bytes.
pub(crate) const BUFFERED: usize = 1 << 16;

/// How reports are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a line: for lists, a row each.
    Ndjson,
    /// Comma-separated values: for lists and readings only.
    Csv,
}

/// A report that can be written in each format.
pub(crate) trait Report {
    /// Lines for people.
    fn text(&self) -> String;
    /// One object for programs.
    fn json(&self) -> Value;
}

/// Writes reports in one format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    format: OutputFormat,
}

impl Printer {
    pub(crate) fn new(format: OutputFormat) -> Self {
        Self { format }
    }

    pub(crate) fn format(self) -> OutputFormat {
        self.format
    }

    pub(crate) fn is_json(self) -> bool {
        self.format == OutputFormat::Json
    }

    /// Writes a report, and its line end, at once.
    pub(crate) fn print(self, report: &impl Report) -> io::Result<()> {
        let text = match self.format {
            OutputFormat::Text => for_terminal(&lines(&report.text()), terminal_size_of(stdout())),
            OutputFormat::Csv => lines(&report.text()),
            OutputFormat::Json | OutputFormat::Ndjson => json_text(&report.json()),
        };
        self.print_text(&format!("{}\n", text.trim_end()))
    }

    /// Writes a text of the program's own as it is, whatever the format.
    #[allow(clippy::unused_self, reason = "to print takes a printer")]
    pub(crate) fn print_text(self, text: &str) -> io::Result<()> {
        let mut stdout = stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Writes an object whose last member is a list: `items` writes what is in it.
    pub(crate) fn print_with_list<E: From<io::Error>>(
        self,
        object: &Value,
        name: &str,
        items: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let text = json_text(object);
        let open = text.strip_suffix('}').unwrap_or(&text);
        self.print_text(&format!("{open},\"{name}\":["))?;
        items()?;
        Ok(self.print_text("]}\n")?)
    }

    /// Writes a text of the program's own that a file has.
    #[allow(clippy::unused_self, reason = "to print takes a printer")]
    pub(crate) fn copy(self, file: &mut impl Read) -> io::Result<()> {
        let mut stdout = stdout().lock();
        io::copy(file, &mut stdout)?;
        stdout.flush()
    }
}

/// Writes a line to standard error, where a label that it begins with is coloured. A failure to write there changes nothing.
pub(crate) fn note(line: &str) {
    let line = coloured(&for_terminal(&lines(line), terminal_size_of(stderr())));
    let _ = writeln!(AutoStream::auto(stderr()), "{line}");
}

/// Writes a note, if there is one.
pub(crate) fn note_any(what: Option<impl Display>) {
    if let Some(what) = what {
        note(&format!("note: {what}"));
    }
}

/// A text, cut between words where it goes to a terminal.
fn for_terminal(text: &str, size: Option<(Width, Height)>) -> String {
    match size {
        Some((Width(columns), _)) => wrapped(text, columns.into()),
        None => text.to_owned(),
    }
}

/// Whether messages have colours: `never`, `always`, or as the terminal and the environment have it.
pub(crate) fn set_color(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// A line with the colours of its label, which are those of clap's own messages.
fn coloured(line: &str) -> String {
    let label = LABELS.into_iter().find_map(|(label, style)| Some((label, line.strip_prefix(label)?, style)));
    match label {
        Some((label, rest, style)) => format!("{style}{label}{style:#}{rest}"),
        None => line.to_owned(),
    }
}

/// What a line may begin with.
const LABELS: [(&str, Style); 3] = [
    ("error:", AnsiColor::Red.on_default().bold()),
    ("warning:", AnsiColor::Yellow.on_default().bold()),
    ("note:", AnsiColor::Cyan.on_default().bold()),
];

/// Writes a question to standard error, where the answer is typed behind it.
pub(crate) fn ask(question: &str) -> io::Result<()> {
    write!(stderr(), "{} ", for_terminal(&lines(question), terminal_size_of(stderr())))?;
    stderr().flush()
}

/// Removes a line that shows progress from the terminal, if there is one.
pub(crate) fn clear_line() {
    if is_terminal() {
        let _ = write!(stderr(), "\r\u{1b}[2K");
    }
}

/// Whether standard error is a terminal.
pub(crate) fn is_terminal() -> bool {
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
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// JSON that says the same, and cannot steer a terminal: outside of texts it is plain ASCII.
pub(crate) fn json_text(json: &Value) -> String {
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
    one_line(&path.to_string_lossy()).into_owned()
}

/// A file that has not its name yet, since something was stopped early.
pub(crate) fn not_whole(partial: &Path) -> String {
    format!("{}, not whole", path(partial))
}

/// The environment of a report, and whether it is a rehearsal in one.
pub(crate) fn scene(environment: &str, is_rehearsal: bool) -> String {
    let what = if is_rehearsal { "a rehearsal in the " } else { "" };
    format!("{what}{}", one_line(environment))
}

/// A text that is not of the program, on one line: no line feed in it begins a line that looks like the program's.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    terminal::escape(text)
}

/// An error with its causes, each on a line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let text = |error: &dyn std::error::Error| one_line(&error.to_string()).into_owned();
    causes.fold(text(error), |all, cause| format!("{all}\n  cause: {}", text(cause)))
}

/// A number of things, such as `1 row` and `2 rows`.
pub(crate) fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A number with a comma before every three digits.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The verb behind a number.
pub(crate) fn are(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// Names and values as two columns, a line each.
pub(crate) fn columns<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows = rows.into_iter().map(|(name, value)| (one_line(name), value));
    let rows: Vec<_> = rows.collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    rows.iter()
        .map(|(name, value)| format!("{name:width$}  {}", one_line(value)))
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
