//! Why a reply cannot be read, without a value of it.

use serde_json::error::Category;

/// What the parser found, where it found it. Its own words may quote the reply.
pub(crate) fn reason(body: &[u8], error: &serde_json::Error) -> String {
    let position = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        _ if body.trim_ascii().is_empty() => "it is empty".to_owned(),
        Category::Eof => format!("it ends early ({position})"),
        Category::Syntax | Category::Io => format!("it is not JSON ({position})"),
        Category::Data => match missing_field(&error.to_string()) {
            Some(field) => format!("it lacks `{field}` ({position})"),
            None => format!("it does not have the contract's shape ({position})"),
        },
    }
}

/// The name of a required field, which is the contract's.
fn missing_field(words: &str) -> Option<&str> {
    words.strip_prefix("missing field `")?.split_once('`').map(|(field, _)| field)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct User {
        #[serde(rename = "id")]
        _id: String,
    }

    #[test]
    fn a_reason_names_the_place_and_no_value() {
        for (body, expected) in [
            ("", "it is empty"),
            (" \r\n", "it is empty"),
            ("{\"id\":\"canary", "it ends early (line 1, column 13)"),
            ("<html>canary</html>", "it is not JSON (line 1, column 1)"),
            ("{}", "it lacks `id` (line 1, column 2)"),
            ("{\"id\":[\"canary\"]}", "it does not have the contract's shape (line 1, column 6)"),
            ("\"missing field `canary`\"", "it does not have the contract's shape (line 1, column 24)"),
        ] {
            let error = serde_json::from_str::<User>(body).unwrap_err();
            let reason = reason(body.as_bytes(), &error);
            assert_eq!(reason, expected, "{body}");
        }
    }
}
