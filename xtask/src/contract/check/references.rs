//! References: each points at something that can stand there, and none leads back to itself.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::contract::nodes::{Kind, Node, nodes};
use crate::contract::source::Source;
use crate::problem::{Problem, Result};

const SCHEMAS: &str = "#/components/schemas/";

/// Every `$ref` points at something in this document, and that of a schema at a named schema.
pub(super) fn resolve(source: &Source) -> Result<()> {
    nodes(source.value()).iter().try_for_each(|node| match reference(node.value) {
        Some(target) => points_well(source, node, target),
        None => Ok(()),
    })
}

fn points_well(source: &Source, node: &Node<'_>, target: &str) -> Result<()> {
    let found = target.strip_prefix('#').and_then(|inside| source.value().pointer(inside));
    if found.is_none() {
        return Err(misplaced(source, node, target, "points at nothing in this document"));
    }
    let named = target.strip_prefix(SCHEMAS).is_some_and(|name| !name.contains('/'));
    if node.kind == Kind::Schema && !named {
        return Err(misplaced(source, node, target, "points at something other than a named schema"));
    }
    Ok(())
}

fn misplaced(source: &Source, node: &Node<'_>, target: &str, what: &str) -> Problem {
    source
        .problem(&format!("{}/$ref", node.pointer), format!("`$ref: {target}` {what}"))
        .help(format!("write it as `{SCHEMAS}Name`, and define that name"))
}

/// No `$ref` leads back to itself, be it through others or through `allOf` and its like: such a schema says
/// nothing. An object may hold its own kind in a property or in a list.
pub(super) fn end(source: &Source) -> Result<()> {
    let nodes = nodes(source.value());
    let endless = nodes.iter().find(|node| reference(node.value).is_some() && returns(source, &node.pointer));
    let Some(node) = endless else { return Ok(()) };
    let target = reference(node.value).unwrap_or_default();
    Err(source
        .problem(&format!("{}/$ref", node.pointer), format!("`$ref: {target}` leads back to itself"))
        .help("write out one of the schemas on the way"))
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

/// The pointers to what the value at a pointer is made of.
fn next(source: &Source, pointer: &str) -> Vec<String> {
    let Some(value) = source.value().pointer(pointer) else { return Vec::new() };
    if let Some(target) = reference(value) {
        return target.strip_prefix('#').map(str::to_owned).into_iter().collect();
    }
    let listed = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|keyword| {
        let length = value[keyword].as_array().map_or(0, Vec::len);
        (0..length).map(move |index| format!("{pointer}/{keyword}/{index}"))
    });
    listed.chain(value.get("not").map(|_| format!("{pointer}/not"))).collect()
}

fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}
