//! Values that can be sent as they are and are most likely not meant.

use super::spreadsheet_numbers::Expected;
use super::{damaged_text, embedded, placeholders, spreadsheet_numbers};
use crate::columns::Column;
use crate::ids::is_uuid;
use crate::text::{CLEAR, is_digits, is_plain};

/// A space before a quote makes the quote a part of the value.
const IN_QUOTES: &str = "has quotes around it, which are sent as a part of it; write it without them, or without the space \
                         before them";

/// What is suspicious about the value of a column, countries aside. The code of the row's country tells names of places
/// from placeholders.
pub(crate) fn find(text: &str, column: Column, country: Option<&str>) -> Option<String> {
    let placeholder = || placeholders::find(text).filter(|_| !embedded::is_place(text, country));
    let is_value = column.office().or(column.local()).is_some();
    let within = || is_value.then(|| embedded::find(text, country)).flatten();
    let missing = || is_missing(text, column).then_some(NOT_AVAILABLE);
    if let Some(found) = placeholder().or_else(within).or_else(missing).or_else(|| zero(text, column)) {
        return Some(if is_value {
            format!("{found}; write the value, or {CLEAR} to send an empty one")
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
    if is_truth(text) {
        let noun = if is_value { "value" } else { noun(column) };
        return Some(format!(
            "is what a spreadsheet shows of a checkbox or a comparison, and is sent as it is; write the {noun}"
        ));
    }
    if is_value && column != Column::PostalCode && spreadsheet_numbers::is_whole_date_or_time(text) {
        return Some(
            "looks like a date or a time that a spreadsheet made of the value, and is sent as it is; format the column as \
             text and enter the value again"
                .to_owned(),
        );
    }
    match column {
        Column::Customer | Column::Tenant | Column::User => around_id(text)
            .or_else(|| other_id(text))
            .or_else(|| spreadsheet_numbers::find(text, Expected::Id)),
        Column::EmployeeId => {
            apostrophe(text, noun(column)).or_else(|| spreadsheet_numbers::find(text, Expected::Number))
        }
        // A question mark stands in addresses of pages, too.
        Column::WebPage => None,
        _ if is_plain(text) && column != Column::PostalCode => None,
        Column::PostalCode => apostrophe(text, "code")
            .or_else(|| spreadsheet_numbers::find(text, Expected::Code))
            .or_else(|| damaged_text::find(text)),
        _ => damaged_text::find(text),
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
    begins_suspiciously(text)
        || embedded::may_end_with_one(text)
        || is_truth(text)
        || is_zero(text)
        || (!is_code && spreadsheet_numbers::may_be_date_or_time(text))
        || (is_code && spreadsheet_numbers::may_be_one(text))
}

/// Whether a text begins as a formula does, or with a sign around a value.
#[inline]
fn begins_suspiciously(text: &str) -> bool {
    let is_suspicious = |bytes: &[u8]| {
        matches!(
            bytes,
            [b'-' | b'{' | b'\'' | b'"' | b'=' | b'+' | b'@', ..]
                | [b'S' | b's', b'-', b'1', ..]
                | [_, _, b'=', ..]
                | [_, _, _, b'=', ..]
        )
    };
    is_suspicious(text.as_bytes()) || placeholders::may_be_one(text)
}

/// Whether a text is a value of truth as spreadsheets show it, in capitals.
#[inline]
fn is_truth(text: &str) -> bool {
    matches!(
        text,
        "TRUE"
            | "FALSE"
            | "WAHR"
            | "FALSCH"
            | "VRAI"
            | "VERDADERO"
            | "FALSO"
            | "WAAR"
            | "ONWAAR"
            | "PRAWDA"
            | "FAŁSZ"
            | "PRAVDA"
            | "NEPRAVDA"
            | "ИСТИНА"
            | "ЛОЖЬ"
            | "DOĞRU"
            | "YANLIŞ"
    )
}

/// Whether a text stands for a value that a program did not have. A province of Italy and a country are called so.
fn is_missing(text: &str, column: Column) -> bool {
    text == "NA" && !matches!(column, Column::State | Column::CountryRegion)
}

const NOT_AVAILABLE: &str =
    "is what a program writes in place of a value that it does not have, and is sent as it is";

/// What is suspicious about a text that is nothing but zero: `0`, `0.00`, `0,0`. Where codes are not used, people write 0.
fn zero(text: &str, column: Column) -> Option<&'static str> {
    (is_zero(text) && column != Column::PostalCode).then_some(
        "is what a spreadsheet shows of a formula that refers to an empty cell or was never calculated, and is sent as it is",
    )
}

#[inline]
fn is_zero(text: &str) -> bool {
    match text.as_bytes() {
        [b'0'] => true,
        [b'0', b'.' | b',', digits @ ..] => !digits.is_empty() && digits.iter().all(|digit| *digit == b'0'),
        _ => false,
    }
}

/// What is suspicious about a text that begins as a formula does.
fn formula(text: &str) -> Option<String> {
    // A spreadsheet's apostrophe before a formula makes a text of it.
    let mut characters = text.strip_prefix('\'').unwrap_or(text).chars();
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

/// What is suspicious about a text with a spreadsheet's apostrophe before it, or what a program made of that.
fn apostrophe(text: &str, what: &str) -> Option<String> {
    text.starts_with(['\'', '‘', '’', '´', '`']).then(|| {
        format!(
            "begins with an apostrophe, by which a spreadsheet marks text and which is sent as it is; write the {what} \
             without it"
        )
    })
}

/// What stands around an id and most likely does not belong to it.
fn around_id(id: &str) -> Option<String> {
    let is_within = |(open, close, _): &(char, char, &str)| {
        id.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close)).is_some_and(is_uuid)
    };
    match AROUND_IDS.into_iter().find(is_within) {
        Some((_, _, what)) => Some(format!(
            "has {what} around it, which are sent as a part of the id; the same id without them counts as another, so \
             write it without them"
        )),
        None => apostrophe(id, "id"),
    }
}

/// What programs write around UUIDs.
const AROUND_IDS: [(char, char, &str); 3] =
    [('{', '}', "braces"), ('(', ')', "parentheses"), ('[', ']', "brackets")];

/// What an id is, if it is one of a directory and not of the service.
fn other_id(id: &str) -> Option<String> {
    let what = if is_security_identifier(id) {
        "a security identifier (SID)"
    } else if is_distinguished_name(id) {
        "a distinguished name"
    } else {
        return None;
    };
    Some(format!(
        "is {what} of a directory and is sent as it is; the service knows only the id that it gave, so write that"
    ))
}

/// `S-1-5-21-…`.
fn is_security_identifier(id: &str) -> bool {
    let rest = id.strip_prefix("S-1-").or_else(|| id.strip_prefix("s-1-"));
    rest.is_some_and(|rest| rest.contains('-') && rest.split('-').all(is_digits))
}

/// `CN=Ada,OU=Offices`.
fn is_distinguished_name(id: &str) -> bool {
    let (attribute, value) = id.split_once('=').unwrap_or_default();
    let is_attribute = ["cn", "ou", "dc", "uid"].iter().any(|known| known.eq_ignore_ascii_case(attribute));
    is_attribute && !value.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suspicious_plain_value_gets_a_closer_look() {
        let values = [
            "@{a=1}",
            "-A1",
            "=A1",
            "'1",
            "'=A1",
            "\"a\"",
            "System.X",
            "java.lang.Object@1f",
            "[object Object]",
            "NULL",
            "n/a",
            "undefined",
            "inf",
            "nan nan",
            "'NULL'",
            "1E3",
            "03:20",
            "Jan 2",
            "44928.5",
            "a(b='c')",
        ];
        for text in ["S-1-5-21-1-2-3", "CN=Ada", "uid=ada"] {
            assert!(find(text, Column::User, None).is_some(), "{text}");
            assert!(begins_suspiciously(text), "{text}");
        }
        for text in values {
            assert!(find(text, Column::PostalCode, None).is_some(), "{text}");
            assert!(may_be_suspicious(text, Column::PostalCode), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_a_formula_is_none() {
        for text in ["-5", "- Hof", "+", "'s-Gravenhage"] {
            assert_eq!(find(text, Column::Address, None), None, "{text}");
        }
    }
}
