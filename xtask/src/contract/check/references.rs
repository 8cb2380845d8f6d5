//! References: each points at something that can stand there, and none leads back to itself.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::contract::nodes::{Node, nodes};
use crate::contract::source::Source;
use crate::problem::Result;

/// Every `$ref` points at a component of its own kind in this document.
pub(super) fn resolve(source: &Source) -> Result<()> {
    nodes(source.value()).iter().try_for_each(|node| match reference(node.value) {
        Some(target) => points_well(source, node, target),
        None => Ok(()),
    })
}

fn points_well(source: &Source, node: &Node<'_>, target: &str) -> Result<()> {
    let Some(section) = node.object.section else { return Ok(()) };
    let prefix = format!("#/components/{section}/");
    let named = target.strip_prefix(&prefix).is_some_and(|name| !name.contains('/'));
    let found = target.strip_prefix('#').and_then(|inside| source.value().pointer(inside));
    let what = match (named, found) {
        (true, Some(_)) => return Ok(()),
        (_, None) => "points at nothing in this document".to_owned(),
        (false, Some(_)) => format!("points at something other than one of `components/{section}`"),
    };
    Err(source
        .problem(&format!("{}/$ref", node.pointer), format!("`$ref: {target}` {what}"))
        .help(format!("write it as `{prefix}Name`, and define that name")))
}

/// No `$ref` leads back to itself but through a list or an optional property: such a value would never end.
pub(super) fn end(source: &Source) -> Result<()> {
    let nodes = nodes(source.value());
    let endless = nodes.iter().find(|node| reference(node.value).is_some() && returns(source, &node.pointer));
    let Some(node) = endless else { return Ok(()) };
    let target = reference(node.value).unwrap_or_default();
    Err(source
        .problem(&format!("{}/$ref", node.pointer), format!("`$ref: {target}` leads back to itself"))
        .help("make a property on the way optional, or write out one of the schemas on the way"))
}

fn returns(source: &Source, start: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = next(source, start);
    while let Some(pointer) = open.pop() {
        if pointer == start {
            return true;
        }
        if seen.insert(pointer.clone()) {
            open.extend(next(source, &pointer));
        }
    }
    false
}

/// The pointers to what the value at a pointer cannot be without.
fn next(source: &Source, pointer: &str) -> Vec<String> {
    let Some(value) = source.value().pointer(pointer) else { return Vec::new() };
    if let Some(target) = reference(value) {
        return target.strip_prefix('#').map(str::to_owned).into_iter().collect();
    }
    let branches = value["oneOf"].as_array().map_or(0, Vec::len);
    let required = value["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let properties =
        required.map(|name| format!("{pointer}/properties/{}", crate::contract::source::escape(name)));
    (0..branches).map(|index| format!("{pointer}/oneOf/{index}")).chain(properties).collect()
}

fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}
