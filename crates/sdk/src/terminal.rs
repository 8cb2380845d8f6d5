//! Text from elsewhere, such as a reply, a file's name or a variable, made safe to show on a terminal.

use std::borrow::Cow;

/// Whether a character can act on a terminal, or on the text around it, without being seen: control characters, line
/// ends included, and marks that are invisible or change the direction of text.
///
/// ```
/// use avepoint_elements::terminal::is_unsafe;
///
/// assert!(['\u{1b}', '\u{9b}', '\n', '\u{202e}', '\u{feff}'].into_iter().all(is_unsafe));
/// assert!(!['a', ' ', 'ß', '北', '\u{301}'].into_iter().any(is_unsafe));
/// ```
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// The text on one line, with every [unsafe](is_unsafe) character escaped.
///
/// ```
/// assert_eq!(avepoint_elements::terminal::escape("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\nb");
/// ```
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    text.chars().for_each(|character| push_escaped(&mut escaped, character));
    escaped.into()
}

/// Appends a character, escaped if it is [unsafe](is_unsafe).
pub(crate) fn push_escaped(escaped: &mut String, character: char) {
    if is_unsafe(character) {
        escaped.extend(character.escape_debug());
    } else {
        escaped.push(character);
    }
}
