//! Which schemas are sent, and which only replies have: what is sent is checked, what is read is taken as it comes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::at;
use super::{Contract, Named, Operation, Shape};

impl Contract {
    /// Whether a named schema stands in replies alone.
    pub(crate) fn is_reply_only(&self, name: &str) -> bool {
        self.reply_only.contains(name)
    }

    /// Whether a named schema stands in replies, be it in others as well.
    pub(crate) fn is_replied(&self, name: &str) -> bool {
        self.replied.contains(name)
    }

    /// Whether a named schema is the whole body of a success.
    pub(crate) fn is_success(&self, name: &str) -> bool {
        self.operations().iter().any(|operation| {
            let pointer = format!("{}/responses/{}", operation.pointer, operation.success);
            let response = self.value().pointer(&pointer).unwrap_or(&Value::Null);
            let response = self.resolve(response, pointer);
            let schema = response.schema.pointer("/content/application~1json/schema/$ref");
            schema.and_then(Value::as_str).is_some_and(|target| target.rsplit('/').next() == Some(name))
        })
    }

    /// The schemas that one is made of, references followed: of properties, elements and cases. Each with the pointer of
    /// where it is written or referred to.
    pub(crate) fn parts<'a>(&'a self, schema: &Named<'a>) -> Vec<(String, Named<'a>)> {
        let mut open: Vec<(String, &Value)> = vec![(schema.pointer.clone(), schema.schema)];
        let mut parts = Vec::new();
        while let Some((pointer, value)) = open.pop() {
            let mut written: Vec<(String, &Value)> = Vec::new();
            let properties = value["properties"].as_object().into_iter().flatten();
            written.extend(properties.map(|(name, part)| (at(&format!("{pointer}/properties"), name), part)));
            written.extend(value.get("items").map(|items| (format!("{pointer}/items"), items)));
            let cases = value["oneOf"].as_array().into_iter().flatten().enumerate();
            written.extend(cases.map(|(index, case)| (format!("{pointer}/oneOf/{index}"), case)));
            for (pointer, part) in written {
                let resolved = self.resolve(part, pointer.clone());
                if resolved.pointer == pointer {
                    open.push((pointer.clone(), part));
                }
                parts.push((pointer, resolved));
            }
        }
        parts
    }

    /// Finds out which schemas replies have: the named ones of successes, and all that they refer to.
    pub(super) fn find_replies(&mut self) {
        let replied =
            |operation: &Operation| format!("{}/responses/{}", operation.pointer, operation.success);
        self.replied = self.reached(|operation| vec![replied(operation)]);
        let sent = self.reached(|operation| {
            let parameters = self.parameters(operation).into_iter().map(|parameter| parameter.pointer);
            parameters.chain([format!("{}/requestBody", operation.pointer)]).collect()
        });
        self.reply_only = self.replied.difference(&sent).cloned().collect();
    }

    /// The named schemas that are reached from these pointers of each operation.
    fn reached(&self, from: impl Fn(&Operation) -> Vec<String>) -> BTreeSet<String> {
        let starts = self.operations().iter().flat_map(from).collect::<Vec<_>>();
        let mut open: Vec<&Value> =
            starts.iter().filter_map(|pointer| self.value().pointer(pointer)).collect();
        let mut names = BTreeSet::new();
        while let Some(value) = open.pop() {
            match value {
                Value::Object(entries) => {
                    let target = entries.get("$ref").and_then(Value::as_str);
                    let pointer = target.and_then(|target| target.strip_prefix('#'));
                    let name = pointer.and_then(|pointer| pointer.strip_prefix("/components/schemas/"));
                    let is_new = name.is_none_or(|name| names.insert(name.to_owned()));
                    open.extend(pointer.filter(|_| is_new).and_then(|pointer| self.value().pointer(pointer)));
                    let data = |key: &str| matches!(key, "example" | "examples" | "$ref");
                    open.extend(entries.iter().filter(|(key, _)| !data(key)).map(|(_, value)| value));
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        names
    }

    /// A schema inside of the named schema `owner`: what refers to a value that is checked when it is sent is, in a
    /// reply, the plain type of that value.
    pub(crate) fn as_read(&self, owner: &str, schema: &Value) -> Value {
        if !self.is_reply_only(owner) || schema.get("$ref").is_none() {
            return schema.clone();
        }
        let target = self.resolve(schema, String::new());
        let is_text = target.schema["type"] == "string" && target.schema.get("enum").is_none();
        if self.is_reply_only(target.name) {
            return schema.clone();
        }
        match target.shape() {
            Shape::Integer => json!({ "type": "integer", "description": target.schema["description"] }),
            Shape::List => json!({
                "type": "array",
                "description": target.schema["description"],
                "items": self.as_read(owner, &target.schema["items"]),
            }),
            Shape::Plain if is_text => {
                json!({ "type": "string", "description": target.schema["description"] })
            }
            _ => schema.clone(),
        }
    }
}
