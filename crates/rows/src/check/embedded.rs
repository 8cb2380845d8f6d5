//! What programs wrote for a value that was not there within a longer one: `Main St 5 null`, `Main St ${no}`.

use super::placeholders;
use crate::text::is_between_words;

/// What a text holds beside something else, if it stands there in place of a value. The code of the row's country tells
/// places that are called so.
pub(super) fn find(text: &str, country: Option<&str>) -> Option<&'static str> {
    if begins_with_word(text, country) || ends_with_word(text, country) || is_in_brackets(text, country) {
        Some("holds a placeholder beside something else and is sent as it is")
    } else if holds_object(text) {
        Some("holds what a program writes in place of an object or a list, and is sent as it is")
    } else if holds_variable(text) {
        Some("holds a variable of a template that was not filled in, and is sent as it is")
    } else {
        None
    }
}

/// Whether a text of plain characters may hold one at its end, judged by its last letters.
#[inline]
pub(super) fn may_end_with_one(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [.., b'n' | b'N', b'u' | b'U', b'l' | b'L', b'l' | b'L']
            | [.., b'l' | b'L', b'l' | b'L', b'.' | b',' | b';']
            | [.., b'n' | b'N', b'a', b'n' | b'N' | b'T']
            | [.., b'n' | b'N', b'o', b'n', b'e']
            | [.., b'i' | b'I', b'n' | b'N', b'e' | b'E', b'd' | b'D']
            | [.., b'/', b'a' | b'A']
            | [.., b' ', b'n' | b'N', b'/' | b'.', b'a' | b'A', b'.']
    )
}

/// Whether a place may be called `None`, as a town in Piedmont is.
pub(super) fn is_place(text: &str, country: Option<&str>) -> bool {
    matches!(text, "None" | "none" | "NONE") && country == Some("IT")
}

/// Whether a word for nothing stands before others. A street may be called after a family Null, and a town is called None.
fn begins_with_word(text: &str, country: Option<&str>) -> bool {
    let Some(end) = text.find(|character| is_between_words(character) || matches!(character, '/' | '-'))
    else {
        return false;
    };
    let (word, rest) = text.split_at(end);
    let is_ended = rest.starts_with([',', ';', '|']);
    rest.chars().any(char::is_alphanumeric)
        && match word {
            "null" | "NULL" | "undefined" => true,
            "NaN" | "NaT" => rest.starts_with(is_between_words),
            "nan" => rest.starts_with(is_between_words) && !names_the_south(country),
            "None" | "none" => is_ended,
            "n" | "N" => is_not_available(text),
            _ => false,
        }
}

/// `n/a, Dresden`.
fn is_not_available(text: &str) -> bool {
    let first = text.split([',', ';', '|']).next().unwrap_or_default();
    first.eq_ignore_ascii_case("n/a") && first.len() < text.len()
}

/// Whether streets of a country have `nan`, south, in their names.
fn names_the_south(country: Option<&str>) -> bool {
    matches!(country, Some("CN" | "HK" | "MO" | "SG" | "TW"))
}

/// Whether a word for nothing stands behind others.
fn ends_with_word(text: &str, country: Option<&str>) -> bool {
    let text = text.trim_end_matches(['.', ',', ';']);
    if !may_end_with_one(text) {
        return false;
    }
    let place = text.rfind(|character| is_between_words(character) || matches!(character, '/' | '-' | '_'));
    let Some(place) = place else { return false };
    let (before, word) = text.split_at(place);
    let word = word.trim_start_matches(|character: char| !character.is_alphanumeric());
    let is_own_word = text[place..].starts_with(is_between_words);
    before.chars().any(char::is_alphanumeric)
        && match word {
            "null" | "NULL" | "undefined" | "UNDEFINED" => true,
            "NaN" | "NaT" => is_own_word,
            "nan" => is_own_word && !names_the_south(country),
            "None" | "none" => is_own_word && country != Some("IT"),
            "a" | "A" => {
                let last = text.rsplit(is_between_words).next().unwrap_or_default();
                last.eq_ignore_ascii_case("n/a") && last.len() < text.len()
            }
            _ => false,
        }
}

/// Whether a word for nothing stands in brackets somewhere, as in `Main St (null) 5`.
fn is_in_brackets(text: &str, country: Option<&str>) -> bool {
    let is_one = |(place, open): (usize, &str)| {
        let close = match open {
            "(" => ')',
            "[" => ']',
            _ => '>',
        };
        let inner = text[place + 1..].split_once(close).map(|(inner, _)| inner);
        inner.is_some_and(|inner| {
            let is_listed = ["null", "nil", "undefined", "nan", "none", "n/a", "na"]
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(inner));
            let is_name = matches!(inner, "Nan" | "NAN" | "Na" | "NA" | "Nil") || is_place(inner, country);
            is_listed && !is_name
        })
    };
    text.match_indices(['(', '[', '<']).any(is_one)
}

/// Whether a text holds the name of a type, or an object as a program shows it.
fn holds_object(text: &str) -> bool {
    const MARKS: [&str; 8] =
        ["[object ", "<class '", " object at 0x", "HASH(0x", "ARRAY(0x", "Object;@", "%!s(", "%!v("];
    let holds_type = || {
        text.contains(['[', '@', '<', '{'])
            && text.split(is_between_words).any(placeholders::is_object_in_one_word)
    };
    MARKS.iter().any(|mark| text.contains(mark)) || holds_type()
}

/// Whether a text holds a variable: `${no}`, `{{no}}`, `{no}`, `{0}`, `%s`, `%NO%`, `<%= no %>`.
fn holds_variable(text: &str) -> bool {
    text.contains("<%=") || holds_braces(text) || holds_percent(text)
}

fn holds_braces(text: &str) -> bool {
    let is_name = |inner: &str| {
        let name = inner.trim_start_matches('{').trim();
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'))
    };
    // `\u{fc}` is a character.
    !text.contains("\\u{")
        && text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).any(|(inner, _)| is_name(inner))
}

fn holds_percent(text: &str) -> bool {
    let is_in_name = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    memchr::memchr_iter(b'%', text.as_bytes()).any(|place| {
        let (before, rest) = (&text.as_bytes()[..place], &text.as_bytes()[place + 1..]);
        if before.last().is_some_and(u8::is_ascii_alphanumeric) {
            return false;
        }
        let name = rest.iter().take_while(|byte| is_in_name(**byte)).count();
        let is_named = name > 1 && rest.get(name) == Some(&b'%');
        let is_of_print = matches!(rest, [b's' | b'd' | b'i' | b'v' | b'@', rest @ ..]
            if !rest.first().is_some_and(u8::is_ascii_alphanumeric));
        is_named || is_of_print
    })
}
