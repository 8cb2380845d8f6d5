//! Looking things up in a syntax tree.

use syn::{File, GenericArgument, Item, ItemStruct, Path, PathArguments, Type, TypePath, Visibility};

/// What stands in a module of a file.
pub(crate) fn module<'f>(file: &'f mut File, name: &str) -> Option<&'f mut Vec<Item>> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => module.content.as_mut().map(|(_, items)| items),
        _ => None,
    })
}

pub(crate) fn structure<'i>(items: &'i mut [Item], name: &str) -> Option<&'i mut ItemStruct> {
    items.iter_mut().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(item),
        _ => None,
    })
}

/// The first argument of a generic type of this name.
pub(crate) fn argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(TypePath { path, .. }) = ty else { return None };
    argument_of(path, name)
}

/// The same of a path, such as that of a trait.
pub(crate) fn argument_of<'p>(path: &'p Path, name: &str) -> Option<&'p Type> {
    let last = path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

pub(crate) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
