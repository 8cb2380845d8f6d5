//! What a row looks like, for programs that write one.

use serde_json::{Map, Value, json};

use crate::columns::Column;
use crate::format::Format;
use crate::text::CLEAR;

/// An input without rows: a header of CSV, or for NDJSON one object whose values are blank, which a check refuses.
pub fn template(format: Format) -> String {
    let names = Column::OF_UPDATE.map(Column::name);
    match format {
        Format::Csv => names.join(",") + "\n",
        Format::Ndjson => {
            let members = names.map(|name| format!("{}:\"\"", Value::from(name)));
            format!("{{{}}}\n", members.join(","))
        }
    }
}

/// The JSON Schema (2020-12) of a row of NDJSON under the names that a template has.
///
/// It says what is allowed of a value without white space around it, which is dropped. What it cannot say: a user
/// must not be in an input twice, and a country has to be one of the service's.
pub fn schema() -> Value {
    let properties: Map<_, _> =
        Column::OF_UPDATE.into_iter().map(|column| (column.name().to_owned(), property(column))).collect();
    let required: Vec<_> =
        Column::OF_UPDATE.into_iter().filter(|column| column.is_required()).map(Column::name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Row",
        "description": "The office information that a user is to have. Other members are carried through to the results.",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": true,
    })
}

fn property(column: Column) -> Value {
    let mut property = Map::new();
    property.insert("type".to_owned(), "string".into());
    property.insert("description".to_owned(), description(column).into());
    if let Some(pattern) = column.pattern() {
        property.insert("pattern".to_owned(), pattern.into());
    }
    if column.is_required() {
        property.insert("minLength".to_owned(), 1.into());
    }
    if let Some(longest) = column.office().and_then(|field| field.contract().max_length) {
        property.insert("maxLength".to_owned(), longest.into());
    }
    property.into()
}

fn description(column: Column) -> String {
    let what = column.description();
    let clear = format!("{CLEAR} sends an empty value");
    match column {
        Column::Customer | Column::Tenant | Column::User => what.to_owned(),
        Column::CountryRegion => {
            format!("{what} A code such as AO and common names are taken too and replaced. {clear}.")
        }
        _ => format!("{what} {clear}."),
    }
}
