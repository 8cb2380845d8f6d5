//! Characters as programs write them where they cannot stand themselves: `&uuml;`, `\u00fc`, `%C3%BC`.

use memchr::memchr3_iter;

/// Whether a text holds such a character.
pub(super) fn are_in(text: &str) -> bool {
    memchr3_iter(b'&', b'\\', b'%', text.as_bytes()).any(|place| {
        let (before, rest) = (&text.as_bytes()[..place], &text[place + 1..]);
        match text.as_bytes()[place] {
            b'&' => is_entity(rest),
            b'\\' => is_of_code(rest),
            _ => is_of_url(before, rest.as_bytes()),
        }
    })
}

/// Names of HTML's characters in addresses, but for letters with marks.
const ENTITIES: &str = "\
    amp lt gt quot apos nbsp ensp emsp thinsp shy szlig eth thorn ETH THORN ordf ordm deg ndash mdash horbar lsquo rsquo \
    ldquo rdquo sbquo bdquo laquo raquo hellip middot copy reg trade euro pound sect frac12 frac14 frac34 sup2 sup3 times \
    num comma period sol colon semi lpar rpar lowbar Tab NewLine inodot iexcl iquest zwj zwnj lrm rlm";

/// How HTML calls the marks of letters, behind the letters.
const MARKS: [&str; 16] = [
    "uml", "acute", "grave", "circ", "tilde", "cedil", "ring", "caron", "slash", "elig", "Elig", "breve",
    "macr", "ogon", "strok", "dot",
];

/// Whether a text behind an ampersand is an entity: `uuml;`, `#252;`, `#xFC;`.
fn is_entity(text: &str) -> bool {
    let Some((name, _)) = text.split_once(';') else { return false };
    let is_letter_with_mark = || {
        let letter = MARKS.iter().find_map(|mark| name.strip_suffix(mark));
        letter.is_some_and(|letter| matches!(letter.as_bytes(), [letter] if letter.is_ascii_alphabetic()))
    };
    match name.as_bytes() {
        [b'#', b'x' | b'X', digits @ ..] => are_hexadecimal(digits) && digits.len() < 7,
        [b'#', digits @ ..] => {
            !digits.is_empty() && digits.len() < 8 && digits.iter().all(u8::is_ascii_digit)
        }
        _ => ENTITIES.split(' ').any(|entity| entity == name) || is_letter_with_mark(),
    }
}

/// Whether a text behind a backslash is a character of code: `u00fc`, `xfc`, `u{fc}`, or the first two of such bytes of
/// UTF-8 as `c3\bc` and `303\274`.
fn is_of_code(text: &str) -> bool {
    match text.as_bytes() {
        [b'u', b'{', ..] => {
            text[2..].split_once('}').is_some_and(|(digits, _)| are_hexadecimal(digits.as_bytes()))
        }
        [b'u', a, b, c, d, ..] => are_hexadecimal(&[*a, *b, *c, *d]),
        [b'U', digits @ ..] if digits.len() >= 8 => are_hexadecimal(&digits[..8]),
        [b'x', a, b, ..] => are_hexadecimal(&[*a, *b]),
        [a, b, b'\\', c, d, ..] => is_character([hexadecimal(*a, *b), hexadecimal(*c, *d)]),
        bytes @ [_, _, _, b'\\', _, _, _, ..] => is_character([octal(&bytes[..3]), octal(&bytes[4..7])]),
        _ => false,
    }
}

/// Whether bytes behind a percent sign are an encoded character: one outside of ASCII, or any behind a letter that is
/// no letter or digit itself.
fn is_of_url(before: &[u8], rest: &[u8]) -> bool {
    let is_behind_letter = before.last().is_some_and(u8::is_ascii_alphabetic);
    match rest {
        [b'u', a, b, c, d, ..] => are_hexadecimal(&[*a, *b, *c, *d]),
        [a, b, b'%', c, d, ..] if is_character([hexadecimal(*a, *b), hexadecimal(*c, *d)]) => true,
        [a, b, ..] if is_behind_letter => {
            hexadecimal(*a, *b).is_some_and(|byte| !byte.is_ascii_alphanumeric() && !byte.is_ascii_control())
        }
        _ => false,
    }
}

/// Whether two bytes are the first of a character of UTF-8 outside of ASCII.
fn is_character(bytes: [Option<u8>; 2]) -> bool {
    matches!(bytes, [Some(0xC2..=0xF4), Some(0x80..=0xBF)])
}

fn are_hexadecimal(digits: &[u8]) -> bool {
    !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)
}

/// The byte of two hexadecimal digits.
fn hexadecimal(first: u8, second: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(first)? * 16 + digit(second)?).ok()
}

/// The byte of three octal digits.
fn octal(digits: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(8);
    let number = digits.iter().try_fold(0, |number, byte| Some(number * 8 + digit(byte)?));
    u8::try_from(number?).ok()
}
