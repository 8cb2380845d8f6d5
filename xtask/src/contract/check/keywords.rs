//! The keywords of a schema in `OpenAPI` 3.0.

/// The keywords of the schema object, in the order of the specification.
const KEYWORDS: [&str; 35] = [
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
];

/// Whether a schema may have this key.
pub(super) fn is_known(keyword: &str) -> bool {
    KEYWORDS.contains(&keyword) || keyword.starts_with("x-")
}

/// The keyword that is written like this one but for capitals.
pub(super) fn meant(keyword: &str) -> Option<&'static str> {
    KEYWORDS.into_iter().find(|known| known.eq_ignore_ascii_case(keyword))
}
