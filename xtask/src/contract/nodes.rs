//! The parts of the document, each with the object of the grammar that it is. Samples and extensions are data, and
//! left out.

use serde_json::Value;

use super::grammar::{DOCUMENT, Form, Object, SCHEMA};
use super::source::escape;

/// A part of the document.
#[derive(Clone)]
pub(super) struct Node<'a> {
    /// Its JSON pointer.
    pub(super) pointer: String,
    /// The part as written.
    pub(super) value: &'a Value,
    /// What stands there.
    pub(super) object: &'static Object,
}

impl Node<'_> {
    /// Whether a schema stands there.
    pub(super) fn is_schema(&self) -> bool {
        std::ptr::eq(self.object, &raw const SCHEMA)
    }
}

/// Every part of a document, parents first.
pub(super) fn nodes(document: &Value) -> Vec<Node<'_>> {
    let mut found = vec![Node { pointer: String::new(), value: document, object: &DOCUMENT }];
    let mut next = 0;
    while let Some(node) = found.get(next).cloned() {
        for (key, form) in node.object.keys {
            if let Some(value) = node.value.get(key) {
                let pointer = format!("{}/{key}", node.pointer);
                found.extend(parts(pointer, value, *form));
            }
        }
        next += 1;
    }
    found
}

/// The schemas among them that are written as objects.
pub(super) fn schemas(document: &Value) -> impl Iterator<Item = Node<'_>> {
    nodes(document).into_iter().filter(|node| node.is_schema() && node.value.is_object())
}

fn parts(pointer: String, value: &Value, form: Form) -> Vec<Node<'_>> {
    let node = |pointer, value, object| Node { pointer, value, object };
    match (form, value) {
        (Form::One(object), value) => vec![node(pointer, value, object)],
        (Form::List(object), Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(index, value)| node(format!("{pointer}/{index}"), value, object))
            .collect(),
        (Form::Map(object), Value::Object(entries)) => entries
            .iter()
            .filter(|(key, _)| !key.starts_with("x-"))
            .map(|(key, value)| node(format!("{pointer}/{}", escape(key)), value, object))
            .collect(),
        _ => Vec::new(),
    }
}
