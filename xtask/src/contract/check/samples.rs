//! Samples and JSON Schema: each schema compiles as the sandbox compiles it, and each sample is valid against its schema.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use crate::contract::nodes::{Node, nodes};
use crate::contract::source::{Source, escape};
use crate::problem::Result;

pub(super) fn are_valid(source: &Source) -> Result<()> {
    let components = as_json_schema(&json!({ "schemas": source.value()["components"]["schemas"] }));
    let nodes = nodes(source.value());
    nodes.iter().try_for_each(|node| CheckedSamples { source, components: &components, node }.is_valid())
}

struct CheckedSamples<'a> {
    source: &'a Source,
    components: &'a Value,
    node: &'a Node<'a>,
}

impl CheckedSamples<'_> {
    fn is_valid(&self) -> Result<()> {
        let Some(schema) = self.schema() else { return Ok(()) };
        let samples = self.samples();
        if samples.is_empty() && schema.get("pattern").is_none() {
            return Ok(());
        }
        let validator = self.compiled(schema)?;
        samples.into_iter().try_for_each(|(pointer, sample)| {
            let Some(error) = validator.iter_errors(sample).next() else { return Ok(()) };
            let inside = error.instance_path().to_string();
            Err(self
                .source
                .problem(&format!("{pointer}{inside}"), format!("this sample breaks its schema: {error}"))
                .help("change the sample or the schema"))
        })
    }

    fn schema(&self) -> Option<&Value> {
        if self.node.is_schema() { Some(self.node.value) } else { self.node.value.get("schema") }
    }

    /// The samples of a schema, of a parameter or of a body.
    fn samples(&self) -> Vec<(String, &Value)> {
        let pointer = &self.node.pointer;
        let one = self.node.value.get("example").map(|sample| (format!("{pointer}/example"), sample));
        let several = self.node.value.get("examples").and_then(Value::as_object).into_iter().flatten();
        let several = several.filter_map(|(name, example)| {
            Some((format!("{pointer}/examples/{}/value", escape(name)), example.get("value")?))
        });
        one.into_iter().chain(several).collect()
    }

    fn compiled(&self, schema: &Value) -> Result<Validator> {
        let document = json!({ "allOf": [as_json_schema(schema)], "components": self.components });
        jsonschema::options().with_draft(Draft::Draft4).build(&document).map_err(|error| {
            let message = format!("a validator of JSON Schema cannot use this schema: {error}");
            self.source.problem(&self.node.pointer, message).help("write it in a simpler way")
        })
    }
}

/// A part of the document with `nullable` as JSON Schema says it.
fn as_json_schema(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: serde_json::Map<String, Value> =
                entries.iter().map(|(key, value)| (key.clone(), as_json_schema(value))).collect();
            if let (Some(Value::Bool(true)), Some(Value::String(kind))) =
                (entries.get("nullable"), entries.get("type"))
            {
                let either = json!([kind, "null"]);
                entries.insert("type".to_owned(), either);
            }
            Value::Object(entries)
        }
        Value::Array(items) => items.iter().map(as_json_schema).collect(),
        other => other.clone(),
    }
}
