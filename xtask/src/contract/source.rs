//! YAML as JSON values, with the place of each value kept under its JSON pointer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use openapiv3::OpenAPI;
use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Number, Value};

use crate::problem::{Place, Problem, Result};

/// A parsed YAML document.
#[derive(Debug)]
pub struct Source {
    file: PathBuf,
    value: Value,
    places: BTreeMap<String, Place>,
}

impl Source {
    /// Parses the one document of `text`.
    ///
    /// # Errors
    /// Text that is not YAML (duplicate keys included), no document or several, and values that JSON lacks.
    pub fn parse(text: &str, file: &Path) -> Result<Self> {
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            Problem::new(format!("not valid YAML: {}", error.info()))
                .in_file(file)
                .at(Some(place_of(error.marker())))
        })?;
        let [document] = documents.as_slice() else {
            let message = format!("expected one YAML document, found {}", documents.len());
            return Err(Problem::new(message).in_file(file));
        };
        let mut reader = Reader { file, places: BTreeMap::new() };
        let value = reader.node(document, "")?;
        let places = reader.places;
        Ok(Self { file: file.to_path_buf(), value, places })
    }

    /// Checks that the types of `openapiv3` can hold the document.
    ///
    /// # Errors
    /// A document that is not `OpenAPI` 3.0, at the innermost value that the parser can name.
    pub fn is_openapi(&self) -> Result<()> {
        serde_path_to_error::deserialize(&self.value).map(|_: OpenAPI| ()).map_err(|error| {
            let pointer = pointer_of(error.path());
            let message = format!("not an OpenAPI 3.0 document: {}", error.inner());
            self.problem(&pointer, message)
        })
    }

    /// The file's name, for messages.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The document as plain values.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Where the value at a JSON pointer stands; for a pointer to nothing, its nearest ancestor.
    pub fn place(&self, pointer: &str) -> Option<Place> {
        let known = |pointer: &str| self.places.get(pointer).copied();
        let ancestors = pointer.rmatch_indices('/').map(|(end, _)| &pointer[..end]);
        std::iter::once(pointer).chain(ancestors).find_map(known)
    }

    /// A problem at a JSON pointer.
    pub fn problem(&self, pointer: &str, message: impl Into<String>) -> Problem {
        Problem::new(message).in_file(&self.file).at(self.place(pointer))
    }
}

struct Reader<'a> {
    file: &'a Path,
    places: BTreeMap<String, Place>,
}

impl Reader<'_> {
    fn node(&mut self, node: &MarkedYaml<'_>, pointer: &str) -> Result<Value> {
        let place = place_of(&node.span.start);
        self.places.insert(pointer.to_owned(), place);
        match &node.data {
            YamlData::Value(scalar) => self.scalar(scalar, place),
            YamlData::Sequence(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.node(item, &format!("{pointer}/{index}")))
                .collect(),
            YamlData::Mapping(entries) => entries
                .iter()
                .map(|(key, value)| self.entry(key, value, pointer))
                .collect::<Result<Map<_, _>>>()
                .map(Value::Object),
            _ => Err(self.unfit("a tag, an alias or a value that JSON does not have", place)),
        }
    }

    fn entry(
        &mut self,
        key: &MarkedYaml<'_>,
        value: &MarkedYaml<'_>,
        parent: &str,
    ) -> Result<(String, Value)> {
        let place = place_of(&key.span.start);
        let name = match &key.data {
            YamlData::Value(Scalar::String(name)) => name.to_string(),
            YamlData::Value(Scalar::Integer(name)) => name.to_string(),
            _ => return Err(self.unfit("a key that is not text", place)),
        };
        let pointer = format!("{parent}/{}", escape(&name));
        let value = self.node(value, &pointer)?;
        // A reader looks for the key, not for the first line of what it holds.
        self.places.insert(pointer, place);
        Ok((name, value))
    }

    fn scalar(&self, scalar: &Scalar<'_>, place: Place) -> Result<Value> {
        Ok(match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => Value::Bool(*value),
            Scalar::Integer(value) => Value::Number((*value).into()),
            Scalar::FloatingPoint(value) => Number::from_f64(value.into_inner())
                .map(Value::Number)
                .ok_or_else(|| self.unfit("a number that JSON does not have", place))?,
            Scalar::String(value) => Value::String(value.to_string()),
        })
    }

    fn unfit(&self, what: &str, place: Place) -> Problem {
        Problem::new(format!("{what} cannot stand in the contract")).in_file(self.file).at(Some(place))
    }
}

fn place_of(marker: &saphyr::Marker) -> Place {
    Place { line: marker.line(), column: marker.col() + 1 }
}

/// A name as a token of a JSON pointer (RFC 6901).
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", escape(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}
