//! A text that may be left out.

use std::borrow::Cow;

/// A text, or none: what [`city`](crate::OfficeInformationBuilder::city) takes.
///
/// It is made from `&str`, `String`, `Cow<str>`, and an `Option` of each.
#[derive(Clone, Debug, Default)]
pub struct OptionalText<'a>(pub(super) Option<Cow<'a, str>>);

impl<'a> From<&'a str> for OptionalText<'a> {
    fn from(text: &'a str) -> Self {
        Self(Some(text.into()))
    }
}

impl<'a> From<&'a String> for OptionalText<'a> {
    fn from(text: &'a String) -> Self {
        Self(Some(text.into()))
    }
}

impl From<String> for OptionalText<'_> {
    fn from(text: String) -> Self {
        Self(Some(text.into()))
    }
}

impl<'a> From<Cow<'a, str>> for OptionalText<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self(Some(text))
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<Option<T>> for OptionalText<'a> {
    fn from(text: Option<T>) -> Self {
        Self(text.map(Into::into))
    }
}
