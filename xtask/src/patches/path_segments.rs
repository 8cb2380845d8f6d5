//! Flaw: every id in a path is copied to a text, and that text to an encoded one, whether or not there is
//! anything to encode.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Expr, File, Item, Macro, Token, parse_quote};

use super::counted;
use crate::contract::Contract;
use crate::problem::Result;

/// Lets the hand-written `crate::segment` write every id of a path.
pub(super) fn borrow(file: &mut File, contract: &Contract) -> Result<()> {
    let expected = contract.operations().iter().map(|operation| operation.path.matches('{').count()).sum();
    let mut borrower = Borrower { replaced: 0 };
    for item in &mut file.items {
        let before = borrower.replaced;
        borrower.visit_item_mut(item);
        if borrower.replaced > before {
            import(item);
        }
    }
    counted("copied ids in paths", expected, borrower.replaced)
}

/// The trait whose method is called; a method, since only its receiver is dereferenced to what can be shown.
fn import(item: &mut Item) {
    if let Item::Mod(module) = item
        && let Some((_, items)) = &mut module.content
    {
        items.insert(
            0,
            parse_quote!(
                use crate::segment::Segment as _;
            ),
        );
    }
}

struct Borrower {
    replaced: usize,
}

impl VisitMut for Borrower {
    /// `format!("…", …, encode_path(&id.to_string()), …)`
    fn visit_macro_mut(&mut self, node: &mut Macro) {
        let Ok(mut arguments) = node.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) else {
            return;
        };
        let before = self.replaced;
        for argument in &mut arguments {
            if let Some(id) = copied(argument) {
                *argument = parse_quote!(#id.segment());
                self.replaced += 1;
            }
        }
        if self.replaced > before {
            node.tokens = arguments.into_token_stream();
        }
    }
}

/// What `encode_path(&….to_string())` copies.
fn copied(expression: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = expression else { return None };
    let (Expr::Path(function), Some(Expr::Reference(text))) = (&*call.func, call.args.first()) else {
        return None;
    };
    let Expr::MethodCall(text) = &*text.expr else { return None };
    (function.path.is_ident("encode_path") && text.method == "to_string").then_some(&*text.receiver)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn ids_are_written_in_place_and_other_values_stay() {
        let mut file: File = syn::parse_str(
            r#"mod builder { fn send() { format!("{}/{}", client.baseurl, encode_path(&a.to_string())); } }
               mod other { fn text() { format!("{}", a.to_string()); } }"#,
        )
        .unwrap();
        let mut borrower = Borrower { replaced: 0 };
        borrower.visit_file_mut(&mut file);
        let text = sample::text(&file);
        assert!(text.contains(r#"format!("{}/{}", client.baseurl, a.segment())"#), "{text}");
        assert!(text.contains(r#"format!("{}", a.to_string())"#), "{text}");
    }

    #[test]
    fn what_progenitor_writes_is_patched_once() {
        let mut file = sample::client();
        let before = sample::text(&file);
        assert_eq!(before.matches("encode_path(&").count(), 3, "{before}");
        borrow(&mut file, &sample::contract()).unwrap();
        let patched = sample::text(&file);
        assert!(!patched.contains("encode_path(&"), "{patched}");
        assert_eq!(patched.matches("_id.segment()").count(), 3, "{patched}");
        assert_eq!(patched.matches("pub mod builder {\n    use crate::segment::Segment as _;").count(), 1);
        sample::is_refused(borrow(&mut file, &sample::contract()), "expected 3 of them, found 0");
    }
}
