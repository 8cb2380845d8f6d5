//! The `operations` module: method, path and permissions of each operation as data.

use heck::ToShoutySnakeCase;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::contract::{Contract, Operation};
use crate::rustdoc::{docs, escaped};

pub(super) fn generate(contract: &Contract) -> TokenStream {
    let operations = contract.operations();
    let constants: TokenStream = operations.iter().map(constant).collect();
    let names = operations.iter().map(name);
    quote! {
        use crate::operation::Operation;
        #constants
        /// All of them, in the order of the contract.
        pub const ALL: &[Operation] = &[#(#names),*];
    }
}

fn name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}", operation.id.to_shouty_snake_case())
}

fn constant(operation: &Operation) -> TokenStream {
    let name = name(operation);
    let Operation { id, method, path, reads, scopes, success, summary, .. } = operation;
    let success = Literal::u16_unsuffixed(*success);
    let summary = if summary.is_empty() { id } else { summary };
    let docs = docs(&format!("{}: `{method} {path}`.", escaped(summary)));
    quote! {
        #docs
        pub const #name: Operation = Operation {
            id: #id,
            method: #method,
            path: #path,
            scopes: &[#(#scopes),*],
            success: #success,
            reads: #reads,
        };
    }
}
