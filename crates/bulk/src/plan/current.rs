//! What a reading of a user says.

use std::fmt;

use avepoint_elements::{FieldReading, OfficeField, User, UserId};

use super::{PerField, index_of};
use crate::ids::are_same;

/// The office information that a user has, byte for byte as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Current(PerField<Option<String>>);

impl Current {
    /// The office information of a reading of a user.
    ///
    /// # Errors
    /// The reply is another user's, or a field holds no text. Such a user is never planned or sent.
    pub fn of(asked: &UserId, reading: &User) -> Result<Self, Unreadable> {
        Self::of_fields(asked, reading.id(), |field| reading.office(field))
    }

    fn of_fields<'a>(
        asked: &UserId,
        id: &str,
        field: impl Fn(OfficeField) -> FieldReading<'a>,
    ) -> Result<Self, Unreadable> {
        if !are_same(asked.as_str(), id) {
            return Err(Unreadable::OtherUser);
        }
        let mut current = Self::default();
        for (value, name) in current.0.iter_mut().zip(OfficeField::ALL) {
            *value = match field(name) {
                FieldReading::Text(text) => Some(text.to_owned()),
                FieldReading::Absent => None,
                FieldReading::Unreadable => return Err(Unreadable::Field(name)),
            };
        }
        Ok(current)
    }

    /// With another value of a field.
    #[must_use]
    pub fn with(mut self, field: OfficeField, text: impl Into<String>) -> Self {
        self.0[index_of(field)] = Some(text.into());
        self
    }

    /// The value of a field; none where it is absent.
    pub fn get(&self, field: OfficeField) -> Option<&str> {
        self.0[index_of(field)].as_deref()
    }
}

/// Why a reading cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// The `id` of the reply is not the one that was asked for.
    OtherUser,
    /// A field holds a value that is no text.
    Field(OfficeField),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherUser => f.write_str("the service answered with another user than the one asked for"),
            Self::Field(field) => write!(f, "the {field} that the service holds is no text"),
        }
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_of_another_user_or_with_a_field_that_is_no_text_is_unreadable() {
        let asked: UserId = "7c18fd6f-0000-4000-8000-5725fa9edc3f".parse().unwrap();
        let absent = |_| FieldReading::Absent;
        assert_eq!(
            Current::of_fields(&asked, &asked.as_str().to_uppercase(), absent),
            Ok(Current::default())
        );
        assert_eq!(Current::of_fields(&asked, "7c18fd6f", absent), Err(Unreadable::OtherUser));
        let state = |field| match field {
            OfficeField::State => FieldReading::Unreadable,
            _ => FieldReading::Text("x"),
        };
        assert_eq!(
            Current::of_fields(&asked, asked.as_str(), state),
            Err(Unreadable::Field(OfficeField::State))
        );
    }
}
