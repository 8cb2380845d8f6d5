//! Flaw: mocks build regular expressions from unescaped values (`a.b` matches `aXb`), compare values with
//! their percent-encoded form, and let the other ids match across slashes.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, File, ImplItemFn, parse_quote};

use super::counted;
use crate::contract::Contract;
use crate::problem::Result;

/// Lets the hand-written `crate::path` build every expression for a path.
pub(super) fn match_exactly(file: &mut File, contract: &Contract) -> Result<()> {
    let operations = contract.operations();
    let known: Vec<_> = operations.iter().flat_map(|operation| expressions(&operation.path)).collect();
    let expected = known.len();
    let mut matcher = Matcher { known, replaced: 0 };
    matcher.visit_file_mut(file);
    counted("unescaped expressions for paths in mocks", expected, matcher.replaced)
}

/// An expression that progenitor writes, and what stands for it.
struct Known {
    expression: String,
    replacement: Expr,
}

/// What progenitor writes for a path template: one expression for all, and one for each parameter.
fn expressions(template: &str) -> Vec<Known> {
    let any = Known {
        expression: expression(template, |_| "[^/]*"),
        replacement: parse_quote!(crate::path::any(#template)),
    };
    let each = template.split('/').filter_map(name).map(|parameter| Known {
        expression: expression(template, |name| if name == parameter { "{}" } else { ".*" }),
        replacement: parse_quote!(crate::path::with(#template, #parameter, &value.to_string())),
    });
    std::iter::once(any).chain(each).collect()
}

fn expression(template: &str, parameter: impl Fn(&str) -> &'static str) -> String {
    let segments = template.split('/').map(|segment| match name(segment) {
        Some(name) => parameter(name),
        None => segment,
    });
    format!("^{}$", segments.collect::<Vec<_>>().join("/"))
}

fn name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

struct Matcher {
    known: Vec<Known>,
    replaced: usize,
}

impl Matcher {
    fn replacement(&self, tokens: TokenStream) -> Option<Expr> {
        let literals = string_literals(tokens);
        let known = self.known.iter().find(|known| literals.contains(&known.expression))?;
        Some(known.replacement.clone())
    }
}

impl VisitMut for Matcher {
    /// `let re = …; Self(self.0.path_matches(re))`
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let declares = function.block.stmts.iter().any(|statement| matches!(statement, syn::Stmt::Local(_)));
        match self.replacement(function.block.to_token_stream()) {
            Some(expression) if declares => {
                function.block = parse_quote!({ Self(self.0.path_matches(#expression)) });
                self.replaced += 1;
            }
            _ => visit_mut::visit_impl_item_fn_mut(self, function),
        }
    }

    /// `inner.method(…).path_matches(…)`
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method != "path_matches" {
            return;
        }
        if let Some(expression) = self.replacement(call.args.to_token_stream()) {
            call.args = std::iter::once(expression).collect();
            self.replaced += 1;
        }
    }
}

fn string_literals(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => string_literals(group.stream()),
            TokenTree::Literal(literal) => {
                let literal = syn::parse2::<syn::LitStr>(literal.to_token_stream());
                literal.iter().map(syn::LitStr::value).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_template_gives_the_expressions_that_progenitor_writes() {
        let known = expressions("/a/{b}/c/{d}");
        let written: Vec<_> = known.iter().map(|known| known.expression.as_str()).collect();
        assert_eq!(written, ["^/a/[^/]*/c/[^/]*$", "^/a/{}/c/.*$", "^/a/.*/c/{}$"]);
    }

    #[test]
    fn what_progenitor_writes_is_patched_once() {
        let mut file = sample::httpmock();
        let before = sample::text(&file);
        assert_eq!(before.matches("Regex::new").count(), 6, "{before}");
        match_exactly(&mut file, &sample::contract()).unwrap();
        let patched = sample::text(&file);
        assert!(!patched.contains("Regex"), "{patched}");
        assert_eq!((patched.matches("path::any").count(), patched.matches("path::with").count()), (3, 3));
        sample::is_refused(match_exactly(&mut file, &sample::contract()), "expected 6 of them, found 0");
    }

    #[test]
    fn an_expression_that_is_left_is_reported() {
        let mut file = sample::httpmock();
        let text = sample::text(&file).replacen(".*", ".+", 1);
        file = syn::parse_str(&text).unwrap();
        sample::is_refused(match_exactly(&mut file, &sample::contract()), "expected 6 of them, found 5");
    }
}
