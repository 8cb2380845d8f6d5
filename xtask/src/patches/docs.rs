//! Flaw: fields, setters and builders come without documentation, and descriptions as block comments.

use proc_macro2::TokenStream;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, ExprLit, Fields, File, ImplItemFn, ItemImpl, ItemMod, ItemStruct, ItemTrait, Lit, Meta,
    TraitItemFn, Type, parse_quote,
};

use super::changed;
use super::doc_text::DocText;
use crate::contract::Contract;
use crate::problem::Result;
use crate::rustdoc::docs as doc_lines;
use crate::syntax::is_public;

/// Gives every public item a sentence, from the contract where it has one, and one comment a line.
pub(super) fn complete(file: &mut File, contract: &Contract) -> Result<()> {
    let mut documenter = Documenter { text: DocText::new(contract), owner: String::new(), written: 0 };
    documenter.visit_file_mut(file);
    match documenter.written {
        0 => Err(changed("items without documentation", "some", 0)),
        _ => Ok(()),
    }
}

struct Documenter<'a> {
    text: DocText<'a>,
    /// The type whose inherent methods are being visited.
    owner: String,
    /// How many items had no documentation.
    written: usize,
}

impl VisitMut for Documenter<'_> {
    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        let text = format!("The `{}` module.", module.ident);
        // A module may carry its documentation inside; that counts.
        self.written += document(&mut module.attrs, || text);
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        let name = item.ident.to_string();
        self.written += document(&mut item.attrs, || DocText::of_type(&name));
        let Fields::Named(fields) = &mut item.fields else { return };
        for field in fields.named.iter_mut().filter(|field| is_public(&field.vis)) {
            let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            self.written += document(&mut field.attrs, || self.text.of_field(&name, &ident));
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
            self.written += document(&mut function.attrs, || {
                self.text.of_method(&self.owner, &function.sig, &function.block)
            });
        }
    }

    fn visit_item_trait_mut(&mut self, item: &mut ItemTrait) {
        self.written += document(&mut item.attrs, || format!("The `{}` trait.", item.ident));
        visit_mut::visit_item_trait_mut(self, item);
    }

    fn visit_trait_item_fn_mut(&mut self, function: &mut TraitItemFn) {
        self.written +=
            document(&mut function.attrs, || self.text.of_operation(&function.sig.ident.to_string()));
    }
}

/// Rewrites the documentation one comment a line, or writes it where there is none: how often it did that.
fn document(attributes: &mut Vec<Attribute>, words: impl FnOnce() -> String) -> usize {
    let written: Vec<String> = attributes.iter().filter_map(text).collect();
    let text = if written.is_empty() { words() } else { written.join("\n") };
    attributes.retain(|attribute| self::text(attribute).is_none());
    attributes.splice(0..0, attributes_of(&doc_lines(&text)));
    usize::from(written.is_empty())
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

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn patched(mut file: File) -> String {
        complete(&mut file, &sample::contract()).unwrap();
        sample::text(&file)
    }

    /// The comments over the first line that starts so.
    fn comments<'a>(text: &'a str, item: &str) -> Vec<&'a str> {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("#["));
        let lines: Vec<&str> = lines.collect();
        let at = lines.iter().position(|line| line.starts_with(item)).unwrap();
        let above = lines[..at].iter().rposition(|line| !line.starts_with("///")).map_or(0, |line| line + 1);
        lines[above..at].to_vec()
    }

    /// The patch writes these comments where there was none.
    fn documents(file: File, item: &str, expected: &[&str]) {
        assert_eq!(comments(&sample::text(&file), item), [""; 0], "{item}");
        assert_eq!(comments(&patched(file), item), expected, "{item}");
    }

    #[test]
    fn fields_get_the_description_of_their_schema() {
        documents(sample::client(), "pub title: Title", &["/// What the book is called."]);
        documents(sample::client(), "pub type_: ", &["/// What the book is about."]);
    }

    #[test]
    fn setters_get_the_description_of_what_they_set() {
        let late = "/// A value that does not convert is reported at the end, not here.";
        for (setter, sentence) in [
            ("pub fn title<T>", "/// Sets `title`: What the book is called."),
            ("pub fn type_<T>", "/// Sets `type_`: What the book is about."),
            ("pub fn shelf_id<V>", "/// Sets `shelf_id`"),
        ] {
            documents(sample::client(), setter, &[sentence, "///", late]);
        }
    }

    #[test]
    fn mocks_get_their_operation_and_their_status() {
        let operation = "/// Adds a mock of `put_book` (`PUT /shelves/{shelfId}/books/{bookId}`).";
        for (item, sentence) in [
            ("pub struct PutBookWhen", "/// Which requests of `put_book` a mock answers."),
            ("pub struct PutBookThen", "/// How a mock of `put_book` answers."),
            ("pub fn no_content", "/// Answers with status 204."),
            ("fn put_book<F>", operation),
        ] {
            documents(sample::httpmock(), item, &[sentence]);
        }
    }

    #[test]
    fn a_block_comment_becomes_one_comment_a_line() {
        let block = "    /**A book.\n\nAs it stands on a shelf.*/\n";
        let lines = "    /// A book.\n    ///\n    /// As it stands on a shelf.\n";
        assert!(sample::text(&sample::client()).contains(block));
        let patched = patched(sample::client());
        assert!(patched.contains(lines) && !patched.contains("/**"), "{patched}");
    }

    #[test]
    fn output_in_which_all_is_documented_is_reported() {
        let mut file = sample::client();
        complete(&mut file, &sample::contract()).unwrap();
        sample::is_refused(
            complete(&mut file, &sample::contract()),
            "items without documentation: expected some, found 0",
        );
    }
}
