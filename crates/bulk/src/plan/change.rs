//! What changes about a user, field by field.

use std::fmt;

use avepoint_elements::OfficeField;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::equality::{are_equal, is_empty};
use super::field_named;

/// The change of a field. Both values are byte for byte what was read, or what is wanted; none is absent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs, reason = "a pair, and never more")]
pub struct Edit {
    /// The value that the change starts from.
    pub old: Option<String>,
    /// The value that the change leads to.
    pub new: Option<String>,
}

impl Edit {
    /// Whether the field was empty.
    pub fn fills(&self) -> bool {
        is_empty(self.old.as_deref())
    }

    /// Whether the field becomes empty.
    pub fn clears(&self) -> bool {
        is_empty(self.new.as_deref())
    }
}

/// The change of a user: an [`Edit`] for each field that changes, and nothing for the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Change(Vec<(OfficeField, Edit)>);

impl Change {
    /// With the change of a field, in place of what was said of it before. Equal values are no change.
    #[must_use]
    pub fn with(mut self, field: OfficeField, edit: Edit) -> Self {
        self.0.retain(|(other, _)| *other != field);
        if !are_equal(field, edit.old.as_deref(), edit.new.as_deref()) {
            let place = self.0.partition_point(|(other, _)| *other < field);
            self.0.insert(place, (field, edit));
        }
        self
    }

    /// The change of a field, if it changes.
    pub fn get(&self, field: OfficeField) -> Option<&Edit> {
        self.edits().find(|(other, _)| *other == field).map(|(_, edit)| edit)
    }

    /// The fields that change, in the order of the contract.
    pub fn edits(&self) -> impl Iterator<Item = (OfficeField, &Edit)> {
        self.0.iter().map(|(field, edit)| (*field, edit))
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields that become empty.
    pub fn clears(&self) -> impl Iterator<Item = OfficeField> {
        self.edits().filter(|(_, edit)| edit.clears()).map(|(field, _)| field)
    }

    /// The change that takes this one back. Its inverse is this one again.
    #[must_use]
    pub fn inverted(mut self) -> Self {
        for (_, Edit { old, new }) in &mut self.0 {
            std::mem::swap(old, new);
        }
        self
    }
}

/// As in `{"city":{"old":null,"new":"Luanda"}}`.
impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.edits().map(|(field, edit)| (field.contract().name, edit)))
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ChangeVisitor)
    }
}

struct ChangeVisitor;

impl<'de> Visitor<'de> for ChangeVisitor {
    type Value = Change;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of changes by field")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Change, A::Error> {
        let mut change = Change::default();
        while let Some((name, edit)) = map.next_entry::<String, Edit>()? {
            let field = field_named(&name).ok_or_else(|| A::Error::custom("a change of an unknown field"))?;
            if change.get(field).is_some() {
                return Err(A::Error::custom("two changes of one field"));
            }
            change = change.with(field, edit);
            if change.get(field).is_none() {
                return Err(A::Error::custom("a change between equal values"));
            }
        }
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_is_no_change_is_refused() {
        let read = |text: &str| serde_json::from_str::<Change>(text);
        assert!(read(r#"{"city":{"old":null,"new":"a"}}"#).is_ok_and(|change| change.edits().count() == 1));
        for text in [
            r#"{"town":{"old":null,"new":"a"}}"#,
            r#"{"city":{"old":null,"new":"a"},"city":{"old":null,"new":"b"}}"#,
            r#"{"city":{"old":"a ","new":"a"}}"#,
            r#"{"countryRegion":{"old":"DE","new":"Germany"}}"#,
            r#"{"city":{"old":null,"new":"a","also":1}}"#,
            r#"{"city":{"old":null,"new":1}}"#,
            r#"{"city":null}"#,
            "[]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
