//! Flaw: setters of mocks take references to the client's own types. A test has texts, numbers and the SDK's values, and
//! would convert each by hand.

use quote::format_ident;
use syn::{
    Expr, File, FnArg, ImplItem, ImplItemFn, Item, ItemImpl, Stmt, Type, TypeParamBound, WherePredicate,
    parse_quote,
};

use super::changed;
use crate::problem::Result;
use crate::syntax::{argument, argument_of, module};

/// Lets setters take what converts, and gives an optional parameter a method that says that it is missing.
pub(super) fn convert(file: &mut File) -> Result<()> {
    let blocks = module(file, "operations").into_iter().flatten().filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    });
    match blocks.map(convert_block).sum() {
        0 => Err(changed("setters of mocks that take the client's own types", "some", 0)),
        _ => Ok(()),
    }
}

/// How many setters take a named type.
fn convert_block(block: &mut ItemImpl) -> usize {
    let mut converted = 0;
    let items = std::mem::take(&mut block.items);
    for mut item in items {
        let mut missing = None;
        if let ImplItem::Fn(function) = &mut item {
            missing = split_optional(function);
            converted += usize::from(take_what_converts(function));
        }
        block.items.push(item);
        block.items.extend(missing.map(ImplItem::Fn));
    }
    converted
}

/// Turns `T: Into<Option<X>>` into `X`; gives the method for the parameter that is missing.
fn split_optional(function: &mut ImplItemFn) -> Option<ImplItemFn> {
    let mut ty = optional(function)?;
    let [Stmt::Expr(Expr::If(both), _)] = function.block.stmts.as_slice() else { return None };
    let Expr::Block(otherwise) = &*both.else_branch.as_ref()?.1 else { return None };
    let (given, otherwise) = (both.then_branch.clone(), otherwise.block.clone());
    let name = format_ident!("without_{}", function.sig.ident.to_string().trim_end_matches('_'));
    let missing = parse_quote!(pub fn #name(self) -> Self #otherwise);
    if let Type::Reference(reference) = &mut ty {
        reference.lifetime = None;
    }
    *value_type(function)? = ty;
    function.sig.generics = syn::Generics::default();
    function.block = given;
    Some(missing)
}

/// The `X` of `where T: Into<Option<X>>`.
fn optional(function: &ImplItemFn) -> Option<Type> {
    let predicates = &function.sig.generics.where_clause.as_ref()?.predicates;
    let Some(WherePredicate::Type(predicate)) = predicates.first() else { return None };
    let Some(TypeParamBound::Trait(bound)) = predicate.bounds.first() else { return None };
    argument(argument_of(&bound.path, "Into")?, "Option").cloned()
}

/// Whether it is a setter of a named type, which it takes as anything that converts into it.
fn take_what_converts(function: &mut ImplItemFn) -> bool {
    let name = function.sig.ident.to_string();
    let Some(ty) = value_type(function) else { return false };
    let (named, borrowed) = match &*ty {
        Type::Reference(reference) => ((*reference.elem).clone(), true),
        ty => (ty.clone(), false),
    };
    let is_named =
        matches!(&named, Type::Path(path) if path.path.segments.first().is_some_and(|s| s.ident == "types"));
    if !is_named {
        return false;
    }
    *ty = parse_quote!(impl TryInto<#named, Error: ::std::fmt::Display>);
    let converted: Expr = parse_quote!(crate::value::converted::<#named>(#name, value));
    let statement =
        if borrowed { parse_quote!(let value = &#converted;) } else { parse_quote!(let value = #converted;) };
    function.block.stmts.insert(0, statement);
    function.attrs.push(parse_quote!(#[track_caller]));
    true
}

/// The type of the argument `value`.
fn value_type(function: &mut ImplItemFn) -> Option<&mut Type> {
    function.sig.inputs.iter_mut().find_map(|argument| match argument {
        FnArg::Typed(argument) => match &*argument.pat {
            syn::Pat::Ident(name) if name.ident == "value" => Some(&mut *argument.ty),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_setter_takes_what_converts_and_an_optional_parameter_may_be_said_to_be_missing() {
        let mut file: File = syn::parse_str(
            "mod operations { impl FindWhen {
                pub fn id(self, value: &types::Id) -> Self { Self(self.0.x(value)) }
                pub fn kind(self, value: types::Kind) -> Self { Self(self.0.x(value)) }
                pub fn text(self, value: &str) -> Self { Self(self.0.x(value)) }
                pub fn page<'a, T>(self, value: T) -> Self where T: Into<Option<&'a types::Page>> {
                    if let Some(value) = value.into() { Self(self.0.a(value)) } else { Self(self.0.b()) }
                }
                pub fn flag_<T>(self, value: T) -> Self where T: Into<Option<bool>> {
                    if let Some(value) = value.into() { Self(self.0.a(value)) } else { Self(self.0.b()) }
                }
            } }",
        )
        .unwrap();
        convert(&mut file).unwrap();
        let text = sample::text(&file).split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "pub fn id( self, value: impl TryInto<types::Id, Error: ::std::fmt::Display>, ) -> Self { \
             let value = &crate::value::converted::<types::Id>(\"id\", value); Self(self.0.x(value)) }",
            "let value = crate::value::converted::<types::Kind>(\"kind\", value);",
            "fn text(self, value: &str) -> Self { Self(self.0.x(value)) }",
            "let value = &crate::value::converted::<types::Page>(\"page\", value); Self(self.0.a(value)) }",
            "pub fn without_page(self) -> Self { Self(self.0.b()) }",
            "pub fn flag_(self, value: bool) -> Self { Self(self.0.a(value)) }",
            "pub fn without_flag(self) -> Self { Self(self.0.b()) }",
        ] {
            assert!(text.contains(part), "{part:?} is missing in {text}");
        }
    }

    #[test]
    fn what_progenitor_writes_is_patched_once() {
        let mut file = sample::httpmock();
        convert(&mut file).unwrap();
        let patched = sample::text(&file);
        assert!(!patched.contains("value: &types::"), "{patched}");
        sample::is_refused(convert(&mut file), "expected some, found 0");
    }
}
