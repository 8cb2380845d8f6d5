//! Ids: opaque texts, each one segment of a URL.

use std::fmt;
use std::str::FromStr;

use avepoint_elements_client::{limits, types};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Defines an id around the contract's type, with its name in messages and its pattern.
macro_rules! id {
    ($(#[$docs:meta])* $name:ident, $what:literal, $pattern:path) => {
        $(#[$docs])*
        ///
        /// An id is what the contract's pattern allows: printable ASCII without `/`, `\`, `?`, `#`, `%` and
        /// white space, and not made of dots alone. Upper and lower case differ.
        ///
        /// The pattern takes `@`, but an e-mail address or a user principal name is no id: the service knows nothing of
        /// that name.
        ///
        /// As JSON it is a text, which is checked when it is read.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(types::$name);

        impl $name {
            /// An id from its text, which is taken as it is: white space around it is refused.
            ///
            /// # Errors
            /// A text that the contract's pattern refuses, or with more than [`MAX_LENGTH`](Self::MAX_LENGTH)
            /// characters; [`Error::is_validation`] is true.
            pub fn new(text: &str) -> Result<Self, Error> {
                if text.len() > Self::MAX_LENGTH {
                    return Err(too_long($what, text.len()));
                }
                let id = text.parse().map_err(|_| refused::<types::$name>($what, text, $pattern))?;
                Ok(Self(id))
            }

            /// The most characters of an id. None is documented; three of them, percent-encoded, must fit into a URL
            /// of at most 64 KiB, beyond which no request can be built.
            pub const MAX_LENGTH: usize = 4096;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            pub(crate) fn contract(&self) -> &types::$name {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = Error;

            fn try_from(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        crate::api::contract_type::checked!($name, types::$name);

        #[cfg(feature = "uuid")]
        impl TryFrom<uuid::Uuid> for $name {
            type Error = Error;

            /// Hyphenated and in lower case, as the service writes it.
            fn try_from(id: uuid::Uuid) -> Result<Self, Error> {
                Self::new(id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.as_str()).finish()
            }
        }
    };
}

id!(
    /// The ID of a customer of the managed-service provider.
    CustomerId,
    "customer",
    limits::CUSTOMER_ID_PATTERN
);
id!(
    /// The ID of a customer's tenant.
    TenantId,
    "tenant",
    limits::TENANT_ID_PATTERN
);
id!(
    /// The ID of a user in a tenant.
    UserId,
    "user",
    limits::USER_ID_PATTERN
);

/// A user: the customer, the customer's tenant, and the user's id there.
///
/// As JSON it is an object with the three ids as `customer`, `tenant` and `user`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserKey {
    /// The customer.
    pub customer: CustomerId,
    /// The customer's tenant.
    pub tenant: TenantId,
    /// The user in that tenant.
    pub user: UserId,
}

impl UserKey {
    /// The user `user` of `tenant`, which belongs to `customer`.
    pub fn new(customer: CustomerId, tenant: TenantId, user: UserId) -> Self {
        Self { customer, tenant, user }
    }
}

fn too_long(what: &str, length: usize) -> Error {
    let limit = CustomerId::MAX_LENGTH;
    Error::invalid(format!(
        "the {what} id cannot be used: it has {length} bytes, and a URL has room for {limit}"
    ))
}

/// Says why a text is no id, asking the contract's own type about each character.
fn refused<Id: FromStr>(what: &str, text: &str, pattern: &str) -> Error {
    let alone_refused = |character: &char| format!("a{character}").parse::<Id>().is_err();
    let culprit = text.chars().enumerate().find(|(_, character)| alone_refused(character));
    let reason = match culprit {
        None if text.is_empty() => "it is empty".to_owned(),
        Some((index, character)) => format!("character {} is {character:?}", index + 1),
        None if text.bytes().all(|byte| byte == b'.') => "it is made of dots alone".to_owned(),
        None => format!("it does not match {pattern}"),
    };
    Error::invalid(format!(
        "the {what} id cannot be used: {reason}. An id is one segment of a URL: printable ASCII without spaces, \
         / \\ ? # and %, and not dots alone"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_reach_another_route_is_refused_with_the_character_at_fault() {
        let cases = [
            ("", "empty"),
            (".", "dots alone"),
            ("..", "dots alone"),
            ("...", "dots alone"),
            ("../x", "character 3 is '/'"),
            ("a\\b", "character 2 is '\\\\'"),
            ("a?b", "'?'"),
            ("a#b", "'#'"),
            ("%2e%2e", "'%'"),
            (" a", "character 1 is ' '"),
            ("a\n", "'\\n'"),
            ("a\u{0}", "'\\0'"),
            ("a\u{7f}", "'\\u{7f}'"),
            ("ü", "'ü'"),
            ("a\u{feff}", "'\\u{feff}'"),
        ];
        for (text, reason) in cases {
            let error = UserId::new(text).unwrap_err();
            assert!(error.is_validation());
            let message = error.to_string();
            assert!(message.contains(reason) && message.contains("user id"), "{text:?}: {message}");
        }
    }

    #[test]
    fn other_texts_are_kept_as_they_are() {
        for text in ["a", "..a", "a..", ".a.", "7C18fd6f", "a@b.example", "{a}", "a<b>|\"^`~!$&'()*+,;=:[]"] {
            assert_eq!(CustomerId::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_no_url_has_room_for_is_refused_by_its_length() {
        assert!(UserId::new(&"a".repeat(UserId::MAX_LENGTH)).is_ok());
        let error = UserId::new(&"a".repeat(70_000)).unwrap_err();
        assert!(error.is_validation() && error.to_string().contains("70000 bytes"), "{error}");
    }

    #[test]
    fn as_json_an_id_is_a_text_and_is_checked_when_it_is_read() {
        let key: UserKey = serde_json::from_str(r#"{"customer":"c","tenant":"t","user":"u"}"#).unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), r#"{"customer":"c","tenant":"t","user":"u"}"#);
        let message = serde_json::from_str::<UserId>(r#""a/b""#).unwrap_err().to_string();
        assert!(message.contains("user id") && message.contains("'/'"), "{message}");
    }

    #[cfg(feature = "uuid")]
    #[test]
    fn a_uuid_is_written_with_hyphens() {
        let uuid = uuid::Uuid::from_u128(0x966f_35cc_0000_4000_8000_25cd_bcf8_2a07);
        let id = TenantId::try_from(uuid).unwrap();
        assert_eq!(id.to_string(), "966f35cc-0000-4000-8000-25cdbcf82a07");
    }
}
