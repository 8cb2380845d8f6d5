//! Operations: there is one, and each stands in its place, names a permission, and succeeds in one way.

use crate::contract::model::{at, successes};
use crate::contract::{Contract, Operation};
use crate::problem::Result;

pub(super) fn are_usable(contract: &Contract) -> Result<()> {
    paths_are_written_out(contract)?;
    let operations = contract.operations();
    if operations.is_empty() {
        return Err(contract
            .problem("/paths", "the contract has no operation")
            .help("add one under `paths`"));
    }
    operations.iter().try_for_each(|operation| {
        has_permission(contract, operation)?;
        has_one_success(contract, operation)
    })
}

/// A path that stands elsewhere, or is no path, would be read by some and overlooked by others.
fn paths_are_written_out(contract: &Contract) -> Result<()> {
    contract.paths().try_for_each(|(path, item)| {
        let pointer = at("/paths", path);
        if !path.starts_with('/') {
            let message = format!("path `{path}` does not start with a slash");
            return Err(contract.problem(&pointer, message).help(format!("write `/{path}`")));
        }
        if item.get("$ref").is_none() {
            return Ok(());
        }
        let message = format!("path `{path}` is a reference");
        Err(contract.problem(&pointer, message).help("write it out under `paths`"))
    })
}

fn has_permission(contract: &Contract, operation: &Operation) -> Result<()> {
    if !operation.scopes.is_empty() {
        return Ok(());
    }
    Err(contract
        .problem(&operation.pointer, format!("operation `{}` names no permission", operation.id))
        .help("add `security: [{oauth2: [the.permission]}]`"))
}

/// The generated call gives one type of value, and the SDK calls one status a success.
fn has_one_success(contract: &Contract, operation: &Operation) -> Result<()> {
    let pointer = format!("{}/responses", operation.pointer);
    let statuses = contract.value().pointer(&pointer).map(successes).unwrap_or_default();
    let found = match statuses.as_slice() {
        [_] => return Ok(()),
        [] => "no success".to_owned(),
        several => {
            let listed: Vec<_> = several.iter().map(ToString::to_string).collect();
            format!("{} successes ({})", several.len(), listed.join(", "))
        }
    };
    let message = format!("operation `{}` has {found} among its responses", operation.id);
    Err(contract.problem(&pointer, message).help("list exactly one status of 2xx"))
}
