//! Flaw: an operation takes its values by value, and a caller that sends them again, as a retry does, copies them all.

use heck::ToSnakeCase;
use quote::format_ident;
use syn::{
    Expr, Fields, File, Ident, ImplItem, ImplItemFn, Item, ItemImpl, Pat, Stmt, Type, TypePath, parse_quote,
};

use super::counted;
use crate::contract::Contract;
use crate::problem::Result;
use crate::syntax::{argument, module};

/// Gives the client a method for each operation that borrows the values; the builder calls it as well.
pub(super) fn take(file: &mut File, contract: &Contract) -> Result<()> {
    let mut split = 0;
    if let Some(items) = module(file, "builder") {
        let methods = split_all(items);
        split = methods.len();
        items.extend(methods);
    }
    counted("operations that take their values for themselves", contract.operations().len(), split)
}

/// Splits the `send` of each builder; gives what was split off.
fn split_all(items: &mut [Item]) -> Vec<Item> {
    let parameters: Vec<(Ident, Vec<Parameter>)> = items.iter().filter_map(parameters).collect();
    let blocks = items.iter_mut().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block),
        _ => None,
    });
    blocks.filter_map(|block| split(block, &parameters)).collect()
}

/// A value of an operation, as its builder holds it.
struct Parameter {
    name: Ident,
    /// The type that is borrowed.
    ty: Type,
    optional: bool,
}

/// The name of a builder and its values: all but the client.
fn parameters(item: &Item) -> Option<(Ident, Vec<Parameter>)> {
    let Item::Struct(item) = item else { return None };
    let Fields::Named(fields) = &item.fields else { return None };
    let values = fields.named.iter().filter_map(|field| {
        let ty = argument(&field.ty, "Result")?;
        let (ty, optional) = argument(ty, "Option").map_or((ty, false), |ty| (ty, true));
        Some(Parameter { name: field.ident.clone()?, ty: built(ty.clone()), optional })
    });
    Some((item.ident.clone(), values.collect()))
}

/// What `types::builder::X` builds.
fn built(mut ty: Type) -> Type {
    if let Type::Path(TypePath { path, .. }) = &mut ty {
        path.segments = std::mem::take(&mut path.segments)
            .into_pairs()
            .filter(|pair| pair.value().ident != "builder")
            .collect();
    }
    ty
}

/// Leaves in `send` what converts the values, and moves the rest to a method of the client.
fn split(block: &mut ItemImpl, builders: &[(Ident, Vec<Parameter>)]) -> Option<Item> {
    let Type::Path(TypePath { path, .. }) = &*block.self_ty else { return None };
    let builder = path.segments.last()?.ident.clone();
    let (_, parameters) = builders.iter().find(|(name, _)| *name == builder)?;
    let send = block.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
        _ => None,
    })?;
    let first = send.block.stmts.iter().position(begins_request)?;
    let rest = send.block.stmts.split_off(first);
    let operation = builder.to_string().to_snake_case();
    let method = format_ident!("send_{operation}");
    let values = parameters.iter().map(Parameter::passed);
    send.block.stmts.push(Stmt::Expr(parse_quote!(client.#method(#(#values),*).await), None));
    Some(borrowing(send, &method, &operation, parameters, &rest))
}

/// `let url = …;`, the first statement that does not convert a value.
fn begins_request(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(local) if matches!(&local.pat, Pat::Ident(name) if name.ident == "url"))
}

impl Parameter {
    fn declared(&self) -> syn::FnArg {
        let Self { name, ty, optional } = self;
        if *optional { parse_quote!(#name: Option<&#ty>) } else { parse_quote!(#name: &#ty) }
    }

    fn passed(&self) -> Expr {
        let name = &self.name;
        if self.optional { parse_quote!(#name.as_ref()) } else { parse_quote!(&#name) }
    }
}

fn borrowing(
    send: &ImplItemFn,
    method: &Ident,
    operation: &str,
    parameters: &[Parameter],
    statements: &[Stmt],
) -> Item {
    let output = &send.sig.output;
    let arguments = parameters.iter().map(Parameter::declared);
    let first =
        format!(" [`{operation}`](super::Client::{operation}) with values that stay the caller's: to send");
    let second = " them more than once.";
    parse_quote! {
        impl super::Client {
            #[doc = #first]
            #[doc = #second]
            pub async fn #method(&self, #(#arguments),*) #output {
                let client = self;
                #(#statements)*
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn values_are_converted_in_the_builder_and_borrowed_by_the_client() {
        let mut file: File = syn::parse_str(
            "mod builder {
                pub struct Find<'a> {
                    client: &'a super::Client,
                    id: Result<types::Id, String>,
                    limit: Result<Option<types::Limit>, String>,
                    body: Result<types::builder::Book, String>,
                }
                impl<'a> Find<'a> {
                    pub async fn send(self) -> Result<A, E> {
                        let Self { client, id, limit, body } = self;
                        let id = id.map_err(Error::InvalidRequest)?;
                        let url = format!(\"{}\", client.baseurl);
                        Ok(x(url))
                    }
                }
            }",
        )
        .unwrap();
        let Item::Mod(module) = &mut file.items[0] else { unreachable!() };
        let items = &mut module.content.as_mut().unwrap().1;
        let split = split_all(items);
        items.extend(split);
        let text = sample::text(&file).split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "let id = id.map_err(Error::InvalidRequest)?; client.send_find(&id, limit.as_ref(), &body).await }",
            "impl super::Client {",
            "&self, id: &types::Id, limit: Option<&types::Limit>, body: &types::Book, ) -> Result<A, E> { let client = self; let url",
        ] {
            assert!(text.contains(part), "{part:?} is missing in {text}");
        }
    }

    #[test]
    fn what_progenitor_writes_is_patched_once() {
        let mut file = sample::client();
        take(&mut file, &sample::contract()).unwrap();
        let patched = sample::text(&file);
        for method in ["send_count_shelves", "send_get_shelf", "send_put_book"] {
            assert_eq!(patched.matches(&format!("pub async fn {method}(")).count(), 1, "{patched}");
            assert_eq!(patched.matches(&format!("client.{method}(")).count(), 1, "{patched}");
        }
        sample::is_refused(take(&mut file, &sample::contract()), "expected 3 of them, found 0");
    }
}
