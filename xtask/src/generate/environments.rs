//! The `environments` module: the servers of the contract as an enumeration.

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::contract::{Contract, Server};
use crate::problem::Result;
use crate::rustdoc::{docs, escaped};

pub(super) fn generate(contract: &Contract) -> Result<TokenStream> {
    let servers = contract.servers()?;
    let variants: Vec<Ident> = servers.iter().map(variant).collect();
    let docs = servers.iter().map(|server| {
        docs(&format!("{}: <{}>, selected as `{}`.", escaped(&server.title), server.base_url, server.name))
    });
    let names = getter("The name by which programs select it.", "name", &servers, |server| &server.name);
    let titles = getter("The name that people know it by.", "title", &servers, |server| &server.title);
    let base_urls =
        getter("The base URL of the API, without a slash at its end.", "base_url", &servers, |server| {
            &server.base_url
        });
    let token_urls = getter("Where an access token for it is obtained.", "token_url", &servers, |server| {
        &server.token_url
    });
    Ok(quote! {
        /// A place where the service is run, with hosts of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Environment {
            #(#docs #variants,)*
        }

        impl Environment {
            /// All of them, in the order of the contract.
            pub const ALL: &[Self] = &[#(Self::#variants),*];
            #names
            #titles
            #base_urls
            #token_urls
        }
    })
}

fn getter(doc: &str, name: &str, servers: &[Server], value: fn(&Server) -> &String) -> TokenStream {
    let docs = docs(doc);
    let name = format_ident!("{name}");
    let variants = servers.iter().map(variant);
    let values = servers.iter().map(value);
    quote! {
        #docs
        #[must_use]
        pub const fn #name(self) -> &'static str {
            match self {
                #(Self::#variants => #values,)*
            }
        }
    }
}

fn variant(server: &Server) -> Ident {
    format_ident!("{}", server.name.to_upper_camel_case())
}
