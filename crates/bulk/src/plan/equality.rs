//! When two values are the same.

use std::borrow::Cow;

use avepoint_elements::OfficeField;
use avepoint_elements_rows::trimmed;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::countries::{COUNTRIES, Country};

/// Whether two values of a field are the same: after trimming and Unicode NFC, where absent and empty are one, and
/// countries also by the country that they mean.
pub fn are_equal(field: OfficeField, one: Option<&str>, other: Option<&str>) -> bool {
    let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
    one == other || canonical(field, one) == canonical(field, other)
}

/// Whether a value is absent, empty, or white space alone.
pub(super) fn is_empty(value: Option<&str>) -> bool {
    value.is_none_or(|text| trimmed(text).is_empty())
}

/// What equal values have in common.
fn canonical(field: OfficeField, text: &str) -> Cow<'_, str> {
    let text = nfc(trimmed(text));
    match country(field, &text) {
        Some(country) => Cow::Borrowed(country.name),
        None => text,
    }
}

/// The country that a value means, if it is one.
fn country(field: OfficeField, text: &str) -> Option<Country> {
    // Letters and digits alone count in the name of a country: N/A would be NA, which is Namibia.
    let may_be_one = field == OfficeField::CountryRegion && !text.is_empty() && !text.contains('/');
    if may_be_one { COUNTRIES.find(text) } else { None }
}

fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_composition_and_absence_do_not_count() {
        let equal = |one, other| are_equal(OfficeField::City, one, other);
        assert!(equal(None, Some("")) && equal(Some(" \u{a0}\u{feff}"), None));
        assert!(equal(Some("Zu\u{308}rich\n"), Some(" Z\u{fc}rich")));
        for (one, other) in
            [("Zurich", "Z\u{fc}rich"), ("zurich", "Zurich"), ("a b", "a  b"), ("DE", "Germany")]
        {
            assert!(!equal(Some(one), Some(other)), "{one} {other}");
        }
    }

    #[test]
    fn countries_are_the_same_by_what_they_mean() {
        let equal = |one, other| are_equal(OfficeField::CountryRegion, Some(one), Some(other));
        assert!(
            equal("DE", "Germany") && equal(" deu", "Deutschland") && equal("Co\u{302}te d'Ivoire", "CI")
        );
        for (one, other) in [("N/A", "Namibia"), ("DE", "DK"), ("Atlantis", "atlantis"), ("", "Germany")] {
            assert!(!equal(one, other), "{one} {other}");
        }
    }
}
