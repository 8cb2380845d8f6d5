//! Text from elsewhere that may be opened in a spreadsheet or shown on a terminal.

use std::borrow::Cow;

use avepoint_elements::terminal;

/// A text that cannot start a formula, and whose control and direction characters are escaped.
pub fn spreadsheet_safe(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !starts_formula(text) {
        return text.into();
    }
    let escaped = terminal::escape(text);
    if starts_formula(text) { format!("'{escaped}").into() } else { escaped }
}

/// A text without the apostrophe that [`spreadsheet_safe`] puts before what would start a formula.
pub(crate) fn without_guard(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| starts_formula(rest)).unwrap_or(text)
}

/// Whether a spreadsheet may calculate a text: the list of OWASP on CSV injection, its full-width signs
/// included, and white space before them.
fn starts_formula(text: &str) -> bool {
    let sign =
        |first| matches!(first, '=' | '+' | '-' | '@' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}');
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(sign)
}

#[cfg(test)]
mod tests {
    use super::{spreadsheet_safe, without_guard};

    #[test]
    fn no_text_starts_a_formula() {
        for sign in ["=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", " =", "\u{A0}="] {
            let formula = format!("{sign}1+1");
            assert_eq!(spreadsheet_safe(&formula), format!("'{formula}"));
            assert_eq!(without_guard(&spreadsheet_safe(&formula)), formula);
        }
        assert_eq!(spreadsheet_safe("\t=1"), "'\\t=1");
        assert_eq!(spreadsheet_safe("\r1"), "'\\r1");
        assert_eq!(spreadsheet_safe("\n1"), "'\\n1");
    }

    #[test]
    fn no_text_steers_a_terminal() {
        assert_eq!(
            spreadsheet_safe("a\u{1b}[31m\u{9b}b\u{7f}\u{202e}c"),
            "a\\u{1b}[31m\\u{9b}b\\u{7f}\\u{202e}c"
        );
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["", "a=b", "7-8", "Straße, 北京", "it's", "'s-Gravenhage"] {
            assert_eq!(spreadsheet_safe(text), text);
            assert_eq!(without_guard(text), text);
        }
    }
}
