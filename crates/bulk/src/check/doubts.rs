//! Values that can be sent as they are and are most likely not meant.

use crate::columns::Column;
use crate::ids::is_uuid;
use crate::input::{CLEAR, is_plain};

/// The longest placeholder, in bytes: three long dashes.
const LONGEST: usize = 9;

/// A space before a quote makes the quote a part of the value.
const IN_QUOTES: &str = "has quotes around it, which are sent as a part of it; write it without them, or without the space \
                         before them";

/// What is doubtful about the value of a column, countries aside.
pub(super) fn doubt(text: &str, column: Column) -> Option<String> {
    let is_id = column.office().is_none();
    if let Some(doubt) = placeholder(text) {
        return Some(if is_id { format!("{doubt}; write the id") } else { with_clear(doubt) });
    }
    if text.len() > 1 && text.starts_with('"') && text.ends_with('"') {
        return Some(IN_QUOTES.to_owned());
    }
    if is_id {
        around(text)
    } else if is_plain(text) {
        None
    } else {
        unseen(text)
    }
}

/// Whether the first byte of a plain value allows a doubt. It is asked of every value; most of them need no other look.
#[inline]
pub(super) fn may_be_doubtful(text: &str) -> bool {
    matches!(text.as_bytes().first(), Some(b'n' | b'N' | b'-' | b'{' | b'\'' | b'"'))
}

/// What is doubtful about a text that stands for a value which somebody did not have.
pub(super) fn placeholder(text: &str) -> Option<&'static str> {
    let is_dashes = || text.chars().all(|character| matches!(character, '-' | '–' | '—'));
    let is_one = (1..=LONGEST).contains(&text.len())
        && (text.eq_ignore_ascii_case("n/a") || text.eq_ignore_ascii_case("null") || is_dashes());
    is_one.then_some("looks like a placeholder and is sent as it is")
}

/// What is doubtful about a text with a spreadsheet's apostrophe before it.
pub(super) fn apostrophe(text: &str, what: &str) -> Option<String> {
    text.starts_with('\'').then(|| {
        format!(
            "begins with an apostrophe, by which a spreadsheet marks text and which is sent as it is; write the {what} \
             without it"
        )
    })
}

/// What stands around an id and most likely does not belong to it.
fn around(id: &str) -> Option<String> {
    let within = id.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    if within.is_some_and(is_uuid) {
        return Some(
            "has braces around it, which are sent as a part of the id; the same id without them counts as another, so \
             write it without them"
                .to_owned(),
        );
    }
    apostrophe(id, "id")
}

/// What cannot be seen of a value.
fn unseen(text: &str) -> Option<String> {
    if let Some(control) = text.chars().find(|character| is_control(*character)) {
        return Some(format!(
            "holds the control character U+{:04X}, which is sent as it is; most likely the text was damaged, so write \
             it anew",
            u32::from(control)
        ));
    }
    text.chars()
        .all(|character| character.is_whitespace() || is_invisible(character))
        .then(|| with_clear("holds nothing that can be seen and is sent as it is"))
}

/// Whether a character is neither text nor white space.
fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\r' | '\n')
}

/// Whether a character leaves no trace by itself. Among others, some are a part of words.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

fn with_clear(doubt: &str) -> String {
    format!("{doubt}; write the value, or {CLEAR} to send an empty one")
}
