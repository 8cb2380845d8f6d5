//! Optional fields of replies: a value of another type than the contract's is none, and not an error.
//!
//! Generated types call these functions. Each skips a value that it cannot take and emits a `debug!` event (feature
//! `tracing`) with the object, the field and the JSON type that was found, and not the value.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A text; none where there is no text.
pub(crate) fn text<'de, D: Deserializer<'de>>(
    deserializer: D,
    object: &'static str,
    field: &'static str,
) -> Result<Option<String>, D::Error> {
    Ok(match found(deserializer, object, field)? {
        Found::Text(text) => Some(text),
        Found::Nothing | Found::Other(_) => None,
    })
}

/// What stands in the place of a text, where nothing and a value of another type are told apart.
pub(crate) fn found<'de, D: Deserializer<'de>>(
    deserializer: D,
    object: &'static str,
    field: &'static str,
) -> Result<Found, D::Error> {
    let found = deserializer.deserialize_any(TextVisitor)?;
    if let Found::Other(kind) = found {
        unreadable(object, field, kind);
    }
    Ok(found)
}

/// A value of any other type, or its default: no value, or an empty list.
pub(crate) fn value<'de, D: Deserializer<'de>, T: Default + DeserializeOwned>(
    deserializer: D,
    object: &'static str,
    field: &'static str,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let found = match &value {
        Value::Null => return Ok(T::default()),
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    Ok(T::deserialize(value).unwrap_or_else(|_| {
        unreadable(object, field, found);
        T::default()
    }))
}

#[cfg(feature = "tracing")]
fn unreadable(object: &'static str, field: &'static str, found: &'static str) {
    tracing::debug!(object, field, found, "a field of a reply has an unexpected type and counts as absent");
}

#[cfg(not(feature = "tracing"))]
fn unreadable(_: &'static str, _: &'static str, _: &'static str) {}

/// What stands in the place of a text.
pub(crate) enum Found {
    Nothing,
    Text(String),
    /// A value of another type, by its name in JSON.
    Other(&'static str),
}

/// Takes any value without keeping what is no text.
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Found, E> {
        Ok(Found::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Found, E> {
        Ok(Found::Text(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    fn visit_none<E: Error>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Found, E> {
        Ok(Found::Other("boolean"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Found, E> {
        Ok(Found::Other("number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Found, E> {
        Ok(Found::Other("number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Found, E> {
        Ok(Found::Other("number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Found, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Found::Other("array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Found, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Found::Other("object"))
    }
}

#[cfg(test)]
#[cfg(feature = "tracing")]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize)]
    struct User {
        #[serde(default, deserialize_with = "mail")]
        mail: Option<String>,
        #[serde(default, deserialize_with = "status")]
        status: Option<i64>,
    }

    fn mail<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
        super::text(deserializer, "User", "mail")
    }

    fn status<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        super::value(deserializer, "User", "status")
    }

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged while a user is read.
    fn logged(json: &str) -> (User, String) {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .finish();
        let user = tracing::subscriber::with_default(subscriber, || serde_json::from_str(json).unwrap());
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        (user, text)
    }

    #[test]
    fn an_event_names_the_field_and_the_type_that_was_found_and_no_value() {
        for (value, found) in [
            ("[\"canary\"]", "array"),
            ("{\"canary\":1}", "object"),
            ("4711", "number"),
            ("1.5", "number"),
            ("-4711", "number"),
            ("true", "boolean"),
        ] {
            let (user, log) = logged(&format!("{{\"mail\": {value}}}"));
            assert!(user.mail.is_none());
            for part in ["DEBUG", "object=\"User\"", "field=\"mail\"", &format!("found=\"{found}\"")] {
                assert!(log.contains(part), "{part}: {log}");
            }
            assert!(!log.contains("canary") && !log.contains("4711"), "{log}");
        }
        let (user, log) = logged("{\"status\": \"canary\"}");
        assert!(user.status.is_none() && log.contains("field=\"status\" found=\"string\""), "{log}");
        assert!(!log.contains("canary"), "{log}");
    }

    #[test]
    fn what_is_as_expected_or_absent_logs_nothing() {
        let (user, log) = logged("{\"mail\": \"a\", \"status\": 3}");
        assert_eq!((user.mail.as_deref(), user.status, log.as_str()), (Some("a"), Some(3), ""));
        for nothing in ["{}", "{\"mail\": null, \"status\": null}"] {
            let (user, log) = logged(nothing);
            assert_eq!((user.mail, user.status, log.as_str()), (None, None, ""));
        }
    }
}
