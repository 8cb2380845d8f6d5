//! Names that become identifiers of the generated code: each does, and no two become the same.

use heck::ToUpperCamelCase;

use super::identifier::{Scope, is_keyword, snake};
use crate::contract::model::at;
use crate::contract::{Contract, Operation, nodes};
use crate::problem::Result;

/// Beside the constants of operations and fields stands `ALL`.
const ALL: &str = "all";
/// Methods that the generated builders and mocks have of themselves.
const METHODS: [&str; 5] = ["new", "send", "body", "body_map", "into_inner"];

const WORDS: &str = "start it with a letter, and use letters, digits and `-_.$@` only";
const NO_KEYWORD: &str = "start it with a letter, use letters and digits only, and no keyword of Rust";

pub(super) fn become_identifiers(contract: &Contract) -> Result<()> {
    environments(contract)?;
    schemas(contract)?;
    schemas_keep_their_names(contract)?;
    properties(contract)?;
    operations(contract)?;
    contract.operations().iter().try_for_each(|operation| parameters(contract, operation))
}

/// They become variants, and are typed on command lines.
fn environments(contract: &Contract) -> Result<()> {
    let mut scope = Scope::new(contract, "environment", &[]);
    contract.servers()?.iter().enumerate().try_for_each(|(index, server)| {
        let pointer = format!("/servers/{index}/x-environment");
        let variant = server.name.to_upper_camel_case();
        if !is_environment(&server.name) || is_keyword(&variant) {
            let help = "start it with a letter, and use words of small letters and digits joined by hyphens";
            return Err(scope.unfit(&server.name, &pointer, help));
        }
        scope.take(&server.name, variant, &pointer)
    })
}

fn is_environment(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(allowed);
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(is_word)
}

/// They become types under the same name, modules, and parts of constants.
fn schemas(contract: &Contract) -> Result<()> {
    let mut scope = Scope::new(contract, "schema", &[]);
    contract.schemas().iter().try_for_each(|schema| {
        let plain = schema.name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let capital = schema.name.starts_with(|first: char| first.is_ascii_uppercase());
        let module = snake(schema.name).filter(|module| plain && capital && !is_keyword(module));
        let Some(module) = module else {
            let help = "start it with a capital, use letters and digits only, and no keyword of Rust";
            return Err(scope.unfit(schema.name, &schema.pointer, help));
        };
        scope.take(schema.name, module, &schema.pointer)
    })
}

/// Progenitor writes type names its own way, and other generated code refers to them.
fn schemas_keep_their_names(contract: &Contract) -> Result<()> {
    contract.schemas().iter().try_for_each(|schema| {
        let written = schema.name.to_upper_camel_case();
        if written == schema.name {
            return Ok(());
        }
        let message = format!("schema `{}` would become type `{written}`", schema.name);
        Err(contract.problem(&schema.pointer, message).help(format!("call it `{written}`")))
    })
}

/// They become fields, setters and constants; progenitor sees to those that are keywords.
fn properties(contract: &Contract) -> Result<()> {
    nodes::schemas(contract.value()).try_for_each(|schema| {
        let mut scope = Scope::new(contract, "property", &[ALL]);
        let properties = schema.value["properties"].as_object().into_iter().flatten();
        properties.map(|(name, _)| name).try_for_each(|name| {
            let pointer = at(&format!("{}/properties", schema.pointer), name);
            let field = snake(name).ok_or_else(|| scope.unfit(name, &pointer, WORDS))?;
            scope.take(name, field, &pointer)
        })
    })
}

/// They become methods, builders and constants.
fn operations(contract: &Contract) -> Result<()> {
    let mut scope = Scope::new(contract, "operationId", &[ALL, "new"]);
    contract.operations().iter().try_for_each(|Operation { id, pointer, .. }| {
        let method = snake(id).filter(|method| !is_keyword(method));
        let pointer = format!("{pointer}/operationId");
        let method = method.ok_or_else(|| scope.unfit(id, &pointer, NO_KEYWORD))?;
        scope.take(id, method, &pointer)
    })
}

/// They become setters of an operation's builder and of its mock.
fn parameters(contract: &Contract, operation: &Operation) -> Result<()> {
    let mut scope = Scope::new(contract, "parameter", &METHODS);
    contract.parameters(operation).iter().try_for_each(|parameter| {
        let name = parameter.name;
        let pointer = format!("{}/name", parameter.pointer);
        let setter = snake(name).ok_or_else(|| scope.unfit(name, &pointer, WORDS))?;
        scope.take(name, setter, &pointer)
    })
}
