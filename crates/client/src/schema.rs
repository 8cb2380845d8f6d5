//! JSON Schemas of generated types, from their text.

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

/// The name of a schema that is referred to, and how it is generated.
pub(crate) type Reference = (&'static str, fn(&mut SchemaGenerator) -> Schema);

/// The schema that a text holds, each `{"$ref": name}` in it replaced by what `references` give for the name.
pub(crate) fn read(text: &str, references: &[Reference], generator: &mut SchemaGenerator) -> Schema {
    let mut schema = serde_json::from_str(text).unwrap_or_default();
    for (name, generate) in references {
        refer(&mut schema, name, &generate(generator).to_value());
    }
    Schema::try_from(schema).unwrap_or_default()
}

/// Samples and enumerations are data, and left as they are.
fn refer(value: &mut Value, name: &str, schema: &Value) {
    match value {
        Value::Object(entries) if entries.len() == 1 && entries.get("$ref").is_some_and(|to| to == name) => {
            *value = schema.clone();
        }
        Value::Object(entries) => {
            let schemas = entries.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "examples" | "enum"));
            schemas.for_each(|(_, value)| refer(value, name, schema));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, name, schema)),
        _ => {}
    }
}
