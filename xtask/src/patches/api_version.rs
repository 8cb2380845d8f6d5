//! Flaw: every request carries an `api-version` header made from `info.version`, which the service never
//! asked for.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprMethodCall, File, Pat, Stmt};

use super::counted;
use crate::contract::Contract;
use crate::problem::Result;

/// Removes the header, and the header map too where it held nothing else.
pub(super) fn remove(file: &mut File, contract: &Contract) -> Result<()> {
    let mut remover = Remover { removed: 0 };
    remover.visit_file_mut(file);
    counted("an `api-version` header for each operation", contract.operations().len(), remover.removed)
}

struct Remover {
    removed: usize,
}

impl VisitMut for Remover {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let before = block.stmts.len();
        block.stmts.retain(|statement| !appends_api_version(statement));
        if block.stmts.len() == before {
            return;
        }
        self.removed += before - block.stmts.len();
        // Headers that may be left out are appended in a block of their own.
        let appends =
            |statement: &Stmt| statement.to_token_stream().to_string().contains("header_map . append");
        if !block.stmts.iter().any(appends) {
            block.stmts.retain(|statement| !declares_header_map(statement));
            HeadersCall.visit_block_mut(block);
        }
    }
}

/// Replaces `request.headers(header_map)` by `request`.
struct HeadersCall;

impl VisitMut for HeadersCall {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && passes_header_map(call)
        {
            *expression = (*call.receiver).clone();
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

fn passes_header_map(call: &ExprMethodCall) -> bool {
    call.method == "headers" && call.args.iter().any(is_header_map)
}

fn appends_api_version(statement: &Stmt) -> bool {
    let Stmt::Expr(Expr::MethodCall(call), _) = statement else { return false };
    call.method == "append"
        && is_header_map(&call.receiver)
        && call.to_token_stream().to_string().contains("\"api-version\"")
}

fn declares_header_map(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(local)
        if matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == "header_map"))
}

fn is_header_map(expression: &Expr) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident("header_map"))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn patched(body: &str) -> String {
        let mut file: File = syn::parse_str(&format!("fn send() {{ {body} }}")).unwrap();
        let mut remover = Remover { removed: 0 };
        remover.visit_file_mut(&mut file);
        assert_eq!(remover.removed, 1);
        sample::text(&file)
    }

    const APPEND: &str = r#"header_map.append(HeaderName::from_static("api-version"), v());"#;

    #[test]
    fn the_header_goes_and_so_does_an_empty_map() {
        let patched = patched(&format!(
            "let mut header_map = HeaderMap::with_capacity(1usize); {APPEND}
             let request = client.put(url).json(&body).headers(header_map).build()?;"
        ));
        assert_eq!(patched, "fn send() {\n    let request = client.put(url).json(&body).build()?;\n}\n");
    }

    #[test]
    fn other_headers_stay() {
        let patched = patched(&format!(
            r#"let mut header_map = HeaderMap::with_capacity(2usize); {APPEND}
             header_map.append("prefer", prefer.to_string().try_into()?);
             let request = client.put(url).headers(header_map).build()?;"#
        ));
        assert!(!patched.contains("api-version"), "{patched}");
        assert!(patched.contains("\"prefer\""), "{patched}");
        assert!(patched.contains(".headers(header_map)"), "{patched}");
    }

    #[test]
    fn what_progenitor_writes_is_patched_once() {
        let mut file = sample::client();
        let before = sample::text(&file);
        assert!(before.contains("api-version") && before.contains(".headers(header_map)"), "{before}");
        remove(&mut file, &sample::contract()).unwrap();
        let patched = sample::text(&file);
        assert!(!patched.contains("api-version") && !patched.contains("header_map"), "{patched}");
        let problem = remove(&mut file, &sample::contract()).unwrap_err().to_string();
        assert!(problem.contains("api-version") && problem.contains("found 0"), "{problem}");
    }

    #[test]
    fn an_operation_in_which_it_is_not_found_is_reported() {
        let mut file: File = syn::parse_str(&format!("fn send() {{ {APPEND} }}")).unwrap();
        sample::is_refused(remove(&mut file, &sample::contract()), "expected 3 of them, found 1");
    }
}
