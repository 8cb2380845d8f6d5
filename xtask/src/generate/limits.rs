//! The `limits` module: each bound of the contract as a constant.

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::contract::{Contract, Named};
use crate::rustdoc::docs;

/// A keyword of JSON Schema, suffix and type of its constant, and what to say of it before and after its name.
const BOUNDS: [(&str, &str, &str, &str, &str); 6] = [
    ("minLength", "MIN_LENGTH", "usize", "Shortest", ", in Unicode code points"),
    ("maxLength", "MAX_LENGTH", "usize", "Longest", ", in Unicode code points"),
    ("minItems", "MIN_ITEMS", "usize", "Fewest elements of a", ""),
    ("maxItems", "MAX_ITEMS", "usize", "Most elements of a", ""),
    ("minimum", "MINIMUM", "i64", "Smallest", ""),
    ("maximum", "MAXIMUM", "i64", "Largest", ""),
];

pub(super) fn generate(contract: &Contract) -> TokenStream {
    contract.schemas().iter().map(constants).collect()
}

/// The constant that holds the `maxLength` of a schema, where it has one.
pub(super) fn max_length(schema: &Named<'_>) -> Option<Ident> {
    schema.schema.get("maxLength").map(|_| constant(schema, "MAX_LENGTH"))
}

fn constants(schema: &Named<'_>) -> TokenStream {
    let bounds = BOUNDS.into_iter().filter_map(|(keyword, suffix, ty, extreme, unit)| {
        let limit = Literal::i64_unsuffixed(schema.schema.get(keyword)?.as_i64()?);
        let (name, ty) = (constant(schema, suffix), format_ident!("{ty}"));
        let docs = docs(&format!("{extreme} {}{unit}.", link(schema)));
        Some(quote!(#docs pub const #name: #ty = #limit;))
    });
    bounds.chain(pattern(schema)).collect()
}

fn pattern(schema: &Named<'_>) -> Option<TokenStream> {
    let pattern = schema.schema.get("pattern").and_then(Value::as_str)?;
    let name = constant(schema, "PATTERN");
    let docs = docs(&format!("The pattern of every {}, as an ECMA-262 regular expression.", link(schema)));
    Some(quote!(#docs pub const #name: &str = #pattern;))
}

fn constant(schema: &Named<'_>, suffix: &str) -> Ident {
    format_ident!("{}_{suffix}", schema.name.to_shouty_snake_case())
}

fn link(schema: &Named<'_>) -> String {
    format!("[`{0}`](crate::types::{0})", schema.name)
}
