//! Values that can be sent as they are and are most likely not meant.

use super::{damaged_text, spreadsheet_numbers};
use crate::columns::Column;
use crate::ids::is_uuid;
use crate::text::{CLEAR, is_plain};

/// A space before a quote makes the quote a part of the value.
const IN_QUOTES: &str = "has quotes around it, which are sent as a part of it; write it without them, or without the space \
                         before them";

/// What is suspicious about the value of a column, countries aside.
pub(crate) fn find(text: &str, column: Column) -> Option<String> {
    if let Some(found) = placeholder(text) {
        let is_value = column.office().or(column.local()).is_some();
        return Some(if is_value {
            with_clear(found)
        } else {
            format!("{found}; write the {}", noun(column))
        });
    }
    if text.len() > 1 && text.starts_with('"') && text.ends_with('"') {
        return Some(IN_QUOTES.to_owned());
    }
    if let Some(found) = formula(text) {
        return Some(found);
    }
    match column {
        Column::Customer | Column::Tenant | Column::User => {
            around_id(text).or_else(|| spreadsheet_numbers::find(text, noun(column)))
        }
        Column::EmployeeId => {
            apostrophe(text, noun(column)).or_else(|| spreadsheet_numbers::find(text, noun(column)))
        }
        // A question mark stands in addresses of pages, too.
        Column::WebPage => None,
        _ if is_plain(text) && column != Column::PostalCode => None,
        Column::PostalCode => apostrophe(text, "code")
            .or_else(|| spreadsheet_numbers::find(text, "code"))
            .or_else(|| damaged_text::find(text, CLEAR)),
        _ => damaged_text::find(text, CLEAR),
    }
}

/// What a column that is no value holds.
fn noun(column: Column) -> &'static str {
    match column {
        Column::UserPrincipalName | Column::Mail => "address",
        Column::EmployeeId => "number",
        Column::UserKind => "kind",
        _ => "id",
    }
}

/// Whether a plain value may be suspicious. It is asked of every value; most of them need no other look.
#[inline]
pub(crate) fn may_be_suspicious(text: &str, column: Column) -> bool {
    let is_code = matches!(
        column,
        Column::Customer | Column::Tenant | Column::User | Column::PostalCode | Column::EmployeeId
    );
    begins_suspiciously(text) || (is_code && spreadsheet_numbers::may_be_one(text))
}

/// Whether a text begins like a placeholder or a formula, or with a sign around a value, and is of such a length.
#[inline]
fn begins_suspiciously(text: &str) -> bool {
    match text.as_bytes() {
        [b'n' | b'N', ..] => text.len() <= "null".len(),
        [b'd' | b'D', ..] => text.len() == "dbnull".len(),
        [b'u' | b'U', ..] => matches!(text.len(), 5 | 9),
        [b'-' | b'{' | b'\'' | b'"' | b'(' | b'[' | b'<' | b'\\' | b'$' | b'=' | b'+' | b'@', ..]
        // `System.` and `java.`.
        | [b's' | b'S', _, _, _, _, _, b'.', ..]
        | [b'j', _, _, _, b'.', ..] => true,
        [first, ..] => !first.is_ascii(),
        [] => false,
    }
}

/// Texts that stand for a value that a person or a program did not have, in lower case.
const PLACEHOLDERS: [&str; 28] = [
    "n/a",
    "n.a.",
    "null",
    "(null)",
    "<null>",
    "[null]",
    "$null",
    "nan",
    "nat",
    "none",
    "(none)",
    "(nil)",
    "(empty)",
    "(blank)",
    "()",
    "{null}",
    "undef",
    "<none>",
    "nil",
    "<nil>",
    "<na>",
    "undefined",
    "(undefined)",
    "dbnull",
    "system.dbnull",
    "\\n",
    "[]",
    "{}",
];

/// How many bytes the longest of them has.
const LONGEST_PLACEHOLDER: usize = 13;

