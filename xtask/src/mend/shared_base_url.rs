//! Flaw: every clone of a client copies its base URL; one is made for each request that gets hooks of its own.

use quote::ToTokens;
use syn::{File, ImplItem, Item, ItemStruct, Stmt, parse_quote};

use super::counted;
use crate::problem::Result;

/// Lets clones of a client share their base URL.
pub(super) fn share(file: &mut File) -> Result<()> {
    let shared = file.items.iter_mut().filter_map(|item| match item {
        Item::Struct(item) if item.ident == "Client" => field(item),
        Item::Impl(block) => block.items.iter_mut().find_map(getter),
        _ => None,
    });
    counted("a base URL's field and its getter", 2, shared.count())
}

fn field(client: &mut ItemStruct) -> Option<()> {
    let field =
        client.fields.iter_mut().find(|field| field.ident.as_ref().is_some_and(|name| name == "baseurl"))?;
    is(&field.ty, "String").then(|| field.ty = parse_quote!(::std::sync::Arc<str>))
}

/// `self.baseurl.as_str()`, alone in its method.
fn getter(item: &mut ImplItem) -> Option<()> {
    let ImplItem::Fn(function) = item else { return None };
    let [Stmt::Expr(expression, None)] = function.block.stmts.as_mut_slice() else { return None };
    is(expression, "self . baseurl . as_str ()").then(|| *expression = parse_quote!(&self.baseurl))
}

fn is(node: &impl ToTokens, text: &str) -> bool {
    node.to_token_stream().to_string() == text
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn what_progenitor_writes_is_mended_once() {
        let mut file = sample::client();
        assert!(sample::text(&file).contains("baseurl: String,"));
        share(&mut file).unwrap();
        let mended = sample::text(&file);
        assert!(mended.contains("baseurl: ::std::sync::Arc<str>,"), "{mended}");
        assert!(mended.contains("fn baseurl(&self) -> &str {\n        &self.baseurl\n"), "{mended}");
        let problem = share(&mut file).unwrap_err().to_string();
        assert!(problem.contains("expected 2 of them, found 0"), "{problem}");
    }
}
