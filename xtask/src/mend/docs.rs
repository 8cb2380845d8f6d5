//! Flaw: fields, setters and builders come without documentation, and descriptions as block comments.

use proc_macro2::TokenStream;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, ExprLit, Fields, File, ImplItemFn, ItemImpl, ItemMod, ItemStruct, ItemTrait, Lit, Meta,
    TraitItemFn, Type, Visibility, parse_quote,
};

use super::words::Words;
use crate::contract::Contract;
use crate::generate::docs as doc_lines;

/// Gives every public item a sentence, from the contract where it has one, and one comment a line.
pub(super) fn complete(file: &mut File, contract: &Contract) {
    Documenter { words: Words::new(contract), owner: String::new() }.visit_file_mut(file);
}

struct Documenter<'a> {
    words: Words<'a>,
    /// The type whose inherent methods are being visited.
    owner: String,
}

impl VisitMut for Documenter<'_> {
    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        let text = format!("The `{}` module.", module.ident);
        // A module may carry its documentation inside; that counts.
        document(&mut module.attrs, || text);
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        let name = item.ident.to_string();
        document(&mut item.attrs, || Words::of_type(&name));
        let Fields::Named(fields) = &mut item.fields else { return };
        for field in fields.named.iter_mut().filter(|field| is_public(&field.vis)) {
            let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            document(&mut field.attrs, || self.words.of_field(&name, &ident));
        }
    }

    fn visit_item_impl_mut(&mut self, block: &mut ItemImpl) {
        if block.trait_.is_some() {
            return;
        }
        if let Type::Path(path) = &*block.self_ty
            && let Some(last) = path.path.segments.last()
        {
            self.owner = last.ident.to_string();
        }
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        if is_public(&function.vis) {
            document(&mut function.attrs, || {
                self.words.of_method(&self.owner, &function.sig, &function.block)
            });
        }
    }

    fn visit_item_trait_mut(&mut self, item: &mut ItemTrait) {
        document(&mut item.attrs, || format!("The `{}` trait.", item.ident));
        visit_mut::visit_item_trait_mut(self, item);
    }

    fn visit_trait_item_fn_mut(&mut self, function: &mut TraitItemFn) {
        document(&mut function.attrs, || self.words.of_operation(&function.sig.ident.to_string()));
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Rewrites the documentation one comment a line, or writes it where there is none.
fn document(attributes: &mut Vec<Attribute>, words: impl FnOnce() -> String) {
    let written: Vec<String> = attributes.iter().filter_map(text).collect();
    let text = if written.is_empty() { words() } else { written.join("\n") };
    attributes.retain(|attribute| self::text(attribute).is_none());
    attributes.splice(0..0, attributes_of(&doc_lines(&text)));
}

/// The text of a doc attribute, the space that rustfmt's style puts first removed.
fn text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value else { return None };
    let text = text.value();
    meta.path.is_ident("doc").then(|| text.strip_prefix(' ').map_or(text.clone(), str::to_owned))
}

fn attributes_of(docs: &TokenStream) -> Vec<Attribute> {
    let item: ItemStruct = parse_quote!(#docs struct S;);
    item.attrs
}
