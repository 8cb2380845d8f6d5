//! The contract, read from its YAML and compiled into what the server asks of it.

mod document;
pub(crate) mod operation;
pub(crate) mod route;
pub(crate) mod schema;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hyper::Method;

use crate::contract::document::{Document, entries};
use crate::contract::operation::Operation;
use crate::contract::route::Capture;

/// The contract as this crate was built with it.
const YAML: &str = include_str!("../elements.yaml");

/// The methods that may stand in a path item; its other keys describe the path.
const METHODS: [Method; 8] = [
    Method::GET,
    Method::PUT,
    Method::POST,
    Method::DELETE,
    Method::OPTIONS,
    Method::HEAD,
    Method::PATCH,
    Method::TRACE,
];

/// The compiled contract.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) base_path: String,
    pub(crate) token_path: String,
    pub(crate) scopes: BTreeSet<String>,
    operations: Vec<Operation>,
}

/// What the contract has for a method and a path.
pub(crate) enum Lookup<'a> {
    Found(&'a Operation, Vec<Capture>),
    /// The path is known, with these methods.
    OtherMethods(Vec<&'a Method>),
    Unknown,
}

impl Contract {
    /// The contract that this crate was built with, compiled once for all sandboxes of the process.
    pub(crate) fn shipped() -> Result<&'static Self, String> {
        static SHIPPED: LazyLock<Result<Contract, String>> = LazyLock::new(|| Contract::parse(YAML));
        SHIPPED.as_ref().map_err(Clone::clone)
    }

    /// Compiles a contract; an error names the operation that it concerns.
    pub(crate) fn parse(yaml: &str) -> Result<Self, String> {
        let document = Document::parse(yaml)?;
        let mut operations = operations(&document)?;
        // A path of literals is preferred to a template that would match it too.
        operations.sort_by_key(|operation| operation.route.parameters().count());
        Ok(Self {
            base_path: document.base_path()?,
            token_path: document.token_path()?,
            scopes: document.scopes(),
            operations,
        })
    }

    /// Looks up the operation for a request; the path is the one on the wire.
    pub(crate) fn lookup(&self, method: &Method, path: &str) -> Lookup<'_> {
        let mut others = Vec::new();
        for operation in &self.operations {
            match operation.route.captures(path) {
                Some(captures) if operation.method == *method => {
                    return Lookup::Found(operation, captures);
                }
                Some(_) => others.push(&operation.method),
                None => {}
            }
        }
        if others.is_empty() { Lookup::Unknown } else { Lookup::OtherMethods(others) }
    }

    /// The operations, the ones with the fewest path parameters first.
    #[cfg(test)]
    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

fn operations(document: &Document) -> Result<Vec<Operation>, String> {
    let mut operations = Vec::new();
    for (path, item) in entries(document.at("/paths")) {
        let item = document.resolve(item)?;
        for method in METHODS {
            let value = &item[method.as_str().to_ascii_lowercase()];
            if value.is_null() {
                continue;
            }
            let named = |error| format!("{method} {path}: {error}");
            let operation = Operation::compile(document, (path, item), (method.clone(), value));
            operations.push(operation.map_err(named)?);
        }
    }
    Ok(operations)
}

#[cfg(test)]
mod tests;
