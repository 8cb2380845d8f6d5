//! Redacts secrets in foreign text: a service may repeat what it was sent.

use std::char::decode_utf16;
use std::collections::BTreeSet;

/// Stands where a secret stood.
const MASK: &str = "***";
/// The shortest beginning of a secret that is masked at the end of a text that was cut.
const MIN_CUT_BYTES: usize = 8;
/// The longest escape, in bytes: two halves of a character beyond 16 bits.
const MAX_ESCAPE_BYTES: usize = 12;

/// The text without these secrets, plain or escaped for URLs, forms, JSON, HTML or XML, each character as it may be; a
/// beginning at the text's very end included.
pub(crate) fn redact(text: String, secrets: &[&str]) -> String {
    secrets.iter().filter(|secret| !secret.is_empty()).fold(text, |text, secret| without(text, secret))
}

fn without(text: String, secret: &str) -> String {
    let mut masked = String::new();
    let (mut kept, mut starts) = (0, text.char_indices().map(|(start, _)| start));
    while let Some(start) = starts.find(|start| *start >= kept) {
        if let Some(length) = length(&text.as_bytes()[start..], secret.as_bytes()) {
            masked.push_str(&text[kept..start]);
            masked.push_str(MASK);
            kept = start + length;
        }
    }
    if masked.is_empty() {
        return text;
    }
    masked.push_str(&text[kept..]);
    masked
}

/// How many bytes of a text, from its beginning, say the secret.
fn length(text: &[u8], secret: &[u8]) -> Option<usize> {
    // Most places are none at which one begins.
    units(text, secret).next()?;
    // How far each way to read the text has come, in the secret and in the text: a backslash may be one, or escape one.
    let mut ways = BTreeSet::from([(0, 0)]);
    while let Some((said, read)) = ways.pop_first() {
        let (rest, left) = (&text[read..], &secret[said..]);
        if left.is_empty() {
            return Some(read);
        }
        let before = ways.len();
        ways.extend(units(rest, left).map(|unit| (said + unit.said().len(), read + unit.length)));
        let is_cut =
            rest.is_empty() || (rest.len() < MAX_ESCAPE_BYTES && matches!(rest[0], b'\\' | b'%' | b'&'));
        if ways.len() == before && is_cut && said >= MIN_CUT_BYTES {
            return Some(text.len());
        }
    }
    None
}

/// The ways in which a text may begin to say the secret.
fn units(text: &[u8], secret: &[u8]) -> impl Iterator<Item = Unit> {
    [plain(text), escaped(text)].into_iter().flatten().filter(|unit| secret.starts_with(unit.said()))
}

/// A part of a text, and what it says: one byte, or one character.
struct Unit {
    length: usize,
    said: [u8; 4],
    bytes: usize,
}

impl Unit {
    fn byte(length: usize, byte: u8) -> Self {
        Self { length, said: [byte, 0, 0, 0], bytes: 1 }
    }

    fn character(length: usize, character: char) -> Self {
        let mut said = [0; 4];
        let bytes = character.encode_utf8(&mut said).len();
        Self { length, said, bytes }
    }

    fn said(&self) -> &[u8] {
        &self.said[..self.bytes]
    }
}

fn plain(text: &[u8]) -> Option<Unit> {
    text.first().map(|byte| Unit::byte(1, *byte))
}

fn escaped(text: &[u8]) -> Option<Unit> {
    match text {
        [b'+', ..] => Some(Unit::byte(1, b' ')),
        [b'%', digits @ ..] => Some(Unit::byte(3, u8::try_from(number(digits.get(..2)?, 16)?).ok()?)),
        [b'\\', b'u', digits @ ..] => {
            let half = |digits: &[u8]| u16::try_from(number(digits.get(..4)?, 16)?).ok();
            let second = digits.get(4..).and_then(|rest| rest.strip_prefix(b"\\u")).and_then(half);
            let halves = [Some(half(digits)?), second];
            let character = decode_utf16(halves.into_iter().flatten()).next()?.ok()?;
            Some(Unit::character(6 * character.len_utf16(), character))
        }
        [b'\\', character, ..] => Some(Unit::byte(2, *character)),
        [b'&', rest @ ..] => {
            let end = rest.iter().take(MAX_ESCAPE_BYTES).position(|byte| *byte == b';')?;
            Some(Unit::character(end + 2, entity(&rest[..end])?))
        }
        _ => None,
    }
}

/// What a character reference of HTML or XML stands for.
fn entity(name: &[u8]) -> Option<char> {
    let character = match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        _ => return None,
    };
    Some(character)
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::{MASK, redact};

    #[test]
    fn a_secret_is_masked_in_every_form_in_which_it_was_sent() {
        let text = "plain S3cret/+ü, form client_secret=S3cret%2F%2B%C3%BC&x, S3cret%2f%2b%c3%bc".to_owned();
        assert_eq!(redact(text, &["S3cret/+ü"]), "plain ***, form client_secret=***&x, ***");
    }

    #[test]
    fn a_secret_is_masked_however_a_reply_escapes_it() {
        let forms = [
            r"S3cr\u002Bet\/\u00fcb\ud83d\ude00",
            "S3cr+et/üb😀",
            "S3cr%2Bet/%C3%BCb%F0%9F%98%80",
            "S3cr&#43;et/&#xFC;b&#128512;",
            r"S3cr\u002bet\/üb\uD83D\uDE00",
        ];
        for form in forms {
            assert_eq!(redact(format!("no {form}, no"), &["S3cr+et/üb😀"]), "no ***, no");
            for cut in (0..form.len()).filter(|cut| form.is_char_boundary(*cut)) {
                let text = redact(format!("no {}", &form[..cut]), &["S3cr+et/üb😀"]);
                assert!(text == "no ***" || text.len() < 24, "{text}");
            }
        }
        for form in ["a~very%20long~\\\\<&>\"'secret", "a~very+long~\\&lt;&amp;&gt;&quot;&apos;secret"] {
            assert_eq!(redact(form.to_owned(), &["a~very long~\\<&>\"'secret"]), "***", "{form}");
        }
        // Each way to read backslashes is tried, and not all their combinations.
        assert!(redact("\\".repeat(400), &[&"\\".repeat(200)]).starts_with(MASK));
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in
            ["", "%", "%2", "\\", "\\u12", "&#;", "&#x110000;", "%zz+\\ud800\\u0041&amp;", "S3cre S3cr%2"]
        {
            assert_eq!(redact(text.to_owned(), &["S3cret/+ü"]), text);
        }
    }

    #[test]
    fn a_secret_that_is_cut_off_is_masked_as_well() {
        assert_eq!(redact("Bearer abcdefghij".to_owned(), &["abcdefghijklmnop"]), "Bearer ***");
        assert_eq!(redact("the end abc".to_owned(), &["abcdefghijklmnop"]), "the end abc");
        assert_eq!(redact("x".to_owned(), &[""]), "x");
    }
}
