//! Values as texts: what clears one, and what does not belong to one.

use std::borrow::Cow;

/// The text that clears a value, in either case.
pub const CLEAR: &str = "#CLEAR";

/// The text that keeps a value, in either case. Plans alone take it.
pub const KEEP: &str = "#KEEP";

/// What results have where a row ended before a required cell: the row stays as wrong as it was.
pub(crate) const MISSING: &str = "#MISSING";

/// What a sheet, and results of it, have in place of a formula that was never calculated: the cell stays as wrong as it was.
pub(crate) const NOT_CALCULATED: &str = "#NOT_CALCULATED";

/// What to say of a value with the character that stands for bytes which were no text.
pub(crate) const HOLDS_REPLACEMENT: &str = "holds the replacement character U+FFFD: the text was damaged when it was saved; \
                                            write the value anew, and save the file as UTF-8";

/// Whether a text holds nothing but ASCII that can be seen, and spaces, as most do. A question mark, which may stand for
/// a lost letter, a number sign, which may begin an error, quotes, and the signs that begin escapes, markup and objects,
/// are not plain.
pub(crate) fn is_plain(text: &str) -> bool {
    // Without a way out in between, the scan takes many bytes at a time, and those that are not plain are compared quicker
    // than the ranges of the others.
    text.bytes().fold(true, |plain, byte| {
        let is_special = matches!(byte, b'"'..=b'+' | b'<'..=b'?' | b'['..=b'_');
        plain & (matches!(byte, b' '..=b'z') && !is_special)
    })
}

/// A text without white space around it, byte order marks included.
#[inline]
pub fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(|character: char| character.is_whitespace() || character == '\u{FEFF}'),
    }
}

/// Whether a text is a number of digits alone. An empty one is none.
#[inline]
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text holds a digit.
#[inline]
pub(crate) fn has_digits(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a character stands between words, or between values that were joined.
pub(crate) fn is_between_words(character: char) -> bool {
    character.is_whitespace() || matches!(character, ',' | ';' | '|')
}

/// Whether a character leaves no trace by itself. Among others, some are a part of words.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFC}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The text of a formula that is nothing but a text, by which people keep a spreadsheet from making a number of a code
/// (`="01067"`); or a text as it is.
#[inline]
pub(crate) fn unwrapped(text: &str) -> Cow<'_, str> {
    match text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner_text(text, inner),
        None => Cow::Borrowed(text),
    }
}

/// The text between the quotes of a formula, if it is nothing but that.
fn inner_text<'t>(text: &'t str, inner: &'t str) -> Cow<'t, str> {
    if !inner.contains('"') {
        Cow::Borrowed(trimmed(inner))
    } else if inner.split("\"\"").any(|part| part.contains('"')) {
        // A quote that is not doubled ends the text, so this formula has more parts.
        Cow::Borrowed(text)
    } else {
        Cow::Owned(trimmed(&inner.replace("\"\"", "\"")).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[test]
    fn a_formula_that_is_a_text_is_unwrapped_and_others_are_not() {
        let cases = [
            ("=\"01067\"", "01067"),
            ("=\" u1 \"", "u1"),
            ("=\"\"", ""),
            ("=\"the \"\"old\"\" town\"", "the \"old\" town"),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=\"a\"\"", "=\"a\"\""),
            ("=\"", "=\""),
            ("=A1", "=A1"),
            ("01067", "01067"),
        ];
        for (text, expected) in cases {
            assert_eq!(unwrapped(text), expected, "{text}");
        }
    }
}
