//! The public interface of a crate: every public item's signature, without documentation and bodies.

use std::path::{Path, PathBuf};

use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, Fields, File, ImplItem, Item, ItemImpl, ItemMod, Macro, TraitItem, Type, Variant,
    parse_quote,
};

use crate::problem::{Problem, Result};
use crate::syntax::is_public;

/// The public interface of the crate whose root file is `lib`, its modules in files included.
pub fn of_crate(lib: &Path) -> Result<String> {
    let mut file = parse(lib)?;
    let folder = lib.parent().unwrap_or(Path::new(""));
    inline(&mut file.items, folder, folder)?;
    Ok(of_file(file))
}

/// The public interface of one file.
pub fn of_file(mut file: File) -> String {
    file.attrs.clear();
    Reducer.visit_file_mut(&mut file);
    prettyplease::unparse(&file)
}

fn parse(path: &Path) -> Result<File> {
    let text = std::fs::read_to_string(path).map_err(Problem::reading(path))?;
    syn::parse_file(&text).map_err(|error| Problem::new(format!("does not parse: {error}")).in_file(path))
}

/// Puts the contents of `mod name;` in its place: those of a file below `folder`, or of one that `#[path]` names from `here`.
fn inline(items: &mut [Item], folder: &Path, here: &Path) -> Result<()> {
    for item in items {
        let Item::Mod(module) = item else { continue };
        if module.attrs.iter().any(is_test) {
            continue;
        }
        let inner = folder.join(module.ident.to_string());
        if module.content.is_none() {
            let file = parse(&path_of(module).map_or_else(|| file_of(&inner), |path| here.join(path)))?;
            module.content = Some((syn::token::Brace::default(), file.items));
        }
        if let Some((_, items)) = &mut module.content {
            inline(items, &inner, folder)?;
        }
    }
    Ok(())
}

fn path_of(module: &ItemMod) -> Option<String> {
    let path = module.attrs.iter().find(|attribute| attribute.path().is_ident("path"))?;
    let syn::Meta::NameValue(value) = &path.meta else { return None };
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &value.value else { return None };
    Some(path.value())
}

fn file_of(module: &Path) -> PathBuf {
    let file = module.with_extension("rs");
    if file.exists() { file } else { module.join("mod.rs") }
}

struct Reducer;

