//! The name that a misspelt one may mean.

use crate::printer::one_line;

/// The fewest letters of a name in which two may be wrong.
const LONG: usize = 8;

/// The one name that a text is near to: one slip away, or two in a long name, without regard to case, hyphens and
/// underscores.
pub(crate) fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let text = folded(text);
    let most = if text.len() < LONG { 1 } else { 2 };
    let distances = names.map(|name| (strsim::damerau_levenshtein(&folded(name), &text), name));
    let near = distances.filter(|(distance, _)| *distance <= most);
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// What a message says of it.
pub(crate) fn did_you_mean<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> String {
    nearest(text, names).map(|name| format!("; did you mean \"{}\"?", one_line(name))).unwrap_or_default()
}

fn folded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let names = || ["client-id", "rate", "retries", "client-secret-file"].into_iter();
        for (text, expected) in [
            ("client_id", Some("client-id")),
            ("clientId", Some("client-id")),
            ("cleint-id", Some("client-id")),
            ("rates", Some("rate")),
            ("client-secrt-fil", Some("client-secret-file")),
            ("tenant", None),
            ("", None),
        ] {
            assert_eq!(nearest(text, names()), expected, "{text}");
        }
    }
}
