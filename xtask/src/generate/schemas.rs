//! `schemars::JsonSchema` of each generated type, written from the contract's own schema.
//!
//! Deriving it on progenitor's types loses limits and patterns, and turns an optional field into one that
//! may be null. Written from the contract, there is nothing to lose.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, Visibility};

use crate::contract::{Contract, Named};
use crate::problem::{Problem, Result};

pub(super) fn generate(contract: &Contract) -> Result<TokenStream> {
    let schemas = contract.schemas();
    let implementations: TokenStream =
        schemas.iter().map(|schema| implementation(contract, schema)).collect::<Result<_>>()?;
    let names = schemas.iter().map(|schema| schema.name);
    let types = schemas.iter().map(|schema| format_ident!("{}", schema.name));
    Ok(quote! {
        /// Each schema by its name and with all that it refers to, in the order of the contract.
        #[must_use]
        pub fn all() -> Vec<(&'static str, schemars::Schema)> {
            vec![#((#names, schemars::schema_for!(crate::types::#types))),*]
        }
        #implementations
    })
}

/// Refuses types that progenitor made up for a schema without a name: they would have no `JsonSchema`.
pub(super) fn all_named(contract: &Contract, file: &syn::File) -> Result<()> {
    let named: BTreeSet<&str> = contract.schemas().iter().map(|schema| schema.name).collect();
    match generated_types(file).into_iter().find(|name| !named.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Problem::new(format!("a schema without a name became type `{name}`"))
            .in_file(contract.file())
            .help("move that schema to components/schemas and refer to it by `$ref`")),
    }
}

fn generated_types(file: &syn::File) -> Vec<String> {
    let types = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let items = types.map(|(_, items)| items.as_slice()).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) if is_public(&item.vis) => Some(item.ident.to_string()),
            Item::Enum(item) if is_public(&item.vis) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn implementation(contract: &Contract, schema: &Named<'_>) -> Result<TokenStream> {
    let name = schema.name;
    let id = format!("avepoint_elements_client::types::{name}");
    let ident = format_ident!("{name}");
    let body = json_schema(contract, schema.schema, &schema.pointer)?;
    Ok(quote! {
        impl schemars::JsonSchema for crate::types::#ident {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                #name.into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                #id.into()
            }

            #[allow(unused_variables)]
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!(#body)
            }
        }
    })
}

/// A schema object as the argument of `json_schema!`.
fn json_schema(contract: &Contract, schema: &Value, pointer: &str) -> Result<TokenStream> {
    let Some(keywords) = schema.as_object() else { return Ok(literal(schema)) };
    if let Some(target) = keywords.get("$ref").and_then(Value::as_str) {
        return reference(contract, target, pointer);
    }
    let entries = keywords.iter().map(|(keyword, value)| {
        let pointer = format!("{pointer}/{keyword}");
        Ok(match keyword.as_str() {
            "example" => {
                let value = literal(value);
                Some(quote!("examples": [#value]))
            }
            "properties" => {
                let properties = each(contract, value, &pointer)?;
                Some(quote!("properties": {#properties}))
            }
            "items" | "additionalProperties" | "not" => {
                let schema = json_schema(contract, value, &pointer)?;
                Some(quote!(#keyword: #schema))
            }
            "allOf" | "anyOf" | "oneOf" => {
                let schemas = list(contract, value, &pointer)?;
                Some(quote!(#keyword: [#(#schemas),*]))
            }
            // The rules let the first three pass only where they are false, and say nothing.
            "nullable" | "exclusiveMaximum" | "exclusiveMinimum" | "discriminator" | "xml"
            | "externalDocs" => None,
            extension if extension.starts_with("x-") => None,
            _ => {
                let value = literal(value);
                Some(quote!(#keyword: #value))
            }
        })
    });
    let entries: Vec<TokenStream> = entries.filter_map(Result::transpose).collect::<Result<_>>()?;
    Ok(quote!({#(#entries),*}))
}

fn each(contract: &Contract, schemas: &Value, pointer: &str) -> Result<TokenStream> {
    let schemas = schemas.as_object().into_iter().flatten().map(|(name, schema)| {
        let schema = json_schema(contract, schema, &format!("{pointer}/{name}"))?;
        Ok(quote!(#name: #schema,))
    });
    schemas.collect()
}

fn list(contract: &Contract, schemas: &Value, pointer: &str) -> Result<Vec<TokenStream>> {
    let schemas = schemas.as_array().into_iter().flatten();
    schemas
        .enumerate()
        .map(|(index, schema)| json_schema(contract, schema, &format!("{pointer}/{index}")))
        .collect()
}

fn reference(contract: &Contract, target: &str, pointer: &str) -> Result<TokenStream> {
    let name = target
        .strip_prefix("#/components/schemas/")
        .ok_or_else(|| contract.problem(pointer, "a schema may refer to components/schemas only"))?;
    let name = format_ident!("{name}");
    Ok(quote!(generator.subschema_for::<crate::types::#name>()))
}

/// A plain value as an argument of `json_schema!`.
fn literal(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote!(null),
        Value::Bool(value) => quote!(#value),
        Value::String(value) => quote!(#value),
        Value::Number(value) => value.to_string().parse().unwrap_or_else(|_| quote!(null)),
        Value::Array(items) => {
            let items = items.iter().map(literal);
            quote!([#(#items),*])
        }
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let value = literal(value);
                quote!(#key: #value)
            });
            quote!({#(#entries),*})
        }
    }
}
