//! What to say of items that progenitor leaves undocumented.

use std::collections::HashMap;

use heck::ToSnakeCase;
use quote::ToTokens;
use syn::{Block, Signature};

use crate::contract::{Contract, Field};
use crate::rustdoc;

/// Sentences, from the contract where it has one.
pub(super) struct DocText<'a> {
    contract: &'a Contract,
    /// The description of each field, by its schema and the name that it has in Rust.
    descriptions: HashMap<(&'a str, String), &'a str>,
}

impl<'a> DocText<'a> {
    pub(super) fn new(contract: &'a Contract) -> Self {
        let descriptions = contract.schemas().into_iter().flat_map(|object| {
            let described =
                |field: Field<'a>| Some((field.name, field.schema.schema["description"].as_str()?));
            let fields = contract.fields(&object).into_iter().filter_map(described);
            fields.map(move |(name, text)| ((object.name, name.to_snake_case()), text)).collect::<Vec<_>>()
        });
        Self { contract, descriptions: descriptions.collect() }
    }

    /// A type: a mock's matcher or reply, or the builder of a structure.
    pub(super) fn of_type(name: &str) -> String {
        if let Some(operation) = name.strip_suffix("When") {
            return format!("Which requests of `{}` a mock answers.", operation.to_snake_case());
        }
        if let Some(operation) = name.strip_suffix("Then") {
            return format!("How a mock of `{}` answers.", operation.to_snake_case());
        }
        format!("Builds a [`{name}`](super::{name}) field by field.")
    }

    /// A field of a structure: the description of its schema.
    pub(super) fn of_field(&self, owner: &str, field: &str) -> String {
        let described = self.description(owner, field);
        described.map_or_else(|| format!("`{field}`."), rustdoc::escaped)
    }

    /// A method without documentation.
    pub(super) fn of_method(&self, owner: &str, signature: &Signature, body: &Block) -> String {
        let name = signature.ident.to_string();
        match name.as_str() {
            "builder" => format!("Starts a [`{owner}`] with nothing set."),
            "new" if takes(signature, "inner") => "Wraps httpmock's own type.".to_owned(),
            "new" => "Starts the operation with no parameter set.".to_owned(),
            "into_inner" => "Gives httpmock's own type, to deviate from the contract.".to_owned(),
            "body_map" => "Changes the body through its builder.".to_owned(),
            _ if owner.ends_with("When") => format!("{}{}", expected(&name), panics(signature)),
            _ if owner.ends_with("Then") => {
                format!("Answers with status {}.{}", status(body), panics(signature))
            }
            _ => self.setter(owner, &name),
        }
    }

    /// A method of the trait that adds the operations to a mock server.
    pub(super) fn of_operation(&self, method: &str) -> String {
        let operations = self.contract.operations();
        let operation = operations.iter().find(|operation| operation.id.to_snake_case() == method);
        let route = operation.map(|operation| format!(" (`{} {}`)", operation.method, operation.path));
        format!("Adds a mock of `{method}`{}.", route.unwrap_or_default())
    }

    fn setter(&self, owner: &str, name: &str) -> String {
        let sets = format!("Sets `{name}`");
        let what = self.description(owner, name);
        let what = what.map_or(sets.clone(), |text| rustdoc::continued(&format!("{sets}:"), text));
        format!("{what}\n\nA value that does not convert is reported at the end, not here.")
    }

    fn description(&self, owner: &str, field: &str) -> Option<&'a str> {
        // A field that would be a keyword has an underscore at its end.
        let name = field.strip_suffix('_').unwrap_or(field);
        self.descriptions.get(&(owner, name.to_owned())).copied()
    }
}

fn expected(setter: &str) -> String {
    match setter.strip_prefix("without_") {
        Some(parameter) => format!("Asks for no `{parameter}`."),
        None => format!("Asks for this `{setter}`."),
    }
}

/// What a setter does with a value that does not convert.
fn panics(signature: &Signature) -> &'static str {
    let converts = signature.inputs.to_token_stream().to_string().contains("TryInto");
    if converts { "\n\n# Panics\nWith a value that the contract refuses." } else { "" }
}

fn takes(signature: &Signature, parameter: &str) -> bool {
    signature.inputs.iter().any(|input| input.to_token_stream().to_string().starts_with(parameter))
}

/// The status in `Self(self.0.status(204u16)…)`.
fn status(body: &Block) -> String {
    let tokens = body.to_token_stream().to_string();
    let behind = tokens.split_once("status (").map_or("", |(_, behind)| behind);
    let code: String = behind.chars().take_while(char::is_ascii_digit).collect();
    if code.is_empty() { "the given".to_owned() } else { code }
}
