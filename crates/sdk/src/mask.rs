//! Keeps secrets out of what others say: a service may repeat what it was sent.

use zeroize::Zeroizing;

/// Stands where a secret stood.
const MASK: &str = "***";
/// The shortest beginning of a secret that is masked at the end of a text that was cut.
const BEGINNING: usize = 8;

/// The text without these secrets, plain or percent-encoded, a beginning at its very end included.
pub(crate) fn masked(text: String, secrets: &[&str]) -> String {
    secrets.iter().filter(|secret| !secret.is_empty()).fold(text, |text, secret| {
        let text = without(text, secret);
        let encoded = encoded(secret);
        if *encoded == **secret {
            return text;
        }
        without(without(text, &lower_hex(&encoded)), &encoded)
    })
}

fn without(text: String, secret: &str) -> String {
    let text = if text.contains(secret) { text.replace(secret, MASK) } else { text };
    without_beginning(text, secret)
}

/// As it stands in a form. In one piece, since a text that grows leaves parts of itself behind.
fn encoded(secret: &str) -> Zeroizing<String> {
    let mut encoded = Zeroizing::new(String::with_capacity(3 * secret.len()));
    encoded.extend(form_urlencoded::byte_serialize(secret.as_bytes()));
    encoded
}

/// The same with the digits of percent-encoding in lower case.
fn lower_hex(encoded: &str) -> Zeroizing<String> {
    let mut hex = 0;
    let mut lowered = Zeroizing::new(String::with_capacity(encoded.len()));
    lowered.extend(encoded.chars().map(|character| {
        let digit = hex > 0;
        hex = if character == '%' { 2 } else { usize::saturating_sub(hex, 1) };
        if digit { character.to_ascii_lowercase() } else { character }
    }));
    lowered
}

fn without_beginning(mut text: String, secret: &str) -> String {
    let lengths = (BEGINNING..secret.len()).rev().filter(|length| secret.is_char_boundary(*length));
    if let Some(length) = lengths.into_iter().find(|length| text.ends_with(&secret[..*length])) {
        text.truncate(text.len() - length);
        text.push_str(MASK);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_secret_is_masked_in_every_form_in_which_it_was_sent() {
        let text = "plain S3cret/+ü, form client_secret=S3cret%2F%2B%C3%BC&x, S3cret%2f%2b%c3%bc".to_owned();
        assert_eq!(masked(text, &["S3cret/+ü"]), "plain ***, form client_secret=***&x, ***");
    }

    #[test]
    fn a_secret_that_is_cut_off_is_masked_as_well() {
        assert_eq!(masked("Bearer abcdefghij".to_owned(), &["abcdefghijklmnop"]), "Bearer ***");
        assert_eq!(masked("the end abc".to_owned(), &["abcdefghijklmnop"]), "the end abc");
        assert_eq!(masked("x".to_owned(), &[""]), "x");
    }
}
