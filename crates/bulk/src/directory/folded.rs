//! When two keys are the same.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::Key;
use crate::ids::is_uuid;

/// A key as it is compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Folded<'a> {
    /// Without leading zeros, where it is an employee number.
    pub(super) text: Cow<'a, str>,
    /// How many leading zeros there are, in an employee number.
    pub(super) zeros: u8,
}

impl<'a> Folded<'a> {
    /// How a key is compared; none where it is blank, which is like nothing.
    pub(super) fn of(key: Key, text: &'a str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let (text, zeros) = match key {
            Key::User if is_uuid(text) => (lower(text), 0),
            Key::User => (text.into(), 0),
            Key::UserPrincipalName | Key::Mail => (address(text), 0),
            Key::EmployeeId => number(text),
        };
        Some(Self { text, zeros })
    }
}

fn address(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => lower(text),
        _ => text.nfc().flat_map(folded).collect::<String>().into(),
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return text.into();
    }
    text.chars().flat_map(folded).collect::<String>().into()
}

/// The lower case of a character; of a sigma at the end of a word, any other's.
fn folded(character: char) -> impl Iterator<Item = char> {
    character.to_lowercase().map(|lower| if lower == 'ς' { 'σ' } else { lower })
}

/// An employee number without its leading zeros, and how many there are. More than a byte counts stay with the number.
fn number(text: &str) -> (Cow<'_, str>, u8) {
    let zeros = text.bytes().take(usize::from(u8::MAX)).take_while(|byte| *byte == b'0').count();
    (text[zeros..].into(), u8::try_from(zeros).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(key: Key, one: &str, other: &str) -> bool {
        let (one, other) = (Folded::of(key, one), Folded::of(key, other));
        one.is_some() && one == other
    }

    #[test]
    fn addresses_compare_without_case_and_numbers_exactly() {
        for key in [Key::Mail, Key::UserPrincipalName] {
            assert!(same(key, " Anna@Fabrikam.example", "anna@fabrikam.EXAMPLE"));
            assert!(same(key, "ΝΊΚΟΣ@x.example", "νίκος@x.example") && same(key, "ZU\u{308}@x", "z\u{fc}@x"));
            assert!(!same(key, "anna@x.example", "ana@x.example"));
        }
        assert!(same(Key::EmployeeId, "a1 ", "a1") && !same(Key::EmployeeId, "a1", "A1"));
        for (one, other) in [("042", "42"), ("0", "00"), (&"0".repeat(255), &*"0".repeat(300))] {
            assert!(!same(Key::EmployeeId, one, other));
        }
        let uuid = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
        assert!(same(Key::User, uuid, &uuid.to_uppercase()) && !same(Key::User, "anna", "Anna"));
    }

    #[test]
    fn a_blank_key_is_like_nothing() {
        for key in Key::ALL {
            assert!(!same(key, "", "") && !same(key, " ", " "), "{key}");
        }
    }
}
