//! A program with its arguments, which no shell reads.

use std::fmt;

use serde_json::Value;

/// A program and its arguments; there is always a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    pub(crate) program: String,
    pub(crate) arguments: Vec<String>,
}

impl CommandLine {
    /// A program and its arguments, one behind the other; none where the program is missing or blank.
    pub(crate) fn of(words: Vec<String>) -> Option<Self> {
        let mut words = words.into_iter();
        let program = words.next().filter(|program| !program.trim().is_empty())?;
        Some(Self { program, arguments: words.collect() })
    }

    fn words(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.program).chain(&self.arguments)
    }
}

/// As an array of JSON, which is one of TOML, too.
impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.words().map(|word| Value::from(word.as_str()).to_string()).collect();
        write!(f, "[{}]", words.join(", "))
    }
}

/// What only a shell would understand.
const OF_SHELLS: [char; 12] = ['"', '\'', '\\', '$', '`', '|', '&', ';', '<', '>', '*', '?'];

/// An array of JSON texts, or words with white space between, in which nothing has a meaning for a shell.
pub(crate) fn command_line(text: &str) -> Result<CommandLine, String> {
    const ALLOWED: &str = "a program and its arguments are an array of texts, such as [\"pass\", \"show\", \"my elements\"], or \
                           words with spaces between, such as pass show elements";
    let words = if text.trim_start().starts_with('[') {
        serde_json::from_str::<Vec<String>>(text).map_err(|_| ALLOWED)?
    } else if let Some(character) = text.chars().find(|character| OF_SHELLS.contains(character)) {
        return Err(format!("no shell reads it, and {character} is for shells; {ALLOWED}"));
    } else {
        text.split_whitespace().map(str::to_owned).collect()
    };
    CommandLine::of(words).ok_or_else(|| ALLOWED.to_owned())
}

#[cfg(test)]
mod tests {
    use super::command_line;

    #[test]
    fn words_are_split_at_white_space_and_an_array_is_taken_as_it_is() {
        for (text, expected) in [
            ("pass", r#"["pass"]"#),
            (" pass  show\telements ", r#"["pass", "show", "elements"]"#),
            (r#"["pass","my elements", "$HOME"]"#, r#"["pass", "my elements", "$HOME"]"#),
        ] {
            assert_eq!(command_line(text).unwrap().to_string(), expected);
            assert_eq!(command_line(expected), command_line(text), "it reads what it writes");
        }
    }

    #[test]
    fn what_a_shell_would_read_is_refused() {
        for text in ["pass 'my elements'", "cat $HOME/secret", "a | b", "a; b", "a > b", "`a`", "a\\ b"] {
            assert!(command_line(text).unwrap_err().contains("no shell"), "{text}");
        }
        for text in ["", " ", "[]", "[\"\"]", "[1]", "[\"a\""] {
            assert!(command_line(text).unwrap_err().contains("array of texts"), "{text}");
        }
    }
}