/// What is suspicious about a text that stands for a value that was not there.
#[inline]
pub(crate) fn placeholder(text: &str) -> Option<&'static str> {
    if !begins_suspiciously(text) {
        None
    } else if is_placeholder(text) {
        Some("looks like a placeholder and is sent as it is")
    } else if is_object(text) {
        Some("is what a program writes in place of an object or a list, and is sent as it is")
    } else {
        None
    }
}

fn is_placeholder(text: &str) -> bool {
    let is_dashes = || text.chars().all(|character| matches!(character, '-' | '–' | '—'));
    let is_listed = || PLACEHOLDERS.iter().any(|listed| listed.eq_ignore_ascii_case(text));
    // Nan is a province of Thailand.
    !text.is_empty() && text.len() <= LONGEST_PLACEHOLDER && text != "Nan" && (is_listed() || is_dashes())
}

/// Whether a program wrote the name of a type, or the text of an object: `System.Object[]`, `[object Object]`,
/// `@{Street=…}`, `<object at 0x7f…>`, `[Ljava.lang.String;@1b6d`, or a variable of a template.
fn is_object(text: &str) -> bool {
    let is_between = |start: &str, end: &str| {
        text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
    };
    let is_type = |start: &str| text.starts_with(start) && !text.contains(' ');
    is_type("System.")
        || is_type("java.")
        || is_type("[Ljava.")
        || is_between("[object ", "]")
        || is_between("@{", "}")
        || is_between("{{", "}}")
        || is_between("${", "}")
        || is_between("<", ">")
}

/// What is suspicious about a text that begins as a formula does.
fn formula(text: &str) -> Option<String> {
    let mut characters = text.chars();
    let is_formula = match characters.next()? {
        '=' | '+' | '@' | '＝' | '＋' | '＠' => characters.next().is_some(),
        '-' | '－' => {
            characters.next().is_some_and(|next| next.is_alphabetic() || matches!(next, '(' | '='))
        }
        _ => false,
    };
    is_formula.then(|| {
        "begins like a formula of a spreadsheet and is sent as it is; in the spreadsheet, paste the column as values, and \
         save the file again"
            .to_owned()
    })
}

/// What is suspicious about a text with a spreadsheet's apostrophe before it.
fn apostrophe(text: &str, what: &str) -> Option<String> {
    text.starts_with('\'').then(|| {
        format!(
            "begins with an apostrophe, by which a spreadsheet marks text and which is sent as it is; write the {what} \
             without it"
        )
    })
}

/// What stands around an id and most likely does not belong to it.
fn around_id(id: &str) -> Option<String> {
    let within = id.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    if within.is_some_and(is_uuid) {
        return Some(
            "has braces around it, which are sent as a part of the id; the same id without them counts as another, so \
             write it without them"
                .to_owned(),
        );
    }
    apostrophe(id, "id")
}

fn with_clear(found: &str) -> String {
    format!("{found}; write the value, or {CLEAR} to send an empty one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suspicious_plain_value_gets_a_closer_look() {
        let values =
            ["@{a=1}", "-A1", "=A1", "'1", "\"a\"", "System.X", "java.lang.Object@1f", "[object Object]"];
        for text in PLACEHOLDERS.into_iter().chain(values) {
            for text in [text.to_owned(), text.to_uppercase()] {
                let found = find(&text, Column::User).is_some();
                assert!(!found || may_be_suspicious(&text, Column::User), "{text}");
            }
            assert!(find(text, Column::User).is_some(), "{text}");
        }
        let longest = PLACEHOLDERS.into_iter().map(str::len).max();
        assert_eq!(longest, Some(LONGEST_PLACEHOLDER));
    }

    #[test]
    fn what_only_resembles_a_placeholder_or_a_formula_is_none() {
        for text in [
            "Nan",
            "None Torinese",
            "Nullarbor",
            "-5",
            "- Hof",
            "N",
            "<",
            "Systemstr. 5",
            "(Hinterhaus)",
            "+",
        ] {
            assert_eq!(find(text, Column::Address), None, "{text}");
        }
    }
}
