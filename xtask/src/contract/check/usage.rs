//! What is sent and what is read: a value is checked before it is sent, and read as it comes.

use crate::contract::model::at;
use crate::contract::{Contract, Field, Named, Shape};
use crate::problem::Result;

pub(super) fn is_one_way(contract: &Contract) -> Result<()> {
    contract.schemas().iter().try_for_each(|schema| {
        if contract.is_reply_only(schema.name) {
            return Ok(());
        }
        says_what_is_left_out(contract, schema)?;
        if contract.is_replied(schema.name) { has_no_bounds(contract, schema) } else { Ok(()) }
    })
}

/// `Option` says that a value is left out, or that it is null; an empty list is left out.
fn says_what_is_left_out(contract: &Contract, schema: &Named<'_>) -> Result<()> {
    let optional = contract.fields(schema).into_iter().filter(|field| !field.required);
    optional.into_iter().try_for_each(|Field { name, schema: written, .. }| {
        let here = at(&format!("{}/properties", schema.pointer), name);
        let (key, what, help) = if written.schema["nullable"] == true {
            ("nullable", "may be left out and may be null", "list it as `required`, or leave `nullable` out")
        } else if written.pointer == here && written.shape() == Shape::List {
            let help =
                "move the list to `components/schemas` and refer to it by `$ref`, or list it as `required`";
            ("type", "may be left out and may be an empty list", help)
        } else {
            return Ok(());
        };
        let message =
            format!("property `{name}` of `{}` is sent, and {what}: one type cannot say which", schema.name);
        Err(contract.problem(&format!("{here}/{key}"), message).help(help))
    })
}

/// A bound that is enforced in what is sent would make a reply unreadable. Scalars in a schema that only replies have are
/// read as plain values, and need no care.
fn has_no_bounds(contract: &Contract, schema: &Named<'_>) -> Result<()> {
    if schema.schema["additionalProperties"] == false {
        return refuse(
            contract,
            schema,
            &format!("{}/additionalProperties", schema.pointer),
            "`additionalProperties`",
        );
    }
    let whole = schema.schema["type"] == "object" || schema.shape() == Shape::OneOf;
    if !whole {
        return match bound(schema).filter(|_| contract.is_success(schema.name)) {
            Some(bound) => {
                refuse(contract, schema, &format!("{}/{bound}", schema.pointer), &format!("`{bound}`"))
            }
            None => Ok(()),
        };
    }
    contract.parts(schema).into_iter().try_for_each(|(pointer, part)| match bound(&part) {
        Some(bound) => refuse(contract, schema, &pointer, &format!("`{bound}` of `{}`", part.name)),
        None => Ok(()),
    })
}

fn bound(schema: &Named<'_>) -> Option<&'static str> {
    const BOUNDS: [&str; 7] =
        ["minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems"];
    BOUNDS.into_iter().find(|bound| schema.schema.get(bound).is_some())
}

fn refuse(contract: &Contract, schema: &Named<'_>, pointer: &str, bound: &str) -> Result<()> {
    let message =
        format!("schema `{}` is sent and is in replies: {bound} would make replies unreadable", schema.name);
    Err(contract.problem(pointer, message).help("give replies a schema of their own, without bounds"))
}
