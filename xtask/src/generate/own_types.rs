//! Types that this project writes in place of progenitor's: whole numbers and lists, whose bounds progenitor makes
//! another type of or overlooks, and values that may have one of several types of JSON.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{File, Ident, Item, PathArguments, Type, TypePath};

use crate::contract::{Contract, Named, Shape};
use crate::problem::{Problem, Result};
use crate::rustdoc;
use crate::syntax::module;

/// Puts each of these types in the place of the stub that progenitor wrote for it.
pub(super) fn replace(file: &mut File, contract: &Contract) -> Result<()> {
    let Some(items) = module(file, "types") else { return Ok(()) };
    for schema in contract.schemas() {
        let name = format_ident!("{}", schema.name);
        let written = match schema.shape() {
            Shape::Plain => continue,
            Shape::Integer => integer(contract, &name, &schema),
            Shape::List => list(contract, &name, &schema),
            Shape::OneOf => one_of(contract, &name, &schema),
            Shape::Unreadable => unreadable(&name, &schema),
        };
        let index = items.iter().position(|item| is_struct(item, &name)).unwrap_or(items.len());
        items.retain(|item| !is_struct(item, &name) && !is_implementation(item, &name));
        let written: File = syn::parse2(written)
            .map_err(|error| Problem::new(format!("the type `{name}` does not parse: {error}")))?;
        items.splice(index..index, written.items);
    }
    Ok(())
}

fn is_struct(item: &Item, name: &Ident) -> bool {
    matches!(item, Item::Struct(item) if item.ident == *name)
}

/// Whether it is an implementation for the type, or one of a trait that speaks of it.
fn is_implementation(item: &Item, name: &Ident) -> bool {
    let Item::Impl(block) = item else { return false };
    let of_trait = block.trait_.as_ref().and_then(|(path, _)| path.segments.last());
    let arguments = of_trait.into_iter().filter_map(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    is_type(&block.self_ty, name)
        || arguments.flatten().any(|argument| match argument {
            syn::GenericArgument::Type(ty) => is_type(ty, name),
            _ => false,
        })
}

fn is_type(ty: &Type, name: &Ident) -> bool {
    match ty {
        Type::Path(TypePath { path, .. }) => path.is_ident(name),
        Type::Reference(reference) => is_type(&reference.elem, name),
        _ => false,
    }
}

/// What a schema says of itself, as documentation.
fn described(schema: &Named<'_>) -> TokenStream {
    let text = schema.schema["description"].as_str().unwrap_or("Not described.");
    rustdoc::docs(&rustdoc::escaped(text))
}

fn integer(contract: &Contract, name: &Ident, schema: &Named<'_>) -> TokenStream {
    let docs = described(schema);
    let (ty, least, most) = match schema.schema["format"].as_str() {
        Some("int32") => (quote!(i32), i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (quote!(i64), i64::MIN, i64::MAX),
    };
    let enforced = !contract.is_reply_only(schema.name);
    let bound =
        |keyword: &str, otherwise| schema.schema[keyword].as_i64().filter(|_| enforced).unwrap_or(otherwise);
    let (least, most) = (bound("minimum", least), bound("maximum", most));
    let below = format!("less than {least}");
    let above = format!("greater than {most}");
    let (least, most) = (Literal::i64_unsuffixed(least), Literal::i64_unsuffixed(most));
    let conversions = ["u8", "u16", "u32", "u64", "usize", "i32", "i64"].map(|from| {
        let from = format_ident!("{from}");
        quote! {
            impl ::std::convert::TryFrom<#from> for #name {
                type Error = self::error::ConversionError;
                fn try_from(value: #from) -> ::std::result::Result<Self, self::error::ConversionError> {
                    Self::checked(value as i128)
                }
            }
        }
    });
    quote! {
        #docs
        #[derive(::serde::Serialize, Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[serde(transparent)]
        pub struct #name(#ty);
        impl #name {
            /// The number itself.
            pub const fn get(self) -> #ty {
                self.0
            }
            fn checked(value: i128) -> ::std::result::Result<Self, self::error::ConversionError> {
                if value < #least {
                    return ::std::result::Result::Err(#below.into());
                }
                if value > #most {
                    return ::std::result::Result::Err(#above.into());
                }
                ::std::result::Result::Ok(Self(value as #ty))
            }
        }
        impl ::std::convert::From<#name> for #ty {
            fn from(value: #name) -> Self {
                value.0
            }
        }
        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::str::FromStr for #name {
            type Err = self::error::ConversionError;
            fn from_str(value: &str) -> ::std::result::Result<Self, self::error::ConversionError> {
                match value.parse::<i128>() {
                    ::std::result::Result::Ok(number) => Self::checked(number),
                    ::std::result::Result::Err(_) => {
                        ::std::result::Result::Err("not a whole number".into())
                    }
                }
            }
        }
        impl ::std::convert::TryFrom<&str> for #name {
            type Error = self::error::ConversionError;
            fn try_from(value: &str) -> ::std::result::Result<Self, self::error::ConversionError> {
                value.parse()
            }
        }
        #(#conversions)*
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                let number = <i64 as ::serde::Deserialize>::deserialize(deserializer)?;
                Self::checked(number.into()).map_err(<D::Error as ::serde::de::Error>::custom)
            }
        }
    }
}

