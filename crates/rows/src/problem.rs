//! What is wrong with a row, and where.

use std::fmt;

use avepoint_elements::terminal;

use crate::columns::Column;
use crate::format::Format;

/// The longest value or name that a message shows, in characters.
const MAX_EXCERPT_CHARS: usize = 40;

/// One thing that is wrong with a row, or suspicious.
///
/// What it shows of a file is shortened and cannot steer a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The cell of the sheet, such as `C17`, where the input is a workbook and a column is at fault.
    pub cell: Option<String>,
    /// The column, as the file names it, where one is at fault.
    pub column: Option<String>,
    /// The value, at most 40 characters of it, where there is one.
    pub value: Option<String>,
    /// What is wrong, what is allowed, and what to do.
    pub message: String,
    /// The option that helps, where one does.
    pub advice: Option<Advice>,
}

impl Problem {
    /// A problem of a whole row.
    pub(crate) fn of_row(line: u64, message: impl Into<String>) -> Self {
        Self { line, cell: None, column: None, value: None, message: message.into(), advice: None }
    }

    /// A problem of a value.
    pub(crate) fn of_value(line: u64, column: &str, value: &str, message: impl Into<String>) -> Self {
        let value = (!value.is_empty()).then(|| excerpt(value));
        Self { line, cell: None, column: Some(excerpt(column)), value, message: message.into(), advice: None }
    }

    /// This problem with an option that helps.
    pub(crate) fn advise(self, advice: Advice) -> Self {
        Self { advice: Some(advice), ..self }
    }

    /// What it says where the line is known.
    pub fn within_row(&self) -> String {
        match (&self.column, &self.value) {
            (None, _) => self.message.clone(),
            (Some(column), None) => format!("{column}: {}", self.message),
            (Some(column), Some(value)) => format!("{column} \"{value}\": {}", self.message),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.column.is_some() { ", " } else { ": " };
        match &self.cell {
            Some(cell) => write!(f, "{cell}{separator}{}", self.within_row()),
            None => write!(f, "line {}{separator}{}", self.line, self.within_row()),
        }
    }
}

/// A text of a file as messages show it: shortened to 40 characters, and without anything that steers a terminal.
pub fn excerpt(text: &str) -> String {
    let mut shown = String::new();
    let mut length = 0;
    for character in text.chars() {
        let mut bytes = [0; 4];
        let escaped = terminal::escape(character.encode_utf8(&mut bytes));
        length += escaped.chars().count();
        if length > MAX_EXCERPT_CHARS {
            shown.push('…');
            break;
        }
        shown.push_str(&escaped);
    }
    shown
}

/// What can be done about a problem other than correct the input: an option of [`InputOptions`](crate::InputOptions). A
/// program names its own flag for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// [Allow](crate::InputOptions::allow_multiline) values that hold lines which look like rows.
    AllowMultiline,
    /// [Map](crate::InputOptions::map) the columns that the header calls otherwise.
    MapColumns {
        /// Those without which nothing can be read.
        required: Vec<Column>,
        /// Those that may be left out.
        optional: Vec<Column>,
    },
    /// [Read](crate::InputOptions::format) the input as this format.
    ReadAs(Format),
    /// Read the [sheet](crate::InputOptions::sheet) of this name.
    ReadSheet(String),
    /// Make a [plan](crate::Purpose::Plan) of the input, which takes addresses for users and can keep values.
    Plan,
    /// Apply the input, which is a plan already, or look at it.
    UsePlan,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shortened_to_forty_characters() {
        assert_eq!(excerpt(&"ä".repeat(40)), "ä".repeat(40));
        assert_eq!(excerpt(&"ä".repeat(41)), "ä".repeat(40) + "…");
        assert_eq!(excerpt(&"\u{1b}".repeat(41)), "\\u{1b}".repeat(6) + "…");
    }

    #[test]
    fn a_value_cannot_steer_a_terminal() {
        assert_eq!(excerpt("a\u{1b}[31m\r\n\u{202e}b\u{9b}"), "a\\u{1b}[31m\\r\\n\\u{202e}b\\u{9b}");
        assert_eq!(excerpt("O'Hara \"x\" \\ e\u{301}"), "O'Hara \"x\" \\ e\u{301}");
    }

    #[test]
    fn a_problem_names_the_place() {
        let problem = Problem::of_value(12, "PLZ", "x", "is wrong");
        assert_eq!(problem.to_string(), "line 12, PLZ \"x\": is wrong");
        assert_eq!(Problem::of_value(12, "PLZ", "", "is blank").to_string(), "line 12, PLZ: is blank");
        assert_eq!(Problem::of_row(3, "is odd").to_string(), "line 3: is odd");
    }
}
