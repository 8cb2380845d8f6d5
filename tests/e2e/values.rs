//! Values: what the contract allows reaches the service unchanged, and nothing else does.

use avepoint_elements::{OfficeField, OfficeInformation, ViolationKind};
use proptest::prelude::*;

/// What the contract says of a text for a required field.
fn expected(field: OfficeField, text: &str) -> Option<ViolationKind> {
    let (length, limit) = (text.trim().chars().count(), field.contract().max_length.unwrap());
    match length {
        0 => Some(ViolationKind::Blank),
        _ if length > limit => Some(ViolationKind::TooLong { length, limit }),
        _ => None,
    }
}

proptest! {
    #[test]
    fn a_value_is_kept_without_the_space_around_it_or_refused_with_its_reason(
        texts in prop::array::uniform4(prop_oneof![any::<String>(), "[ \\t\u{a0}]{0,3}[a-zé漢🏢 ]{0,60}[ \\n]{0,3}"]),
    ) {
        let fields = [
            OfficeField::PostalCode,
            OfficeField::CountryRegion,
            OfficeField::State,
            OfficeField::Address,
        ];
        let given = fields.into_iter().zip(&texts);
        let builder = given.clone().fold(OfficeInformation::builder(), |builder, (field, text)| builder.set(field, text));
        let violations: Vec<_> =
            given.filter_map(|(field, text)| Some((field, expected(field, text)?))).collect();
        match builder.build() {
            Ok(office) => {
                prop_assert_eq!(violations, []);
                let kept = [office.postal_code(), office.country_region(), office.state(), office.address()];
                prop_assert_eq!(kept, texts.each_ref().map(|text| text.trim()));
            }
            Err(error) => {
                let found: Vec<_> = error.violations().iter().map(|it| (it.field, it.kind.clone())).collect();
                prop_assert_eq!(found, violations);
            }
        }
    }

    #[test]
    fn a_city_is_kept_left_out_when_blank_or_refused_when_too_long(text in any::<String>()) {
        let builder = OfficeInformation::builder().postal_code("x").country_region("x").state("x").address("x");
        let built = builder.city(&text).build();
        let city = built.as_ref().map(|office| office.city()).map_err(avepoint_elements::Error::is_validation);
        prop_assert_eq!(city, match expected(OfficeField::City, &text) {
            None => Ok(Some(text.trim())),
            Some(ViolationKind::Blank) => Ok(None),
            Some(_) => Err(true),
        });
    }
}
