//! Flaw: parameters take whatever converts into their type, and a reference to a value of that very type does not.

use syn::{File, Ident, Item, parse_quote};

use super::changed;
use crate::problem::Result;
use crate::syntax::module;

/// Gives every type of the contract a conversion from a reference to it, which copies.
pub(super) fn complete(file: &mut File) -> Result<()> {
    let Some(types) = module(file, "types") else {
        return Err(changed("a module of types", "one", 0));
    };
    let names: Vec<Ident> = types.iter().filter_map(name).cloned().collect();
    types.extend(names.iter().map(|name| {
        parse_quote! {
            impl ::std::convert::From<&#name> for #name {
                fn from(value: &#name) -> Self {
                    value.clone()
                }
            }
        }
    }));
    Ok(())
}

fn name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_type_converts_from_a_reference() {
        let mut file = sample::client();
        assert!(!sample::text(&file).contains("From<&ShelfId>"));
        complete(&mut file).unwrap();
        let text = sample::text(&file);
        for name in ["ShelfId", "BookId", "Book", "Title", "Kind"] {
            assert_eq!(text.matches(&format!("::From<&{name}> for {name}")).count(), 1, "{name}: {text}");
        }
    }
}
