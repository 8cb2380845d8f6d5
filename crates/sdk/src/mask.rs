//! Keeps secrets out of what others say: a service may repeat what it was sent.

use reqwest::Url;

/// Stands where a secret stood.
const MASK: &str = "***";
/// The shortest beginning of a secret that is masked at the end of a text that was cut.
const BEGINNING: usize = 8;

/// The text without these secrets, plain or percent-encoded, a beginning at its very end included.
pub(crate) fn masked(text: String, secrets: &[&str]) -> String {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    let forms =
        secrets.flat_map(|secret| [(*secret).to_owned(), encoded(secret), lower_hex(&encoded(secret))]);
    forms.fold(text, |text, secret| without_beginning(text.replace(&secret, MASK), &secret))
}

/// As it stands in a form.
fn encoded(secret: &str) -> String {
    let Ok(mut url) = Url::parse("form:") else { return secret.to_owned() };
    url.query_pairs_mut().append_key_only(secret);
    url.query().unwrap_or_default().to_owned()
}

/// The same with the digits of percent-encoding in lower case.
fn lower_hex(encoded: &str) -> String {
    let mut hex = 0;
    let lowered = encoded.chars().map(|character| {
        let digit = hex > 0;
        hex = if character == '%' { 2 } else { usize::saturating_sub(hex, 1) };
        if digit { character.to_ascii_lowercase() } else { character }
    });
    lowered.collect()
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
