//! Text from elsewhere that may be opened in a spreadsheet or shown on a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// A text that cannot start a formula, and whose control and direction characters are escaped.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !starts_formula(text) {
        return text.into();
    }
    let mut clean = String::with_capacity(text.len() + 8);
    if starts_formula(text) {
        clean.push('\'');
    }
    for character in text.chars() {
        push(&mut clean, character);
    }
    clean.into()
}

/// Whether a spreadsheet may calculate a text: the list of OWASP on CSV injection, its full-width signs
/// included, and white space before them.
fn starts_formula(text: &str) -> bool {
    let sign =
        |first| matches!(first, '=' | '+' | '-' | '@' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}');
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(sign)
}

fn push(clean: &mut String, character: char) {
    if character.is_control() || is_format(character) {
        // Writing to a text cannot fail.
        let _ = write!(clean, "{}", character.escape_unicode());
    } else {
        clean.push(character);
    }
}

/// Marks that change the direction or the look of the text around them, and ends of lines and paragraphs.
fn is_format(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn no_text_starts_a_formula() {
        for sign in ["=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", " =", "\u{A0}="] {
            assert_eq!(clean(&format!("{sign}1+1")), format!("'{sign}1+1"));
        }
        assert_eq!(clean("\t=1"), "'\\u{9}=1");
        assert_eq!(clean("\r1"), "'\\u{d}1");
        assert_eq!(clean("\n1"), "'\\u{a}1");
    }

    #[test]
    fn no_text_steers_a_terminal() {
        assert_eq!(clean("a\u{1b}[31m\u{9b}b\u{7f}\u{202e}c"), "a\\u{1b}[31m\\u{9b}b\\u{7f}\\u{202e}c");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["", "a=b", "7-8", "Straße, 北京", "it's"] {
            assert_eq!(clean(text), text);
        }
    }
}
