//! A schema of the contract, compiled, and what a value has against it.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde::Serialize;
use serde_json::{Number, Value, json};

/// One reason why a request was refused, in the shape in which the error body lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Violation {
    /// The keyword of the schema that is broken, such as `maxLength`, or what else is wrong.
    pub(crate) code: String,
    /// The parameter or the field; nested names are joined by dots. Empty for the body as a whole.
    pub(crate) field: String,
    /// What is wrong, without the value, which may be a person's address.
    pub(crate) message: String,
}

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Schema(Validator);

impl Schema {
    /// Compiles a schema whose `$ref`s point into `components`.
    ///
    /// A schema object of `OpenAPI` 3.0 descends from draft 4 of JSON Schema: keywords beside a `$ref`
    /// are ignored, and lengths count Unicode code points. `nullable` is its own word for another type.
    pub(crate) fn compile(schema: &Value, components: &Value) -> Result<Self, String> {
        let mut document = json!({ "allOf": [schema], "components": components });
        allow_null(&mut document);
        jsonschema::options()
            .with_draft(Draft::Draft4)
            .build(&document)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Everything that `value` has against the schema; `field` names the value itself.
    pub(crate) fn violations(&self, value: &Value, field: &str) -> Vec<Violation> {
        let errors = self.0.iter_errors(value);
        errors.map(|error| violation(&error, field)).collect()
    }

    /// The same for a text from a URL, which stands for a number or a boolean where the schema wants one.
    pub(crate) fn text_violations(&self, text: &str, field: &str) -> Vec<Violation> {
        let scalar = scalar(text).filter(|value| self.0.is_valid(value));
        let value = scalar.unwrap_or_else(|| Value::from(text));
        self.violations(&value, field)
    }
}

/// Says `nullable` as JSON Schema does. Samples that look like a schema do no harm.
fn allow_null(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            if entries.get("nullable") == Some(&Value::Bool(true))
                && let Some(Value::String(kind)) = entries.get("type")
            {
                let either = json!([kind, "null"]);
                entries.insert("type".to_owned(), either);
            }
            entries.values_mut().for_each(allow_null);
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}

fn scalar(text: &str) -> Option<Value> {
    let number = text.parse::<Number>().map(Value::Number);
    number.or_else(|_| text.parse().map(Value::Bool)).ok()
}

fn violation(error: &ValidationError<'_>, field: &str) -> Violation {
    let pointer = error.instance_path().to_string();
    let mut names: Vec<String> = vec![field.to_owned()];
    names.extend(pointer.split('/').map(unescape));
    if let ValidationErrorKind::Required { property } = error.kind() {
        names.extend(property.as_str().map(str::to_owned));
    }
    names.retain(|name| !name.is_empty());
    Violation {
        code: error.kind().keyword().to_owned(),
        field: names.join("."),
        message: error.masked().to_string(),
    }
}

/// A name as it stands in the document, from a token of a JSON Pointer (RFC 6901, section 3).
pub(crate) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::Schema;
    use serde_json::{Value, json};

    fn listed(schema: &Value, value: &Value) -> Vec<(String, String)> {
        let components = json!({ "schemas": { "Short": { "type": "string", "maxLength": 2 } } });
        let schema = Schema::compile(schema, &components).unwrap();
        let violations = schema.violations(value, "");
        let mut listed: Vec<_> = violations.into_iter().map(|v| (v.code, v.field)).collect();
        listed.sort();
        listed
    }

    fn pair(code: &str, field: &str) -> (String, String) {
        (code.to_owned(), field.to_owned())
    }

    #[test]
    fn every_violation_is_listed_with_the_name_of_its_field() {
        let short = json!({ "$ref": "#/components/schemas/Short" });
        let schema = json!({
            "type": "object",
            "required": ["a", "b"],
            "properties": { "c": short, "d": { "type": "array", "items": short } },
        });
        let value = json!({ "c": "long", "d": ["ok", 1] });
        let expected =
            [pair("maxLength", "c"), pair("required", "a"), pair("required", "b"), pair("type", "d.1")];
        assert_eq!(listed(&schema, &value), expected);
    }

    #[test]
    fn a_value_that_may_be_null_may_be_null() {
        let schema = json!({
            "type": "object",
            "properties": { "a": { "type": "string", "nullable": true }, "b": { "type": "string" } },
        });
        assert_eq!(listed(&schema, &json!({ "a": null, "b": "text" })), []);
        assert_eq!(listed(&schema, &json!({ "a": 1, "b": null })), [pair("type", "a"), pair("type", "b")]);
    }

    #[test]
    fn a_message_does_not_repeat_the_value() {
        let schema = Schema::compile(&json!({ "maxLength": 2 }), &json!({})).unwrap();
        let violations = schema.violations(&json!("Dande"), "address");
        assert_eq!(violations.len(), 1);
        assert!(!violations[0].message.contains("Dande"), "{violations:?}");
    }

    #[test]
    fn a_text_of_the_url_stands_for_the_number_that_the_schema_wants() {
        let integer = json!({ "type": "integer", "minimum": 1 });
        let integer = Schema::compile(&integer, &json!({})).unwrap();
        assert_eq!(integer.text_violations("12", "page"), []);
        assert_eq!(integer.text_violations("0", "page").len(), 1);
        assert_eq!(integer.text_violations("two", "page")[0].field, "page");
        let text = Schema::compile(&json!({ "type": "string" }), &json!({})).unwrap();
        assert_eq!(text.text_violations("12", "id"), []);
    }
}
