//! The parts of the document that rules speak of. Samples and extensions are data, and left out.

use serde_json::Value;

use super::source::escape;

/// A part of the document.
pub(super) struct Node<'a> {
    /// Its JSON pointer.
    pub(super) pointer: String,
    /// The part as written.
    pub(super) value: &'a Value,
    /// What stands there.
    pub(super) kind: Kind,
}

/// What a part of the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A schema object.
    Schema,
    /// Schemas by name or by number.
    Schemas,
    /// Other parts by name or by number: their keys are nobody's keywords.
    Parts,
    /// Any other object of `OpenAPI`.
    Part,
}

const NAMED_PARTS: [&str; 10] = [
    "paths",
    "content",
    "responses",
    "headers",
    "parameters",
    "requestBodies",
    "examples",
    "securitySchemes",
    "callbacks",
    "encoding",
];

/// Every part of a document, parents first.
pub(super) fn nodes(document: &Value) -> Vec<Node<'_>> {
    let mut found = vec![Node { pointer: String::new(), value: document, kind: Kind::Part }];
    let mut next = 0;
    while let Some(node) = found.get(next) {
        let children = children(node);
        found.extend(children);
        next += 1;
    }
    found
}

/// The schemas among them that are written as objects.
pub(super) fn schemas(document: &Value) -> impl Iterator<Item = Node<'_>> {
    nodes(document).into_iter().filter(|node| node.kind == Kind::Schema && node.value.is_object())
}

fn children<'a>(node: &Node<'a>) -> Vec<Node<'a>> {
    let child = |key: &str, value: &'a Value, kind| Node {
        pointer: format!("{}/{}", node.pointer, escape(key)),
        value,
        kind,
    };
    match node.value {
        Value::Object(entries) => entries
            .iter()
            .filter_map(|(key, value)| Some(child(key, value, kind_of(node.kind, key)?)))
            .collect(),
        Value::Array(items) => {
            let kind = if node.kind == Kind::Schemas { Kind::Schema } else { Kind::Part };
            items.iter().enumerate().map(|(index, item)| child(&index.to_string(), item, kind)).collect()
        }
        _ => Vec::new(),
    }
}

fn kind_of(parent: Kind, key: &str) -> Option<Kind> {
    match (parent, key) {
        (Kind::Schemas, _) => Some(Kind::Schema),
        (Kind::Schema, "properties" | "allOf" | "anyOf" | "oneOf") | (Kind::Part, "schemas") => {
            Some(Kind::Schemas)
        }
        (Kind::Schema, "items" | "not" | "additionalProperties") | (Kind::Part, "schema") => {
            Some(Kind::Schema)
        }
        (Kind::Schema, _) | (Kind::Part, "example" | "value" | "default") => None,
        (Kind::Part, key) if key.starts_with("x-") => None,
        (Kind::Part, key) if NAMED_PARTS.contains(&key) => Some(Kind::Parts),
        (Kind::Parts | Kind::Part, _) => Some(Kind::Part),
    }
}
