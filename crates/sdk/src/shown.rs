//! Foreign text in messages: shortened, and unable to steer a terminal.

use crate::terminal::push_escaped;

/// At most `bytes` bytes of a text (and an ellipsis where it goes on), control characters escaped and every
/// run of white space as one space.
pub(crate) fn shown(text: &str, bytes: usize) -> String {
    let mut shown = String::new();
    for word in text.split_whitespace() {
        let space = if shown.is_empty() { "" } else { " " };
        for character in space.chars().chain(word.chars()) {
            let before = shown.len();
            push_escaped(&mut shown, character);
            if shown.len() > bytes {
                shown.truncate(before);
                shown.push('…');
                return shown;
            }
        }
    }
    shown
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
