//! Which schemas are sent, and which only replies have: what is sent is checked, what is read is taken as it comes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Contract, Named, Operation, Shape};

impl Contract {
    /// Whether a named schema stands in replies alone.
    pub fn is_reply_only(&self, name: &str) -> bool {
        self.reply_only.contains(name)
    }

    pub(super) fn found_reply_only(&self) -> BTreeSet<String> {
        let sent = self.sent();
        self.replied().into_iter().filter(|name| !sent.contains(name)).collect()
    }

    /// The named schemas of bodies and parameters, and all that they refer to.
    fn sent(&self) -> BTreeSet<String> {
        self.reached(|operation| {
            let mut sent = vec![format!("{}/requestBody", operation.pointer)];
            sent.extend(self.parameters(operation).into_iter().map(|parameter| parameter.pointer));
            sent
        })
    }

    /// The named schemas of successes, and all that they refer to.
    fn replied(&self) -> BTreeSet<String> {
        self.reached(|operation| vec![format!("{}/responses/{}", operation.pointer, operation.success)])
    }

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
    pub fn as_read(&self, owner: &str, schema: &Value) -> Value {
        if !self.is_reply_only(owner) {
            return schema.clone();
        }
        let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) else {
            return schema.clone();
        };
        let target = self.resolve(Named { name, schema, pointer: String::new() });
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
