//! Regular expressions for the path of a request, as the server sees it: percent-encoded.

use std::fmt::Write;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::Regex;

/// Paths of a template, whatever its parameters.
pub(crate) fn any(template: &str) -> Regex {
    matching(template, |_| None)
}

/// Paths of a template in which one parameter has a value.
pub(crate) fn with(template: &str, parameter: &str, value: &str) -> Regex {
    matching(template, |name| (name == parameter).then_some(value))
}

fn matching<'a>(template: &str, value: impl Fn(&str) -> Option<&'a str>) -> Regex {
    let segments = template.split('/').map(|segment| {
        let parameter = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        match parameter {
            None => regex::escape(segment),
            Some(name) => value(name).map_or("[^/]+".to_owned(), spellings),
        }
    });
    let expression = format!("^{}$", segments.collect::<Vec<_>>().join("/"));
    Regex::new(&expression).expect("everything in it is escaped")
}

/// Every spelling of a value in a path: each character as it is, or percent-encoded in either case.
fn spellings(value: &str) -> String {
    value.chars().fold(String::new(), |mut expression, character| {
        let plain = character.to_string();
        let encoded = utf8_percent_encode(&plain, NON_ALPHANUMERIC).to_string();
        // Writing to a text cannot fail.
        let _ = if plain == encoded {
            write!(expression, "{plain}")
        } else {
            write!(expression, "(?:{}|(?i:{encoded}))", regex::escape(&plain))
        };
        expression
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "/users/{userId}/office/{part}";

    #[test]
    fn a_value_matches_itself_only() {
        let a_b = with(TEMPLATE, "userId", "a.b");
        assert!(a_b.is_match("/users/a.b/office/x"));
        assert!(a_b.is_match("/users/a%2Eb/office/x") && a_b.is_match("/users/a%2eb/office/x"));
        for other in ["aXb", "A.b", "a.bc", "xa.b", "a/b", "a.b/office"] {
            assert!(!a_b.is_match(&format!("/users/{other}/office/x")), "{other}");
        }
    }

    #[test]
    fn reserved_characters_match_encoded_and_plain() {
        let reserved = with(TEMPLATE, "userId", "a<ü>{+}");
        assert!(reserved.is_match("/users/a%3C%C3%BC%3E%7B+%7D/office/x"));
        assert!(reserved.is_match("/users/a%3c%c3%bc%3e%7b%2B%7d/office/x"));
    }

    #[test]
    fn another_parameter_does_not_cross_a_slash() {
        let a = with(TEMPLATE, "userId", "a");
        assert!(!a.is_match("/users/a/office/x/y") && !a.is_match("/users/a/office/"));
        assert!(!any(TEMPLATE).is_match("/users/a/b/office/x"));
    }
}
