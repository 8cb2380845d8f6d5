//! `schemars::JsonSchema` of each generated type, written from the contract's own schema.
//!
//! Deriving it on progenitor's types loses limits and patterns, and turns an optional field into one that
//! may be null. Written from the contract, there is nothing to lose.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Value, json};
use syn::Item;

use crate::contract::{Contract, Named};
use crate::problem::{Problem, Result};
use crate::syntax::{is_public, module};

pub(super) fn generate(contract: &Contract) -> TokenStream {
    let schemas = contract.schemas();
    let implementations: TokenStream = schemas.iter().map(implementation).collect();
    let names = schemas.iter().map(|schema| schema.name);
    let types = schemas.iter().map(|schema| format_ident!("{}", schema.name));
    quote! {
        /// Each schema by its name and with all that it refers to, in the order of the contract.
        #[must_use]
        pub fn all() -> Vec<(&'static str, schemars::Schema)> {
            vec![#((#names, schemars::schema_for!(crate::types::#types))),*]
        }
        #implementations
    }
}

/// Refuses types that progenitor made up for a schema without a name: they would have no `JsonSchema`.
pub(super) fn all_named(contract: &Contract, file: &mut syn::File) -> Result<()> {
    let named: BTreeSet<&str> = contract.schemas().iter().map(|schema| schema.name).collect();
    match generated_types(file).into_iter().find(|name| !named.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Problem::new(format!("a schema without a name became type `{name}`"))
            .in_file(contract.file())
            .help("move that schema to components/schemas and refer to it by `$ref`")),
    }
}

fn generated_types(file: &mut syn::File) -> Vec<String> {
    let types = module(file, "types").into_iter().flatten();
    let public = types.filter_map(|item| match item {
        Item::Struct(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        Item::Enum(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        _ => None,
    });
    public.collect()
}

fn implementation(schema: &Named<'_>) -> TokenStream {
    let name = schema.name;
    let id = format!("avepoint_elements_client::types::{name}");
    let ident = format_ident!("{name}");
    let mut references = BTreeSet::new();
    let text = json_schema(schema.schema, &mut references).to_string();
    let references = references.iter().map(|name| {
        let ident = format_ident!("{name}");
        quote!((#name, |generator| generator.subschema_for::<crate::types::#ident>()))
    });
    quote! {
        impl schemars::JsonSchema for crate::types::#ident {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                #name.into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                #id.into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::schema::read(#text, &[#(#references),*], generator)
            }
        }
    }
}

/// A schema object as JSON Schema has it; the names that it refers to are kept.
fn json_schema(schema: &Value, references: &mut BTreeSet<String>) -> Value {
    let Some(keywords) = schema.as_object() else { return schema.clone() };
    if let Some(name) =
        keywords.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next())
    {
        references.insert(name.to_owned());
        return json!({ "$ref": name });
    }
    let nullable = keywords.get("nullable") == Some(&Value::Bool(true));
    let entries = keywords.iter().filter_map(|(keyword, value)| {
        let value = match keyword.as_str() {
            "example" => return Some(("examples".to_owned(), json!([value]))),
            "type" if nullable => json!([value, "null"]),
            "properties" => value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, schema)| (name.clone(), json_schema(schema, references)))
                .collect(),
            "items" | "additionalProperties" => json_schema(value, references),
            "oneOf" => {
                value.as_array().into_iter().flatten().map(|case| json_schema(case, references)).collect()
            }
            "nullable" | "externalDocs" => return None,
            extension if extension.starts_with("x-") => return None,
            _ => value.clone(),
        };
        Some((keyword.clone(), value))
    });
    Value::Object(entries.collect())
}
