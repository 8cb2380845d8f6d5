//! `JsonSchema` of every generated type says what the contract says.

use avepoint_elements_client::{CONTRACT, schemas};
use serde_json::{Map, Value, json};

/// What must be equal, references followed; the rest is presentation.
const COMPARED: [&str; 7] =
    ["type", "properties", "required", "minLength", "maxLength", "pattern", "description"];

fn compared(schema: &Value, document: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return compared(document.pointer(&reference[1..]).unwrap(), document);
    }
    let kept = COMPARED.into_iter().filter_map(|keyword| {
        let value = match (keyword, schema.get(keyword)?) {
            ("properties", properties) => resolved(properties.as_object().unwrap(), document),
            (_, value) => value.clone(),
        };
        Some((keyword.to_owned(), value))
    });
    Value::Object(kept.collect())
}

fn resolved(properties: &Map<String, Value>, document: &Value) -> Value {
    let properties = properties.iter().map(|(name, schema)| (name.clone(), compared(schema, document)));
    Value::Object(properties.collect())
}

#[test]
fn every_type_has_the_contracts_schema() {
    let contract: Value = serde_saphyr::from_str(CONTRACT).unwrap();
    let mut names = Vec::new();
    for (name, schema) in schemas::all() {
        let schema = Value::from(schema);
        let expected = &contract["components"]["schemas"][name];
        assert!(expected.is_object(), "{name} is not in the contract");
        assert_eq!(schema["title"], name);
        assert_eq!(compared(&schema, &schema), compared(expected, &contract), "{name}");
        assert!(!schema.to_string().contains("null"), "{name} allows null: {schema}");
        names.push(name);
    }
    names.sort_unstable();
    let mut all: Vec<_> = contract["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    all.sort();
    assert_eq!(names, all, "every schema of the contract is compared");
}

#[test]
fn the_comparison_can_fail() {
    let contract: Value = serde_saphyr::from_str(CONTRACT).unwrap();
    let mut changed = contract.clone();
    changed["components"]["schemas"]["City"]["maxLength"] = json!(127);
    let office = "/components/schemas/OfficeInformation";
    let of = |document: &Value| compared(document.pointer(office).unwrap(), document);
    assert_ne!(of(&contract), of(&changed));
}
