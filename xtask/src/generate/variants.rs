//! Documentation for the variants of generated enumerations, which progenitor writes without.

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, ItemEnum, LitStr, Variant, parse_quote};

use crate::syntax::is_public;

/// Gives every variant of a public enumeration that has no documentation the text that it stands for.
pub(super) fn document(file: &mut File) {
    Documenter.visit_file_mut(file);
}

struct Documenter;

impl VisitMut for Documenter {
    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        if is_public(&item.vis) {
            item.variants.iter_mut().for_each(describe);
        }
        visit_mut::visit_item_enum_mut(self, item);
    }
}

fn describe(variant: &mut Variant) {
    if variant.attrs.iter().any(|attribute| attribute.path().is_ident("doc")) {
        return;
    }
    let text = variant.attrs.iter().find_map(renamed).unwrap_or_else(|| variant.ident.to_string());
    let text = format!(" `{text}`.");
    variant.attrs.insert(0, parse_quote!(#[doc = #text]));
}

/// The text of `#[serde(rename = "text")]`.
pub(super) fn renamed(attribute: &Attribute) -> Option<String> {
    let mut text = None;
    if attribute.path().is_ident("serde") {
        // What is no list of keys and values says nothing of a name.
        let _ = attribute.parse_nested_meta(|meta| {
            let value: LitStr = meta.value()?.parse()?;
            if meta.path.is_ident("rename") {
                text = Some(value.value());
            }
            Ok(())
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_says_which_text_it_is() {
        let mut file: File = syn::parse_str(
            "pub enum E { #[serde(rename = \"on leave\")] OnLeave, /// Said.\n Known, Plain } enum P { A }",
        )
        .unwrap();
        document(&mut file);
        let text = prettyplease::unparse(&file);
        let expected = "\
pub enum E {
    ///`on leave`.
    #[serde(rename = \"on leave\")]
    OnLeave,
    /// Said.
    Known,
    ///`Plain`.
    Plain,
}
enum P {
    A,
}
";
        assert_eq!(text.replace("/// `", "///`"), expected);
    }
}
