//! JSON that is not one object a line, told by the beginning of a file.

use serde::de::IgnoredAny;

use super::lines;
use crate::error::InputError;
use crate::problem::shown;
use crate::text::trimmed;

/// What to say of an array at the beginning.
pub(crate) fn array() -> InputError {
    InputError::malformed(format!(
        "the input is a JSON array; write one object a line, without brackets and commas around them, {}",
        with_jq(".[]")
    ))
}

/// What to say of a text that begins with `{`, if its first value is an object that holds the list of rows, or goes
/// over several lines. Names for which `is_column` holds are those of a row.
pub(crate) fn other_than_lines(text: &str, is_column: impl Fn(&str) -> bool) -> Option<InputError> {
    if !trimmed(text).starts_with('{') || is_second_line_whole(text) {
        return None;
    }
    let (message, filter) = match first_value(text) {
        Value { list: Some(path), names, .. } if !names.iter().any(|name| is_column(name)) => {
            let keys: Vec<_> = path.iter().map(|key| format!("\"{}\"", shown(key))).collect();
            let message = format!(
                "the input is one JSON object that holds the list of rows in {}; write the list's objects one a line",
                keys.join(", in it in ")
            );
            (message, filter(&path) + "[]")
        }
        Value { is_multiline: true, .. } => {
            let message = "the input is JSON with an object over several lines; write one object a line";
            (message.to_owned(), ".".to_owned())
        }
        _ => return None,
    };
    Some(InputError::malformed(format!("{message}, {}", with_jq(&filter))))
}

/// Whether the second line is an object, so the first alone is broken.
fn is_second_line_whole(text: &str) -> bool {
    let mut lines = lines::of_text(text).filter(|line| !trimmed(line).is_empty());
    let is_object =
        |line: &str| line.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(line).is_ok();
    lines.nth(1).is_some_and(is_object)
}

fn with_jq(filter: &str) -> String {
    format!("for example with: jq -c '{filter}' FILE")
}

/// A filter of jq for the value at a path.
fn filter(path: &[String]) -> String {
    let is_name = |key: &str| {
        key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !key.starts_with(|character: char| character.is_ascii_digit())
    };
    let step = |key: &String| if is_name(key) { format!(".{key}") } else { format!(".[\"{}\"]", shown(key)) };
    path.iter().map(step).collect()
}

/// What is seen of the first value of a text, which may be cut off.
#[derive(Debug, Default)]
struct Value {
    /// The path to the first array of objects, through objects alone.
    list: Option<Vec<String>>,
    /// The names of the outermost object's members, up to that array.
    names: Vec<String>,
    is_multiline: bool,
}

/// An object with the last name that was met in it, or an array.
enum Level {
    Object(String),
    Array,
}

fn first_value(text: &str) -> Value {
    let mut value = Value::default();
    let mut levels = Vec::new();
    let mut rest = trimmed(text);
    while let Some(place) = rest.find(['{', '}', '[', ']', '"', '\n', '\r']) {
        let mark = rest.as_bytes()[place];
        rest = &rest[place + 1..];
        match mark {
            b'{' if is_list(&levels) => {
                value.list = Some(path(&levels));
                value.is_multiline |= rest.contains(['\n', '\r']);
                return value;
            }
            b'{' => levels.push(Level::Object(String::new())),
            b'[' => levels.push(Level::Array),
            b'}' | b']' => {
                levels.pop();
                if levels.is_empty() {
                    return value;
                }
            }
            b'"' => {
                let (string, behind) = string(rest);
                rest = behind;
                if rest.trim_start().starts_with(':') {
                    name(&mut levels, &mut value.names, string);
                }
            }
            // A line that ends within the value.
            _ => value.is_multiline = true,
        }
    }
    value
}

/// Notes the name of a member.
fn name(levels: &mut [Level], names: &mut Vec<String>, name: &str) {
    if levels.len() == 1 {
        names.push(name.to_owned());
    }
    if let Some(Level::Object(last)) = levels.last_mut() {
        name.clone_into(last);
    }
}

/// Whether the innermost level is an array, and all others are objects.
fn is_list(levels: &[Level]) -> bool {
    let Some((Level::Array, outer)) = levels.split_last() else { return false };
    !outer.is_empty() && outer.iter().all(|level| matches!(level, Level::Object(_)))
}

fn path(levels: &[Level]) -> Vec<String> {
    levels
        .iter()
        .filter_map(|level| match level {
            Level::Object(name) => Some(name.clone()),
            Level::Array => None,
        })
        .collect()
}

/// A string up to its quote, as it is written, and what stands behind that.
fn string(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Option<String> {
        other_than_lines(text, |name| name == "user").map(|error| error.to_string())
    }

    #[test]
    fn an_object_that_holds_the_list_is_named_with_a_command_that_takes_it_out() {
        let cases = [
            ("{\"n\":1,\"Resources\":[{\"id\":1}]}", "in \"Resources\"", "jq -c '.Resources[]' FILE"),
            ("{\"@c\":\"x\",\n \"value\" : [ {\"id\":1", "in \"value\"", "jq -c '.value[]' FILE"),
            ("{\"data\":{\"a b\":[{", "in \"data\", in it in \"a b\"", "jq -c '.data.[\"a b\"][]' FILE"),
            ("{\"schemas\":[\"[{\"],\"list\":[{\"user\":1}]}", "in \"list\"", "'.list[]'"),
        ];
        for (text, place, command) in cases {
            let message = message(text).unwrap();
            assert!(message.contains(place) && message.contains(command), "{message}");
        }
    }

    #[test]
    fn an_object_over_several_lines_is_named() {
        for text in
            ["{\n  \"user\": \"u\"\n}\n{\n", "{\"user\":\r1}", "\n{\"user\": 1,\n\"emails\": [{\"a\": 1}]}"]
        {
            assert!(message(text).unwrap().contains("jq -c '.' FILE"), "{text}");
        }
    }

    #[test]
    fn an_object_a_line_is_neither() {
        let row = "{\"user\":\"u\",\"emails\":[{\"a\":\"}\\\"\"}],\"n\":{}}\n";
        for text in
            [row.repeat(2), "{}\n{\n".to_owned(), "{\"a\":[1,[{}]]}".to_owned(), format!("{{\"a\":\n{row}")]
        {
            assert_eq!(message(&text), None, "{text}");
        }
    }
}
