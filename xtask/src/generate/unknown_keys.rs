//! Keys of replies that the contract does not know: a field keeps them, and needs no value.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, FieldValue, File, ItemImpl, ItemStruct, Member, Type, parse_quote};

/// The field that progenitor writes for `additionalProperties: {}`.
const FIELD: &str = "extra";

/// Documents the field, and lets builders start with none of them.
pub(super) fn complete(file: &mut File) {
    UnknownKeys::default().visit_file_mut(file);
}

#[derive(Default)]
struct UnknownKeys {
    /// The structures that have it.
    structures: BTreeSet<String>,
    /// Whether an implementation for the builder of one of them is being visited.
    inside: bool,
}

impl VisitMut for UnknownKeys {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        let fields = item.fields.iter_mut();
        for field in fields.filter(|field| field.attrs.iter().any(is_flattened)) {
            field.attrs.insert(0, parse_quote!(#[doc = " Keys that the contract does not know."]));
            self.structures.insert(item.ident.to_string());
        }
    }

    fn visit_item_impl_mut(&mut self, block: &mut ItemImpl) {
        self.inside = matches!(&*block.self_ty, Type::Path(path)
            if path.path.get_ident().is_some_and(|name| self.structures.contains(&name.to_string())));
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        let is_unset = matches!(&field.expr, Expr::Call(call) if is_err(&call.func));
        if self.inside && is_unset && matches!(&field.member, Member::Named(name) if name == FIELD) {
            field.expr = parse_quote!(Ok(::std::default::Default::default()));
        }
        visit_mut::visit_field_value_mut(self, field);
    }
}

fn is_flattened(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde") && attribute.to_token_stream().to_string().contains("(flatten)")
}

fn is_err(function: &Expr) -> bool {
    matches!(function, Expr::Path(function) if function.path.is_ident("Err"))
}
