//! Text of the contract as documentation of the generated code.

use proc_macro2::TokenStream;

/// A description as doc comments, one a line.
pub(crate) fn docs(text: &str) -> TokenStream {
    let lines = text.trim_end().lines().map(|line| match line.trim_end() {
        "" => String::new(),
        line => format!(" {line}"),
    });
    lines.map(|line| quote::quote!(#[doc = #line])).collect()
}

/// A description of the contract as rustdoc shows it.
pub(crate) fn escaped(text: &str) -> String {
    text.to_owned()
}
