//! Flaw: the generated `Client` derives `Debug`, and so prints whatever its hooks hold.

use syn::punctuated::Punctuated;
use syn::{Attribute, File, Path, Token, parse_quote};

use super::counted;
use crate::problem::Result;
use crate::syntax::structure;

/// Removes `Debug` from what `Client` derives; a hand-written one stands beside the hooks.
pub(super) fn remove(file: &mut File) -> Result<()> {
    let attributes =
        structure(&mut file.items, "Client").map(|client| client.attrs.as_mut_slice()).unwrap_or_default();
    let removed = attributes.iter_mut().filter_map(without_debug).count();
    counted("a `Client` that derives `Debug`", 1, removed)
}

fn without_debug(attribute: &mut Attribute) -> Option<()> {
    if !attribute.path().is_ident("derive") {
        return None;
    }
    let derives = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()?;
    let kept: Vec<&Path> = derives.iter().filter(|path| !path.is_ident("Debug")).collect();
    if kept.len() == derives.len() {
        return None;
    }
    *attribute = parse_quote!(#[derive(#(#kept),*)]);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn only_the_client_loses_debug() {
        let mut file: File = syn::parse_str(
            "#[derive(Clone, Debug)] pub struct Client {} #[derive(Debug)] pub struct Other {}",
        )
        .unwrap();
        remove(&mut file).unwrap();
        let text = prettyplease::unparse(&file);
        assert_eq!(text, "#[derive(Clone)]\npub struct Client {}\n#[derive(Debug)]\npub struct Other {}\n");
    }

    #[test]
    fn what_progenitor_writes_is_patched_once() {
        let mut file = sample::client();
        assert!(sample::text(&file).contains("#[derive(Clone, Debug)]\n/**Client for Sample"));
        remove(&mut file).unwrap();
        assert!(sample::text(&file).contains("#[derive(Clone)]\n/**Client for Sample"));
        sample::is_refused(remove(&mut file), "expected 1 of them, found 0");
    }
}
