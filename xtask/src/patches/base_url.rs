//! Flaw: the base URL is a text, which every clone of a client copies, and every request parses together with its path.
//! Clones are made for each request that gets hooks of its own.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, ItemStruct, Lit, LitStr, Token, parse_quote};

use super::counted;
use crate::contract::Contract;
use crate::problem::Result;
use crate::syntax::structure;

/// Lets clones of a client share the hand-written `crate::base_url`, which has been parsed, and each request join its
/// path to it.
pub(super) fn share(file: &mut File, contract: &Contract) -> Result<()> {
    let field = structure(&mut file.items, "Client").and_then(share_field);
    counted("a base URL that is a text", 1, field.iter().len())?;
    let mut joiner = Joiner { joined: 0 };
    joiner.visit_file_mut(file);
    counted("URLs that are written as texts", contract.operations().len(), joiner.joined)
}

fn share_field(client: &mut ItemStruct) -> Option<()> {
    let field =
        client.fields.iter_mut().find(|field| field.ident.as_ref().is_some_and(|name| name == "baseurl"))?;
    is(&field.ty, "String").then(|| field.ty = parse_quote!(::std::sync::Arc<crate::base_url::BaseUrl>))
}

fn is(node: &impl ToTokens, text: &str) -> bool {
    node.to_token_stream().to_string() == text
}

struct Joiner {
    joined: usize,
}

impl VisitMut for Joiner {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Some(joined) = joined(expression) {
            *expression = joined;
            self.joined += 1;
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// `format!("{}/path", client.baseurl, …)` as `client.baseurl.join(format_args!("/path", …))`.
fn joined(expression: &Expr) -> Option<Expr> {
    let Expr::Macro(format) = expression else { return None };
    if !format.mac.path.is_ident("format") {
        return None;
    }
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut arguments = format.mac.parse_body_with(parse).ok()?.into_iter();
    let (text, base) = (arguments.next()?, arguments.next()?);
    let Expr::Lit(text) = text else { return None };
    let Lit::Str(text) = text.lit else { return None };
    let path = text.value().strip_prefix("{}").filter(|_| is(&base, "client . baseurl"))?.to_owned();
    let path = LitStr::new(&path, text.span());
    Some(parse_quote!(client.baseurl.join(format_args!(#path, #(#arguments),*))))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn without_space(file: &File) -> String {
        sample::text(file).split_whitespace().collect()
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        let mut file: File = syn::parse_str(
            r#"fn a() { x(format!("{}/b/{}", client.baseurl, c)); x(format!("{}/b", other)); x(format!("b")); }"#,
        )
        .unwrap();
        let mut joiner = Joiner { joined: 0 };
        joiner.visit_file_mut(&mut file);
        let text = without_space(&file);
        assert!(text.contains(r#"x(client.baseurl.join(format_args!("/b/{}",c)));"#), "{text}");
        assert!(text.contains(r#"x(format!("{}/b",other));x(format!("b"));"#), "{text}");
    }

    #[test]
    fn what_progenitor_writes_is_patched_once() {
        let mut file = sample::client();
        assert!(without_space(&file).contains("baseurl:String,"));
        share(&mut file, &sample::contract()).unwrap();
        let patched = without_space(&file);
        assert!(patched.contains("baseurl:::std::sync::Arc<crate::base_url::BaseUrl>,"), "{patched}");
        assert_eq!(patched.matches("client.baseurl.join(format_args!(").count(), 3, "{patched}");
        sample::is_refused(share(&mut file, &sample::contract()), "expected 1 of them, found 0");
    }
}
