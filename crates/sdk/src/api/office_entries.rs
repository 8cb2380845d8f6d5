//! What a caller says of the fields of an office, and its check against the contract.

use std::borrow::Cow;
use std::str::FromStr;

use avepoint_elements_client::Field;

use crate::api::office_field::{OfficeField, Violation, ViolationKind};
use crate::error::{Error, Result};

/// What the caller said of a field.
#[derive(Clone, Debug, Default)]
pub(crate) enum Entry<'a> {
    #[default]
    Unset,
    Text(Cow<'a, str>),
    Verbatim(Cow<'a, str>),
}

/// What the caller said of each field, in the order of [`OfficeField::LOCAL`].
pub(crate) type Entries<'a> = [Entry<'a>; OfficeField::LOCAL.len()];

/// Defines a builder with a setter for each field.
macro_rules! office_builder {
    (
        $(#[$docs:meta])*
        pub struct $builder:ident {
            $($(#[$setter_docs:meta])* $setter:ident: $field:ident,)*
        }
    ) => {
        $(#[$docs])*
        #[derive(Clone, Debug, Default)]
        #[must_use]
        pub struct $builder<'a> {
            entries: $crate::api::office_entries::Entries<'a>,
        }

        impl<'a> $builder<'a> {
            $(
                $(#[$setter_docs])*
                pub fn $setter(self, text: impl Into<std::borrow::Cow<'a, str>>) -> Self {
                    self.set(OfficeField::$field, text)
                }
            )*

            /// A field by its name, for callers that go through a table.
            pub fn set(self, field: OfficeField, text: impl Into<std::borrow::Cow<'a, str>>) -> Self {
                self.say(field, $crate::api::office_entries::Entry::Text(text.into()))
            }

            /// Sends an empty value for a field, on purpose.
            ///
            /// This is the one way to do so, since a blank text is refused. The contract allows it; that the service
            /// then clears the field is likely but not documented.
            pub fn clear(self, field: OfficeField) -> Self {
                self.verbatim(field, "")
            }

            /// Sends a value exactly as it is, with its white space, or empty: for one that a reading returned and an
            /// update writes back. Its limit is checked like any other's.
            pub fn verbatim(self, field: OfficeField, text: impl Into<std::borrow::Cow<'a, str>>) -> Self {
                self.say(field, $crate::api::office_entries::Entry::Verbatim(text.into()))
            }

            fn say(mut self, field: OfficeField, entry: $crate::api::office_entries::Entry<'a>) -> Self {
                self.entries[field as usize] = entry;
                self
            }
        }
    };
}
pub(crate) use office_builder;

/// The check of all fields.
pub(crate) struct Check<'a> {
    entries: Entries<'a>,
    contract: fn(OfficeField) -> Option<&'static Field>,
    violations: Vec<Violation>,
}

impl<'a> Check<'a> {
    /// Makes a value of the fields that `make` takes, checked against what the contract says of each. A field of which it
    /// says nothing may not be set.
    ///
    /// # Errors
    /// All violations, in the order of the fields.
    pub(crate) fn build<T>(
        entries: Entries<'a>,
        contract: fn(OfficeField) -> Option<&'static Field>,
        make: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T> {
        let mut check = Self::new(entries, contract);
        match make(&mut check) {
            Some(value) if check.violations.is_empty() => Ok(value),
            _ => {
                check.violations.sort_by_key(|violation| violation.field);
                Err(Error::violating(check.violations))
            }
        }
    }

    fn new(entries: Entries<'a>, contract: fn(OfficeField) -> Option<&'static Field>) -> Self {
        let set =
            OfficeField::LOCAL.into_iter().zip(&entries).filter(|(_, entry)| !matches!(entry, Entry::Unset));
        let foreign = set.filter(|(field, _)| contract(*field).is_none());
        let violations =
            foreign.map(|(field, _)| Violation::new(field, ViolationKind::LocalUsersOnly)).collect();
        Self { entries, contract, violations }
    }

    /// The value of a field; none where it is left out or violates the contract, which is then noted.
    pub(crate) fn take<T: FromStr>(&mut self, field: OfficeField) -> Option<T> {
        let entry = std::mem::take(&mut self.entries[field as usize]);
        let contract = (self.contract)(field)?;
        let outcome = match text(contract, &entry) {
            Ok(text) => text.map(|text| text.parse().map_err(|_| refusal(contract, text))).transpose(),
            Err(kind) => Err(kind),
        };
        outcome.unwrap_or_else(|kind| {
            self.violations.push(Violation::new(field, kind));
            None
        })
    }
}

/// The text to send, if any.
fn text<'e>(contract: &Field, entry: &'e Entry<'_>) -> Result<Option<&'e str>, ViolationKind> {
    match entry {
        Entry::Verbatim(text) => Ok(Some(text)),
        Entry::Text(text) if !text.trim().is_empty() => Ok(Some(text.trim())),
        Entry::Text(_) if contract.required => Err(ViolationKind::Blank),
        Entry::Unset if contract.required => Err(ViolationKind::Missing),
        Entry::Text(_) | Entry::Unset => Ok(None),
    }
}

/// Why the contract's type refused a text.
fn refusal(contract: &Field, text: &str) -> ViolationKind {
    let length = text.chars().count();
    match contract.max_length {
        Some(limit) if length > limit => ViolationKind::TooLong { length, limit },
        _ => ViolationKind::Malformed,
    }
}
