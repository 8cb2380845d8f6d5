//! Foreign text in messages: shortened, and unable to steer a terminal.

use std::fmt::Write;

/// At most `bytes` bytes of a text (and an ellipsis where it goes on), control characters escaped and every
/// run of white space as one space.
pub(crate) fn shown(text: &str, bytes: usize) -> String {
    let mut shown = String::new();
    for word in text.split_whitespace() {
        let space = if shown.is_empty() { "" } else { " " };
        for character in space.chars().chain(word.chars()) {
            let before = shown.len();
            push(&mut shown, character);
            if shown.len() > bytes {
                shown.truncate(before);
                shown.push('…');
                return shown;
            }
        }
    }
    shown
}

fn push(shown: &mut String, character: char) {
    if character.is_control() || is_invisible(character) {
        // Writing to a text cannot fail.
        let _ = write!(shown, "{}", character.escape_unicode());
    } else {
        shown.push(character);
    }
}

/// Marks that change the direction or the look of the text around them (Unicode's format characters).
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_terminal_is_not_steered() {
        assert_eq!(shown("a\u{1b}[31m\r\nb\u{202e}c", 99), "a\\u{1b}[31m b\\u{202e}c");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(shown("é€", 5), "é€");
        assert_eq!(shown("é€x", 5), "é€…");
        assert_eq!(shown("é€", 4), "é…");
    }
}
