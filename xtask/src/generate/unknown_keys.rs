//! Keys of replies that the contract does not know: a field keeps them, and needs no value.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FieldValue, File, ItemStruct, Member, parse_quote};

/// The field that progenitor writes for `additionalProperties: {}`.
const FIELD: &str = "extra";

/// Documents the field, and lets builders start with none of them.
pub(super) fn complete(file: &mut File) {
    UnknownKeys.visit_file_mut(file);
}

struct UnknownKeys;

impl VisitMut for UnknownKeys {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        for field in
            item.fields.iter_mut().filter(|field| field.ident.as_ref().is_some_and(|name| name == FIELD))
        {
            if field.attrs.iter().any(|attribute| attribute.path().is_ident("serde")) {
                field.attrs.insert(0, parse_quote!(#[doc = " Keys that the contract does not know."]));
            }
        }
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        let is_unset = matches!(&field.expr, Expr::Call(call) if is_err(&call.func));
        if is_unset && matches!(&field.member, Member::Named(name) if name == FIELD) {
            field.expr = parse_quote!(Ok(::std::default::Default::default()));
        }
        visit_mut::visit_field_value_mut(self, field);
    }
}

fn is_err(function: &Expr) -> bool {
    matches!(function, Expr::Path(function) if function.path.is_ident("Err"))
}
