//! One update, checked as a row of a file is: what files know of countries and postal codes holds here too.

use avepoint_elements::{OfficeField, OfficeInformation, UserKey};
use avepoint_elements_bulk::{
    Finding, Format, InputError, InputOptions, Item, Items, Problem, Row, Source, Table, check, shown,
};
use serde_json::{Map, Value};

use super::CLEAR;
use crate::exit::Failure;
use crate::output::{note, with_causes};

const UNCHECKED: &str = "the values cannot be checked, so nothing was sent";

/// What is sent of office information that the contract allows: with the service's own name of the country. What is
/// doubtful, and what became another text, is said.
pub(super) fn checked(user: &UserKey, office: &OfficeInformation) -> Result<OfficeInformation, Failure> {
    let mut table = table(user, office).map_err(|error| unreadable(&error))?;
    let mut errors = Vec::new();
    let checked = check(&mut table, None, |finding| match finding {
        Finding::Error(problem) => errors.push(said(&problem)),
        Finding::Warning(problem) => note(&format!("warning: {}", said(&problem))),
        _ => {}
    });
    let checked = checked.map_err(|error| unreadable(&error))?;
    if !errors.is_empty() {
        return Err(Failure::usage(errors.join("\n")));
    }
    let entries = table.entries().map_err(|error| unreadable(&error))?;
    let Some(Item::Send(_, Row { office: sent, .. })) = Items::new(entries, &checked).next() else {
        return Err(Failure::usage(format!("{UNCHECKED}; they cannot be read back")));
    };
    say_what_changed(office, &sent);
    Ok(sent)
}

/// A table with one row.
fn table(user: &UserKey, office: &OfficeInformation) -> Result<Table, InputError> {
    let ids = [
        ("customer", user.customer.as_str()),
        ("tenant", user.tenant.as_str()),
        ("user", user.user.as_str()),
    ];
    let values = OfficeField::ALL.into_iter().filter_map(|field| {
        let value = office.get(field)?;
        Some((field.contract().name, if value.is_empty() { CLEAR } else { value }))
    });
    let members = ids.into_iter().chain(values).map(|(name, text)| (name.to_owned(), text.into()));
    let row = Value::Object(members.collect::<Map<_, _>>()).to_string();
    Table::open(Source::reader(row.as_bytes())?, InputOptions::default().format(Format::Ndjson))
}

fn say_what_changed(given: &OfficeInformation, sent: &OfficeInformation) {
    for field in OfficeField::ALL {
        match (given.get(field), sent.get(field)) {
            (Some(given), Some(sent)) if given != sent => {
                note(&format!("note: {field} \"{}\" is sent as {}", shown(given), shown(sent)));
            }
            _ => {}
        }
    }
}

/// A problem, without the line on which a row of a file would stand.
fn said(Problem { column, value, message, .. }: &Problem) -> String {
    let value = value.as_ref().map(|value| format!(" \"{value}\"")).unwrap_or_default();
    format!("{}{value}: {message}", column.as_deref().unwrap_or("the values"))
}

/// A row is read from a temporary file, as standard input is.
fn unreadable(error: &InputError) -> Failure {
    Failure::usage(format!("{UNCHECKED}; {}", with_causes(error)))
}
