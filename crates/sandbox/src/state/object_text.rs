//! JSON objects as text: their fields in their order, the values unread. A user takes no more memory than its
//! text, and is served without being parsed.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The fields of an object.
pub(crate) struct Fields<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Reads an object; an error says what is wrong with it.
    pub(crate) fn read(text: &'a str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default();
            format!("no JSON object: {reason} at column {}", error.column())
        })
    }

    /// The fields of an object that was read before, or written here.
    pub(crate) fn of(text: &'a str) -> impl Iterator<Item = (Cow<'a, str>, &'a str)> {
        let fields = Self::read(text).map(|fields| fields.0).unwrap_or_default();
        fields.into_iter().map(|(name, value)| (name, value.get()))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::with_capacity(16);
        while let Some((Name(name), value)) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(Fields(fields))
    }
}

/// An object that is written field by field.
pub(crate) struct ObjectText(String);

impl ObjectText {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    /// Adds a field whose value is JSON already.
    pub(crate) fn json(&mut self, name: &str, value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.quoted(name);
        self.0.push(':');
        self.0.push_str(value);
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.json(name, "");
        self.quoted(value);
    }

    /// Most names and ids have nothing to escape.
    fn quoted(&mut self, text: &str) {
        if text.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
            self.0.extend(["\"", text, "\""]);
        } else {
            self.0.push_str(&Value::from(text).to_string());
        }
    }

    /// Adds all fields of an object, which has to be one that was read or written here.
    pub(crate) fn all_of(&mut self, object: &str) {
        let fields = object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        if self.0.len() > 1 && !fields.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(fields);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.len() == 1
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
