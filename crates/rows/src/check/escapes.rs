//! Characters as programs write them where they cannot stand themselves: `&uuml;`, `\u00fc`, `%C3%BC`, `=C3=BC`, `+APw-`,
//! `_x000D_`; and markup.

use memchr::{memchr_iter, memchr3_iter};

/// Whether a text holds such a character.
pub(super) fn are_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_one = |place: usize| {
        let (before, rest) = (&bytes[..place], &text[place + 1..]);
        match bytes[place] {
            b'&' => is_entity(rest) || is_open_entity(rest),
            b'\\' => is_of_code(before, rest),
            _ => is_of_url(before, rest.as_bytes()),
        }
    };
    memchr3_iter(b'&', b'\\', b'%', bytes).any(is_one)
        || memchr_iter(b'=', bytes).any(|place| is_of_mail(&bytes[..place], &bytes[place + 1..]))
        || memchr_iter(b'_', bytes).any(|place| is_of_workbook(&bytes[place + 1..]))
        || memchr_iter(b'+', bytes).any(|place| is_of_utf_7(&bytes[place + 1..]))
        || are_spaces_plus(text)
}

/// Whether text behind a plus is a letter with a mark as UTF-7 has it: `APw-`. Of the last sign, two bits are unused.
fn is_of_utf_7(text: &[u8]) -> bool {
    matches!(text, [b'A', b'I'..=b'P', last, b'-', ..] if b"AEIMQUYcgkosw048".contains(last))
}

/// Whether a text holds a tag of HTML: `<br>`, `<br />`, `</p>`.
pub(super) fn is_markup_in(text: &str) -> bool {
    memchr_iter(b'<', text.as_bytes()).any(|place| {
        let rest = &text[place + 1..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (name, rest) = rest.split_at(length);
        let is_ended = rest.starts_with(['>', '/']) || (rest.starts_with(' ') && rest.contains('>'));
        is_ended && TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name))
    })
}

/// Tags of HTML that stand in texts.
const TAGS: [&str; 24] = [
    "a", "b", "big", "br", "center", "div", "em", "font", "h1", "h2", "h3", "i", "img", "li", "ol", "p",
    "small", "span", "strong", "sub", "sup", "td", "u", "ul",
];

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

/// Letters with marks that HTML knew first, which browsers take without a semicolon: their marks, and before which letters
/// these stand.
const OPEN_MARKS: [(&str, &str); 9] = [
    ("uml", "aeiouyAEIOU"),
    ("acute", "aeiouyAEIOUY"),
    ("grave", "aeiouAEIOU"),
    ("circ", "aeiouAEIOU"),
    ("tilde", "anoANO"),
    ("cedil", "cC"),
    ("ring", "aA"),
    ("slash", "oO"),
    ("elig", "a"),
];

/// Whether a text behind an ampersand is an entity without a semicolon: `nbsp`, `uumlnchen`.
fn is_open_entity(text: &str) -> bool {
    let is_word = |word: &str| {
        let rest = text.strip_prefix(word);
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
    };
    let is_letter_with_mark = |(mark, letters): &(&str, &str)| {
        let mut characters = text.chars();
        characters.next().is_some_and(|letter| letters.contains(letter))
            && characters.as_str().starts_with(mark)
    };
    text.starts_with("nbsp")
        || text.starts_with("szlig")
        || ["amp", "quot", "apos", "lt", "gt"].into_iter().any(is_word)
        || OPEN_MARKS.iter().any(is_letter_with_mark)
}

/// Whether a text behind a backslash is a character of code: `u00fc`, `xfc`, `u{fc}`, or the first two of such bytes of
/// UTF-8 as `c3\bc` and `303\274`; one byte of another encoding, `374` or `'fc`; a quote or slash that needs none; or the
/// end of a line, `n`, before which no small letter stands as in a name.
fn is_of_code(before: &[u8], text: &str) -> bool {
    let is_name = |rest: &[u8]| rest.first().is_some_and(u8::is_ascii_lowercase);
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    match text.as_bytes() {
        [b'\'' | b'"' | b'/', next, ..] if next.is_ascii_alphanumeric() => !before.is_empty(),
        [b'r', b'\\', b'n', ..] => true,
        [b'n' | b'r' | b't', rest @ ..] => {
            !before.is_empty() && before.last() != Some(&b'\\') && !is_name(rest)
        }
        [a, b, c, rest @ ..]
            if is_letter(before.last())
                && is_letter(rest.first())
                && octal(&[*a, *b, *c]).is_some_and(|byte| byte >= 0x80) =>
        {
            true
        }
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
    let is_behind_digit = before.last().is_some_and(u8::is_ascii_digit);
    match rest {
        [b'u', a, b, c, d, ..] => are_hexadecimal(&[*a, *b, *c, *d]),
        [a, b, b'%', c, d, ..] if is_character([hexadecimal(*a, *b), hexadecimal(*c, *d)]) => true,
        [a, b, ..] if is_behind_letter => {
            hexadecimal(*a, *b).is_some_and(|byte| !byte.is_ascii_alphanumeric() && !byte.is_ascii_control())
        }
        // A comma and the like have a letter among their digits; a space has none, as a share of a hundred.
        [b'2', b'A'..=b'F', ..] => is_behind_digit,
        [b'2', b'0', next, ..] => is_behind_digit && next.is_ascii_uppercase(),
        _ => false,
    }
}

/// Whether bytes behind an equals sign are an encoded character of a mail, which has its digits in capitals: `C3=BC`; one
/// of another encoding, or a space, between letters.
fn is_of_mail(before: &[u8], rest: &[u8]) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    match rest {
        [a, b, b'=', c, d, ..] if [a, b, c, d].into_iter().all(|byte| is_digit(*byte)) => {
            is_character([hexadecimal(*a, *b), hexadecimal(*c, *d)])
        }
        [a, b, next, ..] if is_digit(*a) && is_digit(*b) => {
            let is_between =
                before.last().is_some_and(u8::is_ascii_alphabetic) && next.is_ascii_alphanumeric();
            is_between && hexadecimal(*a, *b).is_some_and(|byte| byte >= 0xC0 || byte == b' ')
        }
        _ => false,
    }
}

/// Whether bytes behind an underscore are a character as workbooks keep it: `x000D_`.
fn is_of_workbook(rest: &[u8]) -> bool {
    matches!(rest, [b'x', digits @ ..] if digits.len() > 4 && are_hexadecimal(&digits[..4]) && digits[4] == b'_')
}

/// Whether a plus stands in place of every space, as in the address of a page: `Main+St+5`. A name of two words may be
/// written so.
fn are_spaces_plus(text: &str) -> bool {
    let are_all = |part: &str, is: fn(&u8) -> bool| !part.is_empty() && part.as_bytes().iter().all(is);
    let is_word = |part: &str| {
        part.chars().all(|character| character.is_alphabetic() || matches!(character, '.' | ','))
    };
    let parts: Vec<_> = text.split('+').collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    let is_long = |part: &&str| part.chars().filter(|character| character.is_alphabetic()).count() > 2;
    parts.len() > 1
        && parts.iter().any(is_long)
        && parts.iter().all(|part| !part.is_empty() && (is_word(part) || are_all(part, u8::is_ascii_digit)))
        && (parts.len() > 2 || are_all(first, u8::is_ascii_digit) || are_all(last, u8::is_ascii_digit))
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
