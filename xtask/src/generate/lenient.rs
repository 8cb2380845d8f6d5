//! Optional fields of types that only replies have: they take what they can, and are none otherwise.

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Field, Fields, File, LitStr, parse_quote};

use super::variants::renamed;
use crate::contract::{self, Contract, Named, Shape};
use crate::syntax::{module, structure};

/// Lets each of these fields be read by a function of its own, which names it where its value cannot be taken.
pub(super) fn read_leniently(file: &mut File, contract: &Contract) {
    let Some(items) = module(file, "types") else { return };
    let mut modules = TokenStream::new();
    for schema in contract.schemas().iter().filter(|schema| contract.is_reply_only(schema.name)) {
        let structure = structure(items, schema.name).map(|structure| &mut structure.fields);
        let Some(Fields::Named(fields)) = structure else { continue };
        let known = contract.fields(schema);
        let functions: TokenStream =
            fields.named.iter_mut().filter_map(|field| attach(schema, &known, field)).collect();
        let module = format_ident!("{}", schema.name.to_snake_case());
        modules.extend(quote! {
            pub(super) mod #module {
                #functions
            }
        });
    }
    if !modules.is_empty() {
        items.push(parse_quote! {
            /// Optional fields of replies, each with its name.
            mod lenient {
                #modules
            }
        });
    }
}

/// Adds the attribute to an optional field; gives the function that it names.
fn attach(object: &Named<'_>, known: &[contract::Field<'_>], field: &mut Field) -> Option<TokenStream> {
    let ident = field.ident.as_ref()?;
    let name = field.attrs.iter().find_map(renamed).unwrap_or_else(|| ident.to_string());
    let known = known.iter().find(|known| known.name == name && !known.required)?;
    let path = format!("self::lenient::{}::{ident}", object.name.to_snake_case());
    let path = LitStr::new(&path, ident.span());
    let has_default = field.attrs.iter().any(|attribute| {
        attribute.path().is_ident("serde") && quote!(#attribute).to_string().contains("default")
    });
    field.attrs.push(if has_default {
        parse_quote!(#[serde(deserialize_with = #path)])
    } else {
        parse_quote!(#[serde(default, deserialize_with = #path)])
    });
    Some(reader(ident, object.name, &known.schema, &name, &field.ty))
}

fn reader(function: &Ident, object: &str, schema: &Named<'_>, name: &str, ty: &syn::Type) -> TokenStream {
    let is_text = quote!(#ty).to_string() == quote!(::std::option::Option<::std::string::String>).to_string();
    let (ty, body) = if schema.shape() == Shape::Unreadable {
        let kept = format_ident!("{}", schema.name);
        let body = quote! {
            Ok(match crate::lenient::found(deserializer, #object, #name)? {
                crate::lenient::Found::Nothing => ::std::option::Option::None,
                crate::lenient::Found::Text(text) => ::std::option::Option::Some(super::super::#kept::Text(text)),
                crate::lenient::Found::Other(_) => ::std::option::Option::Some(super::super::#kept::Unreadable),
            })
        };
        (quote!(::std::option::Option<super::super::#kept>), body)
    } else if is_text {
        (quote!(#ty), quote!(crate::lenient::text(deserializer, #object, #name)))
    } else {
        let body = quote!(crate::lenient::value(deserializer, #object, #name));
        return quote! {
            pub(in super::super) fn #function<'de, D, T>(deserializer: D) -> ::std::result::Result<T, D::Error>
            where
                D: ::serde::Deserializer<'de>,
                T: ::std::default::Default + ::serde::de::DeserializeOwned,
            {
                #body
            }
        };
    };
    quote! {
        pub(in super::super) fn #function<'de, D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<#ty, D::Error> {
            #body
        }
    }
}
