//! The `fields` module: the fields of each object as data, for messages, help texts and tables.

use heck::{ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::format::docs;
use super::limits;
use crate::contract::{Contract, Field, Named};

pub(super) fn generate(contract: &Contract) -> TokenStream {
    let objects: TokenStream =
        contract.schemas().iter().filter_map(|schema| object(contract, schema)).collect();
    quote! {
        use crate::field::Field;
        #objects
    }
}

fn object(contract: &Contract, object: &Named<'_>) -> Option<TokenStream> {
    let fields = contract.fields(object);
    if fields.is_empty() {
        return None;
    }
    let name = format_ident!("{}", object.name.to_snake_case());
    let constants: TokenStream = fields.iter().map(constant).collect();
    let names = fields.iter().map(|field| format_ident!("{}", field.name.to_shouty_snake_case()));
    let docs = docs(&format!("Fields of [`{0}`](crate::types::{0}).", object.name));
    Some(quote! {
        #docs
        pub mod #name {
            use super::Field;
            #constants
            /// All of them, in the order of the contract.
            pub const ALL: &[Field] = &[#(#names),*];
        }
    })
}

fn constant(field: &Field<'_>) -> TokenStream {
    let constant = format_ident!("{}", field.name.to_shouty_snake_case());
    let Field { name, required, schema } = field;
    let description = schema.schema["description"].as_str().unwrap_or_default();
    let max_length =
        limits::max_length(schema).map_or(quote!(None), |limit| quote!(Some(crate::limits::#limit)));
    let docs = docs(&format!("`{name}`: {description}"));
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
