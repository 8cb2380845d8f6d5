//! What readings have in common: getters, and fields that may hold anything.

use avepoint_elements_client::types::{IntegerOrList, StoredOfficeText, StringOrList};

/// Defines getters of a reading, each the field of the same name in the contract's type.
macro_rules! getters {
    ($(#[$docs:meta])* $name:ident: text; $($rest:tt)*) => {
        $(#[$docs])*
        pub fn $name(&self) -> Option<&str> {
            self.0.$name.as_deref()
        }
        $crate::api::reading::getters! { $($rest)* }
    };
    ($(#[$docs:meta])* $name:ident: office text; $($rest:tt)*) => {
        $(#[$docs])*
        pub fn $name(&self) -> Option<&str> {
            self.0.$name.as_ref()?.text()
        }
        $crate::api::reading::getters! { $($rest)* }
    };
    ($(#[$docs:meta])* $name:ident: copied $type:ty; $($rest:tt)*) => {
        $(#[$docs])*
        pub fn $name(&self) -> Option<$type> {
            self.0.$name
        }
        $crate::api::reading::getters! { $($rest)* }
    };
    ($(#[$docs:meta])* $name:ident: $type:ty; $($rest:tt)*) => {
        $(#[$docs])*
        pub fn $name(&self) -> Option<&$type> {
            self.0.$name.as_ref()
        }
        $crate::api::reading::getters! { $($rest)* }
    };
    () => {
        /// What the service sends and the contract does not know, by its key.
        pub fn other_fields(&self) -> &serde_json::Map<String, serde_json::Value> {
            &self.0.extra
        }
    };
}
pub(crate) use getters;

/// An office field of a reading.
///
/// An update writes all office fields: the value of a field that is kept must be known. A value that is no text cannot
/// be written back, and must not pass for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "an update handles each")]
pub enum FieldReading<'a> {
    /// A text, as it is.
    Text(&'a str),
    /// Missing or null.
    Absent,
    /// A value that is no text.
    Unreadable,
}

impl<'a> FieldReading<'a> {
    pub(crate) fn of(field: Option<&'a StoredOfficeText>) -> Self {
        match field {
            None => Self::Absent,
            Some(StoredOfficeText::Text(text)) => Self::Text(text),
            Some(StoredOfficeText::Unreadable) => Self::Unreadable,
        }
    }

    /// The text, where it is one.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Unreadable => None,
        }
    }
}

/// One text or several.
pub(crate) fn texts(field: Option<&StringOrList>) -> &[String] {
    match field {
        None => &[],
        Some(StringOrList::Text(text)) => std::slice::from_ref(text),
        Some(StringOrList::List(texts)) => texts,
    }
}

/// One number or several.
pub(crate) fn numbers(field: Option<&IntegerOrList>) -> &[i64] {
    match field {
        None => &[],
        Some(IntegerOrList::Integer(number)) => std::slice::from_ref(number),
        Some(IntegerOrList::List(numbers)) => numbers,
    }
}
