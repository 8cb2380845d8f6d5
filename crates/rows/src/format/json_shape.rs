//! JSON that is not one object a line, told by the beginning of a file.

use serde::de::IgnoredAny;

use super::lines;
use crate::error::InputError;
use crate::problem::excerpt;
use crate::text::trimmed;

/// What to say of an array at the beginning.
pub(crate) fn array() -> InputError {
    InputError::malformed(format!(
        "the input is a JSON array; write one object a line, without brackets and commas around them, {}",
        with_jq(".[]")
    ))
}

/// What to say of a text that begins with `{`, if its first value is an object that holds the rows, goes over several
/// lines, or has a comma behind it. Names for which `is_column` holds are those of a row.
pub(crate) fn other_than_lines(text: &str, is_column: impl Fn(&str) -> bool) -> Option<InputError> {
    if !trimmed(text).starts_with('{') {
        return None;
    }
    let first = first_value(text, &is_column);
    if first.has_comma_behind {
        return Some(array_without_brackets());
    }
    let by_name = |value: &FirstValue| {
        value.by_name.clone().filter(|_| !value.names.iter().any(|name| is_column(name)))
    };
    // Where the second line is a row, the first alone is broken.
    let is_second_row =
        second_object(text).is_some_and(|line| by_name(&first_value(line, &is_column)).is_none());
    if is_second_row {
        return None;
    }
    let list = first.list.as_ref().filter(|_| !first.names.iter().any(|name| is_column(name)));
    let (message, filter) = if let Some(path) = list {
        let message = format!(
            "the input is one JSON object that holds the list of rows in {}; write the list's objects one a line",
            quoted(path)
        );
        (message, filter(path) + "[]")
    } else if let Some(path) = by_name(&first) {
        let place = if path.is_empty() { String::new() } else { format!(" in {}", quoted(&path)) };
        let message =
            format!("the input is a JSON object whose members{place} are the rows; write these one a line");
        (message, if path.is_empty() { ".[]".to_owned() } else { filter(&path) + "[]" })
    } else if first.is_multiline {
        let message = "the input is JSON with an object over several lines; write one object a line";
        (message.to_owned(), ".".to_owned())
    } else {
        return None;
    };
    Some(InputError::malformed(format!("{message}, {}", with_jq(&filter))))
}

fn array_without_brackets() -> InputError {
    InputError::malformed(
        "the input is the inside of a JSON array, with commas between the objects; write one object a line, without commas, \
         for example with: sed '1s/^/[/; $s/,*[[:space:]]*$/]/' FILE | jq -c '.[]'",
    )
}

/// The second line, if it is an object.
fn second_object(text: &str) -> Option<&str> {
    let line = lines::of_text(text).filter(|line| !trimmed(line).is_empty()).nth(1)?;
    let is_object = line.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(line).is_ok();
    is_object.then_some(line)
}

/// The names on a path, outermost first.
fn quoted(path: &[String]) -> String {
    path.iter().map(|key| format!("\"{}\"", excerpt(key))).collect::<Vec<_>>().join(", in it in ")
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
    let step =
        |key: &String| if is_name(key) { format!(".{key}") } else { format!(".[\"{}\"]", excerpt(key)) };
    path.iter().map(step).collect()
}

/// What is seen of the first value of a text, which may be cut off.
#[derive(Debug, Default)]
struct FirstValue {
    /// The path to the first array of objects, through objects alone.
    list: Option<Vec<String>>,
    /// The path to an object whose members are rows, through objects alone.
    by_name: Option<Vec<String>>,
    /// The names of the outermost object's members, up to that array.
    names: Vec<String>,
    is_multiline: bool,
    has_comma_behind: bool,
}

/// An object with the last name that was met in it, and how many names of columns; or an array.
enum Level {
    Object(String, usize),
    Array,
}

/// How many names of columns an object has that is a row.
const MIN_COLUMNS: usize = 3;

fn first_value(text: &str, is_column: impl Fn(&str) -> bool) -> FirstValue {
    let mut value = FirstValue::default();
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
            b'{' => levels.push(Level::Object(String::new(), 0)),
            b'[' => levels.push(Level::Array),
            b'}' | b']' => {
                levels.pop();
                if levels.is_empty() {
                    value.has_comma_behind = rest.trim_start().starts_with(',');
                    return value;
                }
            }
            b'"' => {
                let (string, behind) = string(rest);
                rest = behind;
                if rest.trim_start().starts_with(':') {
                    name(&mut levels, &mut value, string, is_column(string));
                }
            }
            // A line that ends within the value.
            _ => value.is_multiline = true,
        }
    }
    value
}

/// Notes the name of a member.
fn name(levels: &mut [Level], value: &mut FirstValue, name: &str, is_column: bool) {
    if levels.len() == 1 {
        value.names.push(name.to_owned());
    }
    let Some(Level::Object(last, columns)) = levels.last_mut() else { return };
    name.clone_into(last);
    *columns += usize::from(is_column);
    let is_row = *columns == MIN_COLUMNS;
    if let [outer @ .., _, _] = &*levels
        && is_row
        && levels.iter().all(|level| matches!(level, Level::Object(..)))
    {
        value.by_name.get_or_insert_with(|| path(outer));
    }
}

/// Whether the innermost level is an array, and all others are objects.
fn is_list(levels: &[Level]) -> bool {
    let Some((Level::Array, outer)) = levels.split_last() else { return false };
    !outer.is_empty() && outer.iter().all(|level| matches!(level, Level::Object(..)))
}

fn path(levels: &[Level]) -> Vec<String> {
    levels
        .iter()
        .filter_map(|level| match level {
            Level::Object(name, _) => Some(name.clone()),
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
    fn an_object_whose_members_are_the_rows_is_named() {
        let message = |text: &str| {
            other_than_lines(text, |name| ["user", "tenant", "customer"].contains(&name))
                .map(|error| error.to_string())
        };
        let row = "{\"customer\":\"c\",\"tenant\":\"t\",\"user\":\"u\"}";
        let cases = [
            (format!("{{\"c1\":{row},\"c2\":{row}}}"), "jq -c '.[]' FILE"),
            (format!("{{\n\"c1\":\n{row}\n}}\n"), "jq -c '.[]' FILE"),
            (format!("{{\"c1\":{row}}}\n{{\"c2\":{row}}}\n"), "jq -c '.[]' FILE"),
            (format!("{{\"n\":1,\"users\":{{\"c1\":{row}}}}}"), "jq -c '.users[]' FILE"),
        ];
        for (text, command) in cases {
            let message = message(&text).unwrap_or_default();
            assert!(message.contains("whose members") && message.ends_with(command), "{text}: {message}");
        }
        for row in [format!("{{\"manager\":{row},\"customer\":\"c\"}}"), format!("{{\"c1\":{row}}}\n{row}\n")]
        {
            assert_eq!(message(&row), None, "{row}");
        }
    }

    #[test]
    fn objects_with_commas_between_them_are_named() {
        for text in [
            "{\"user\":1},\n{\"user\":2}\n",
            "{\"user\":1} ,\n",
            "{\n\"user\":1\n},\n{",
            "{\"user\":1}\n,{\"user\":2}",
        ] {
            assert!(message(text).unwrap_or_default().contains("the inside of a JSON array"), "{text}");
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
