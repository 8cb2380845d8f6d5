//! Names that become identifiers of the generated code: each does, and no two become the same.

use heck::ToUpperCamelCase;

use super::identifier::{Scope, is_keyword, snake};
use crate::contract::model::at;
use crate::contract::{Contract, Operation, nodes};
use crate::is_listed;
use crate::problem::Result;

/// Methods that the generated builders and mocks have of themselves, and variables of the generated code.
const OF_PARAMETERS: &str =
    "body body_map client header_map info inner into_inner new request response result send url";
/// Methods that clients and mock servers have of themselves; beside the constants of operations stands `ALL`.
const OF_OPERATIONS: &str = "\
    all address api_version base_url baseurl client clone connect exec fail_on_unexpected_requests fmt \
    forward_to host inner mock new playback port post pre proxy record reset start to_owned url with_hooks";
/// Types that stand beside the builders of operations.
const BESIDE_BUILDERS: &str = "\
    ByteStream ClientHooks ClientInfo Error OperationInfo Option RequestBuilderExt ResponseValue \
    Result String";
/// Traits and values that every module knows: a type of the name would hide them.
const PRELUDE: &str = "\
    AsMut AsRef Clone Copy Debug Default DoubleEndedIterator Drop Eq Err ExactSizeIterator Extend FnMut FnOnce \
    From FromIterator Hash Into IntoIterator Iterator None Ok Ord PartialEq PartialOrd Send Some Sync ToOwned \
    ToString TryFrom TryInto";

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
    let mut scope = Scope::new(contract, "environment", "");
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
    let mut scope = Scope::new(contract, "schema", "");
    contract.schemas().iter().try_for_each(|schema| {
        let plain = schema.name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let capital = schema.name.starts_with(|first: char| first.is_ascii_uppercase());
        let module = snake(schema.name).filter(|module| plain && capital && !is_keyword(module));
        let Some(module) = module else {
            let help = "start it with a capital, use letters and digits only, and no keyword of Rust";
            return Err(scope.unfit(schema.name, &schema.pointer, help));
        };
        if is_listed(PRELUDE, schema.name) {
            let message = format!("schema `{}` has a name that every module of Rust uses", schema.name);
            return Err(contract
                .problem(&schema.pointer, message)
                .help(format!("call it `{}Value`", schema.name)));
        }
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
        let keeps_unknown = schema.value["additionalProperties"].is_object();
        // Beside the constants of fields stands `ALL`.
        let reserved = if keeps_unknown { "all extra" } else { "all" };
        let mut scope = Scope::new(contract, "property", reserved);
        let properties = schema.value["properties"].as_object().into_iter().flatten();
        properties.map(|(name, _)| name).try_for_each(|name| {
            let pointer = at(&format!("{}/properties", schema.pointer), name);
            let field = snake(name).ok_or_else(|| scope.unfit(name, &pointer, WORDS))?;
            scope.take(name, field, &pointer)
        })
    })
}

/// They become methods, builders and constants; beside each method stands one that borrows its values.
fn operations(contract: &Contract) -> Result<()> {
    let mut scope = Scope::new(contract, "operationId", OF_OPERATIONS);
    contract.operations().iter().try_for_each(|Operation { id, pointer, .. }| {
        let method = snake(id).filter(|method| !is_keyword(method));
        let pointer = format!("{pointer}/operationId");
        let method = method.ok_or_else(|| scope.unfit(id, &pointer, NO_KEYWORD))?;
        let builder = method.to_upper_camel_case();
        if is_listed(BESIDE_BUILDERS, &builder) || is_listed(PRELUDE, &builder) {
            let message = format!("operationId `{id}` becomes `{builder}` in Rust, as generated code does");
            return Err(contract.problem(&pointer, message).help("say what it does, such as `listUsers`"));
        }
        scope.take(id, method.clone(), &pointer)?;
        scope.take(id, format!("send_{method}"), &pointer)
    })
}

/// They become setters of an operation's builder and of its mock.
fn parameters(contract: &Contract, operation: &Operation) -> Result<()> {
    let mut scope = Scope::new(contract, "parameter", OF_PARAMETERS);
    contract.parameters(operation).iter().try_for_each(|parameter| {
        let name = parameter.name;
        let pointer = format!("{}/name", parameter.pointer);
        let setter = snake(name).ok_or_else(|| scope.unfit(name, &pointer, WORDS))?;
        scope.take(name, setter, &pointer)
    })
}