impl Reducer {
    fn items(items: &mut Vec<Item>) {
        let private = private_types(items);
        items.retain(|item| is_shown(item) && !belongs_to(item, &private));
        for item in items.iter_mut() {
            if let Item::Fn(function) = item {
                let syn::ItemFn { attrs, vis, sig, .. } = function;
                keep_signature_attributes(attrs);
                *item = Item::Verbatim(quote!(#(#attrs)* #vis #sig;));
            }
        }
    }
}

impl VisitMut for Reducer {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        keep_signature_attributes(attributes);
    }

    fn visit_file_mut(&mut self, file: &mut File) {
        Self::items(&mut file.items);
        visit_mut::visit_file_mut(self, file);
        file.items.retain(|item| !is_empty_private_module(item));
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        if let Some((_, items)) = &mut module.content {
            Self::items(items);
        }
        visit_mut::visit_item_mod_mut(self, module);
        if let Some((_, items)) = &mut module.content {
            items.retain(|item| !is_empty_private_module(item));
        }
    }

    /// What a variant holds is as public as the variant.
    fn visit_variant_mut(&mut self, variant: &mut Variant) {
        keep_signature_attributes(&mut variant.attrs);
        for field in &mut variant.fields {
            keep_signature_attributes(&mut field.attrs);
        }
    }

    fn visit_fields_mut(&mut self, fields: &mut Fields) {
        if let Fields::Named(fields) = fields {
            let public = std::mem::take(&mut fields.named).into_iter().filter(|field| is_public(&field.vis));
            fields.named = public.collect();
        }
        if let Fields::Unnamed(fields) = fields {
            for field in fields.unnamed.iter_mut().filter(|field| !is_public(&field.vis)) {
                field.ty = parse_quote!(_);
            }
        }
        visit_mut::visit_fields_mut(self, fields);
    }

    /// Of an implementation of a trait only its head says something.
    fn visit_item_impl_mut(&mut self, block: &mut ItemImpl) {
        keep_signature_attributes(&mut block.attrs);
        if block.trait_.is_some() {
            block.items.clear();
            return;
        }
        block.items.retain(|item| match item {
            ImplItem::Fn(item) => is_public(&item.vis),
            ImplItem::Const(item) => is_public(&item.vis),
            _ => true,
        });
        for item in &mut block.items {
            if let ImplItem::Fn(function) = item {
                let syn::ImplItemFn { attrs, vis, sig, .. } = function;
                keep_signature_attributes(attrs);
                *item = ImplItem::Verbatim(quote!(#(#attrs)* #vis #sig;));
            } else {
                self.visit_impl_item_mut(item);
            }
        }
    }

    fn visit_trait_item_mut(&mut self, item: &mut TraitItem) {
        if let TraitItem::Fn(function) = item {
            keep_signature_attributes(&mut function.attrs);
            if function.default.is_some() {
                function.default = Some(parse_quote!({ .. }));
            }
        } else {
            visit_mut::visit_trait_item_mut(self, item);
        }
    }

    fn visit_block_mut(&mut self, _: &mut Block) {}

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}

/// Public items, modules and implementations; an implementation of a private type shows up empty.
fn is_shown(item: &Item) -> bool {
    match item {
        Item::Const(item) => is_public(&item.vis),
        Item::Enum(item) => is_public(&item.vis),
        Item::Fn(item) => is_public(&item.vis),
        // A call of a macro may define public items; a definition of one says nothing by itself.
        Item::Macro(item) => item.ident.is_none() && !defines_private_type(&item.mac),
        Item::Mod(item) => !item.attrs.iter().any(is_test),
        Item::Static(item) => is_public(&item.vis),
        Item::Struct(item) => is_public(&item.vis),
        Item::Trait(item) => is_public(&item.vis),
        Item::Type(item) => is_public(&item.vis),
        Item::Use(item) => is_public(&item.vis),
        Item::Impl(item) => {
            item.trait_.is_some()
                || item.items.iter().any(|item| match item {
                    ImplItem::Fn(item) => is_public(&item.vis),
                    ImplItem::Const(item) => is_public(&item.vis),
                    _ => false,
                })
        }
        _ => false,
    }
}

/// Whether a call of a macro spells out a type and does not make it public.
fn defines_private_type(call: &Macro) -> bool {
    let words: Vec<_> = call.tokens.clone().into_iter().map(|token| token.to_string()).collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    (has("struct") || has("enum")) && !has("pub")
}

fn private_types(items: &[Item]) -> Vec<String> {
    let private = items.iter().filter_map(|item| match item {
        Item::Struct(item) if !is_public(&item.vis) => Some(&item.ident),
        Item::Enum(item) if !is_public(&item.vis) => Some(&item.ident),
        _ => None,
    });
    private.map(ToString::to_string).collect()
}

/// Whether an item is an implementation for one of these types.
fn belongs_to(item: &Item, types: &[String]) -> bool {
    let Item::Impl(ItemImpl { self_ty, .. }) = item else { return false };
    let Type::Path(path) = &**self_ty else { return false };
    path.path.get_ident().is_some_and(|ident| types.contains(&ident.to_string()))
}

fn is_empty_private_module(item: &Item) -> bool {
    let Item::Mod(ItemMod { vis, content: Some((_, items)), .. }) = item else { return false };
    !is_public(vis) && items.is_empty()
}

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && quote!(#attribute).to_string().contains("test")
}

/// Keeps what a caller feels: derives, features, serde's names, and what must be used.
fn keep_signature_attributes(attributes: &mut Vec<Attribute>) {
    const KEPT: [&str; 7] =
        ["cfg", "cfg_attr", "derive", "deprecated", "must_use", "non_exhaustive", "serde"];
    attributes.retain(|attribute| KEPT.iter().any(|kept| attribute.path().is_ident(kept)));
}
