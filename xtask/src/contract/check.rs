//! What must hold of the contract beyond what the parsers check.

use serde_json::Value;

use super::source::{Source, escape};
use super::{Contract, Operation};
use crate::problem::Result;

/// Every `$ref` points at something in this document.
pub(super) fn references(source: &Source) -> Result<()> {
    walk(source.value(), "", &mut |pointer, value| {
        let Some(Value::String(target)) = value.get("$ref") else { return Ok(()) };
        let found = target.strip_prefix('#').and_then(|inside| source.value().pointer(inside));
        if found.is_some() {
            return Ok(());
        }
        let message = format!("`$ref: {target}` points at nothing in this document");
        Err(source
            .problem(&format!("{pointer}/$ref"), message)
            .help("write it as `#/components/schemas/Name`, and define that name"))
    })
}

/// What the generation needs: the keys of our own on servers, and a permission on each operation.
pub(super) fn rules(contract: &Contract) -> Result<()> {
    contract.servers()?;
    for operation in contract.operations() {
        has_permission(contract, &operation)?;
    }
    Ok(())
}

fn has_permission(contract: &Contract, operation: &Operation) -> Result<()> {
    if operation.scopes.is_empty() {
        let message = format!("operation `{}` names no permission", operation.id);
        return Err(contract
            .problem(&operation.pointer, message)
            .help("add `security: [{oauth2: [the.permission]}]`"));
    }
    Ok(())
}

fn walk(value: &Value, pointer: &str, visit: &mut impl FnMut(&str, &Value) -> Result<()>) -> Result<()> {
    visit(pointer, value)?;
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| walk(item, &format!("{pointer}/{index}"), visit)),
        Value::Object(entries) => entries
            .iter()
            .try_for_each(|(key, item)| walk(item, &format!("{pointer}/{}", escape(key)), visit)),
        _ => Ok(()),
    }
}