fn list(contract: &Contract, name: &Ident, schema: &Named<'_>) -> TokenStream {
    let docs = described(schema);
    let item = type_of(&contract.as_read(schema.name, &schema.schema["items"]));
    let enforced = !contract.is_reply_only(schema.name);
    let bound = |keyword: &str| schema.schema[keyword].as_u64().filter(|_| enforced);
    let counted = |count: u64| if count == 1 { "1 element".to_owned() } else { format!("{count} elements") };
    let fewest = bound("minItems").filter(|&fewest| fewest > 0).map(|fewest| {
        let message = format!("fewer than {}", counted(fewest));
        let fewest = Literal::u64_unsuffixed(fewest);
        quote!(if value.len() < #fewest { return ::std::result::Result::Err(#message.into()); })
    });
    let most = bound("maxItems").map(|most| {
        let message = format!("more than {}", counted(most));
        let most = Literal::u64_unsuffixed(most);
        quote!(if value.len() > #most { return ::std::result::Result::Err(#message.into()); })
    });
    quote! {
        #docs
        #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
        #[serde(transparent)]
        pub struct #name(::std::vec::Vec<#item>);
        impl ::std::ops::Deref for #name {
            type Target = [#item];
            fn deref(&self) -> &[#item] {
                &self.0
            }
        }
        impl ::std::convert::From<#name> for ::std::vec::Vec<#item> {
            fn from(value: #name) -> Self {
                value.0
            }
        }
        impl ::std::convert::TryFrom<::std::vec::Vec<#item>> for #name {
            type Error = self::error::ConversionError;
            fn try_from(
                value: ::std::vec::Vec<#item>,
            ) -> ::std::result::Result<Self, self::error::ConversionError> {
                #fewest
                #most
                ::std::result::Result::Ok(Self(value))
            }
        }
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                let elements =
                    <::std::vec::Vec<#item> as ::serde::Deserialize>::deserialize(deserializer)?;
                <Self as ::std::convert::TryFrom<_>>::try_from(elements)
                    .map_err(<D::Error as ::serde::de::Error>::custom)
            }
        }
    }
}

/// Each branch has a JSON type of its own, so the type that stands there says which is meant.
fn one_of(contract: &Contract, name: &Ident, schema: &Named<'_>) -> TokenStream {
    let docs = described(schema);
    let branches = schema.schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (variants, arms): (Vec<_>, Vec<_>) =
        branches.iter().map(|branch| one_branch(contract, schema, branch)).unzip();
    let mismatch = format!("a value that is not of a type of {}", schema.name);
    quote! {
        #docs
        #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
        #[serde(untagged)]
        pub enum #name {
            #(#variants,)*
        }
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                let read = match value {
                    #(#arms,)*
                    _ => ::std::option::Option::None,
                };
                read.ok_or_else(|| <D::Error as ::serde::de::Error>::custom(#mismatch))
            }
        }
    }
}

/// The variant of a branch, and the arm that reads it from a value of its JSON type.
fn one_branch(contract: &Contract, schema: &Named<'_>, branch: &Value) -> (TokenStream, TokenStream) {
    let resolved = contract.resolve(branch, String::new());
    let (variant, json, docs) = match resolved.schema["type"].as_str() {
        Some("integer") => ("Integer", "Number", "A whole number."),
        Some("boolean") => ("Boolean", "Bool", "Yes or no."),
        Some("array") => ("List", "Array", "A list."),
        Some("object") => ("Object", "Object", "An object."),
        _ => ("Text", "String", "A text."),
    };
    let (variant, json) = (format_ident!("{variant}"), format_ident!("{json}"));
    let ty = type_of(&contract.as_read(schema.name, branch));
    // An object may hold a value of this type again.
    let ty = if variant == "Object" { quote!(::std::boxed::Box<#ty>) } else { ty };
    let docs = rustdoc::docs(docs);
    let arm = quote! {
        value @ ::serde_json::Value::#json(_) => ::serde_json::from_value(value).ok().map(Self::#variant)
    };
    (quote!(#docs #variant(#ty)), arm)
}

fn unreadable(name: &Ident, schema: &Named<'_>) -> TokenStream {
    let docs = described(schema);
    let object = schema.name;
    quote! {
        #docs
        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        pub enum #name {
            /// The text.
            Text(::std::string::String),
            /// A value that is no text stands in its place.
            Unreadable,
        }
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                ::std::result::Result::Ok(
                    match crate::lenient::found(deserializer, #object, "value")? {
                        crate::lenient::Found::Text(text) => Self::Text(text),
                        _ => Self::Unreadable,
                    },
                )
            }
        }
        impl ::serde::Serialize for #name {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: ::serde::Serializer,
            {
                ::serde::Serialize::serialize(&self.text(), serializer)
            }
        }
        impl #name {
            /// The text, where it is one.
            pub fn text(&self) -> ::std::option::Option<&str> {
                match self {
                    Self::Text(text) => ::std::option::Option::Some(text),
                    Self::Unreadable => ::std::option::Option::None,
                }
            }
        }
    }
}

/// The Rust type of a reference or of a schema without a name.
fn type_of(schema: &Value) -> TokenStream {
    if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        let name = format_ident!("{name}");
        return quote!(self::#name);
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer"), Some("int32")) => quote!(i32),
        (Some("integer"), _) => quote!(i64),
        (Some("boolean"), _) => quote!(bool),
        (Some("array"), _) => {
            let item = type_of(&schema["items"]);
            quote!(::std::vec::Vec<#item>)
        }
        _ => quote!(::std::string::String),
    }
}
