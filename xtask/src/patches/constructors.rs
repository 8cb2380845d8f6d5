//! Flaw: `Client::new` panics where no client can be built, and both constructors take any text for a base
//! URL: a query or a fragment in it swallows the path, a slash at its end doubles one.

use syn::{File, ImplItem, Item, Type};

use super::counted;
use crate::problem::Result;

const CONSTRUCTORS: [&str; 2] = ["new", "new_with_client"];

/// Removes both; a checking, fallible one stands beside the hooks.
pub(super) fn remove(file: &mut File) -> Result<()> {
    let mut removed = 0;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() || !is_client(&block.self_ty) {
            continue;
        }
        let before = block.items.len();
        block.items.retain(|item| !is_constructor(item));
        removed += before - block.items.len();
    }
    file.items.retain(
        |item| !matches!(item, Item::Impl(block) if block.items.is_empty() && block.trait_.is_none()),
    );
    counted("constructors that check nothing", CONSTRUCTORS.len(), removed)
}

fn is_client(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Client"))
}

fn is_constructor(item: &ImplItem) -> bool {
    matches!(item, ImplItem::Fn(function) if CONSTRUCTORS.iter().any(|name| function.sig.ident == name))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn constructors_go_and_operations_stay() {
        let mut file: File = syn::parse_str(
            "impl Client { pub fn new() -> Self { x() } pub fn new_with_client() -> Self { x() } }
             impl Client { pub fn update(&self) {} }
             impl Other { pub fn new() -> Self { x() } }",
        )
        .unwrap();
        remove(&mut file).unwrap();
        let text = prettyplease::unparse(&file);
        assert_eq!(text.matches("impl Client").count(), 1, "{text}");
        assert!(text.contains("fn update") && text.contains("impl Other"), "{text}");
    }

    #[test]
    fn what_progenitor_writes_is_patched_once() {
        let mut file = sample::client();
        let flaw = "pub fn new(baseurl: &str";
        assert!(sample::text(&file).contains(flaw));
        remove(&mut file).unwrap();
        let patched = sample::text(&file);
        assert!(!patched.contains(flaw) && !patched.contains("new_with_client"), "{patched}");
        assert!(patched.contains("pub fn put_book(&self)"), "{patched}");
        sample::is_refused(remove(&mut file), "expected 2 of them, found 0");
    }

    #[test]
    fn one_constructor_of_two_is_reported() {
        let mut file: File = syn::parse_str("impl Client { pub fn new() -> Self { x() } }").unwrap();
        assert!(remove(&mut file).unwrap_err().to_string().contains("expected 2 of them, found 1"));
    }
}
