//! The `fields` module: the fields of each object as data, for messages, help texts and tables.

use heck::{ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::limits;
use crate::contract::{Contract, Field, Named};
use crate::rustdoc::{continued, docs};

pub(super) fn generate(contract: &Contract) -> TokenStream {
    let mut schemas = contract.schemas();
    schemas.retain(|schema| !contract.fields(schema).is_empty());
    let objects: TokenStream = schemas.iter().map(|schema| object(contract, schema)).collect();
    let names = schemas.iter().map(|schema| schema.name);
    let modules = schemas.iter().map(module);
    quote! {
        use crate::field::Field;
        /// Each object by its name, with its fields, in the order of the contract.
        pub const OBJECTS: &[(&str, &[Field])] = &[#((#names, #modules::ALL)),*];
        #objects
    }
}

fn module(object: &Named<'_>) -> Ident {
    format_ident!("{}", object.name.to_snake_case())
}

fn object(contract: &Contract, object: &Named<'_>) -> TokenStream {
    let fields = contract.fields(object);
    let name = module(object);
    let constants: TokenStream = fields.iter().map(constant).collect();
    let names = fields.iter().map(|field| format_ident!("{}", field.name.to_shouty_snake_case()));
    let docs = docs(&format!("Fields of [`{0}`](crate::types::{0}).", object.name));
    quote! {
        #docs
        pub mod #name {
            use super::Field;
            #constants
            /// All of them, in the order of the contract.
            pub const ALL: &[Field] = &[#(#names),*];
        }
    }
}

fn constant(field: &Field<'_>) -> TokenStream {
    let constant = format_ident!("{}", field.name.to_shouty_snake_case());
    let Field { name, required, schema } = field;
    let description = schema.schema["description"].as_str().unwrap_or_default();
    let max_length =
        limits::max_length(schema).map_or(quote!(None), |limit| quote!(Some(crate::limits::#limit)));
    let docs = docs(&continued(&format!("`{name}`:"), description));
    quote! {
        #docs
        pub const #constant: Field = Field {
            name: #name,
            description: #description,
            required: #required,
            max_length: #max_length,
        };
    }
}
