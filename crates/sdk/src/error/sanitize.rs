//! Foreign text in messages: shortened, and unable to steer a terminal.

use crate::terminal::push_escaped;

/// At most `bytes` bytes of a text (and an ellipsis where it goes on), control characters escaped and every
/// run of white space as one space.
pub(crate) fn sanitize(text: &str, bytes: usize) -> String {
    let mut safe = String::new();
    for word in text.split_whitespace() {
        let space = if safe.is_empty() { "" } else { " " };
        for character in space.chars().chain(word.chars()) {
            let before = safe.len();
            push_escaped(&mut safe, character);
            if safe.len() > bytes {
                safe.truncate(before);
                safe.push('…');
                return safe;
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::sanitize;

    #[test]
    fn a_terminal_is_not_steered() {
        assert_eq!(sanitize("a\u{1b}[31m\r\nb\u{202e}c", 99), "a\\u{1b}[31m b\\u{202e}c");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(sanitize("é€", 5), "é€");
        assert_eq!(sanitize("é€x", 5), "é€…");
        assert_eq!(sanitize("é€", 4), "é…");
    }
}
