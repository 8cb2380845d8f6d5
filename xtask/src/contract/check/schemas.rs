//! Schemas: each has one type, and only what that type and its place can have.

use std::collections::BTreeSet;

use regress::Regex;
use serde_json::Value;

use crate::contract::nodes;
use crate::contract::source::{Source, escape};
use crate::is_listed;
use crate::problem::{Problem, Result};

/// Keys that a schema of any type may have.
const COMMON: [&str; 6] = ["type", "title", "description", "nullable", "example", "externalDocs"];
/// The types, each with its own keys.
const TYPES: [(&str, &[&str]); 5] = [
    ("array", &["items", "minItems", "maxItems"]),
    ("boolean", &[]),
    ("integer", &["format", "minimum", "maximum"]),
    ("object", &["properties", "required", "additionalProperties"]),
    ("string", &["format", "minLength", "maxLength", "pattern", "enum", "x-keep-unreadable"]),
];
/// Keys that make a type of its own, which needs a name.
const NAMED_ONLY: &str =
    "enum maxItems maxLength maximum minItems minLength minimum oneOf pattern x-keep-unreadable";
const INTEGER_FORMATS: [&str; 2] = ["int32", "int64"];
const TEXT_FORMATS: [&str; 9] =
    ["byte", "date", "date-time", "email", "hostname", "ipv4", "ipv6", "password", "uri"];
const PAIRS: [(&str, &str); 3] =
    [("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum")];
const NAMES: &str = "/components/schemas/";

pub(super) fn are_understood(source: &Source) -> Result<()> {
    nodes::schemas(source.value()).try_for_each(|node| {
        // What an error looks like changes no generated code.
        if is_of_an_error(&node.pointer) || node.value.get("$ref").is_some() {
            return is_alias(source, &node.pointer, node.value);
        }
        let named = node.pointer.strip_prefix(NAMES).is_some_and(|name| !name.contains('/'));
        Schema { source, value: node.value, pointer: &node.pointer, named }.is_understood()
    })
}

/// Whether a schema stands in the response of an error, by its operation or among the components.
fn is_of_an_error(pointer: &str) -> bool {
    let parts: Vec<&str> = pointer.split('/').collect();
    match parts.as_slice() {
        ["", "components", "responses", ..] => true,
        ["", "paths", _, _, "responses", status, ..] => !status.starts_with('2'),
        _ => false,
    }
}

fn is_alias(source: &Source, pointer: &str, value: &Value) -> Result<()> {
    let named = pointer.strip_prefix(NAMES).filter(|name| !name.contains('/'));
    let Some(name) = named.filter(|_| value.get("$ref").is_some()) else { return Ok(()) };
    Err(source
        .problem(pointer, format!("schema `{name}` is another name of a schema"))
        .help("refer to that schema, or write this one out"))
}

struct Schema<'a> {
    source: &'a Source,
    value: &'a Value,
    pointer: &'a str,
    named: bool,
}

impl Schema<'_> {
    fn is_understood(&self) -> Result<()> {
        if !self.named {
            self.needs_no_name()?;
        }
        if self.value.get("oneOf").is_some() {
            return self.is_one_of();
        }
        let kind = self.has_type()?;
        self.has_keys_of(kind)?;
        self.may_be_null()?;
        match kind {
            "array" => self.has_items()?,
            "integer" => self.has_bounds_of_its_type()?,
            "object" => self.is_object()?,
            "string" => self.is_text()?,
            _ => {}
        }
        PAIRS.into_iter().try_for_each(|(least, most)| self.is_ordered(least, most))
    }

    fn has_type(&self) -> Result<&'static str> {
        let names = TYPES.map(|(name, _)| name).join(", ");
        let Some(written) = self.value.get("type") else {
            let help = match self.value.get("properties") {
                Some(_) => "add `type: object`".to_owned(),
                None => format!("add `type`, one of {names}"),
            };
            return Err(self.whole("a schema without a type could be anything").help(help));
        };
        let known = TYPES.into_iter().map(|(name, _)| name).find(|name| written == name);
        known.ok_or_else(|| {
            let help = match written.as_str() {
                Some("number") => "write `type: integer`, or `type: string` with a `pattern`".to_owned(),
                _ => format!("write one of {names}"),
            };
            self.problem("type", format!("`type: {}` is not a type that is supported", plain(written)))
                .help(help)
        })
    }

    fn has_keys_of(&self, kind: &str) -> Result<()> {
        let own = TYPES.into_iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, own)| own);
        let keys = self.value.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        let foreign = |key: &&str| {
            !COMMON.contains(key)
                && !own.contains(key)
                && (!key.starts_with("x-") || is_listed(NAMED_ONLY, key))
        };
        let Some(foreign) = keys.into_iter().find(foreign) else { return Ok(()) };
        let help = match TYPES.into_iter().find(|(_, keys)| keys.contains(&foreign)) {
            Some((name, _)) => format!("write `type: {name}`, or leave `{foreign}` out"),
            None => format!("leave `{foreign}` out"),
        };
        Err(self.problem(foreign, format!("`{foreign}` says nothing of type {kind}")).help(help))
    }

    fn needs_no_name(&self) -> Result<()> {
        let kind = self.value.get("type").filter(|kind| *kind == "object");
        let key = NAMED_ONLY.split(' ').find(|key| self.value.get(key).is_some());
        let (key, what) = match (kind, key) {
            (Some(_), _) => ("type", "an object".to_owned()),
            (_, Some(key)) => (key, format!("`{key}`")),
            _ => return Ok(()),
        };
        Err(self
            .problem(key, format!("{what} in a schema without a name has no type in Rust"))
            .help("move the schema to `components/schemas`, and refer to it by `$ref`"))
    }

    /// What may be null is `Option` in Rust, and so is what may be left out: see `usage`.
    fn may_be_null(&self) -> Result<()> {
        if self.value["nullable"] != true {
            return Ok(());
        }
        let is_property =
            self.pointer.rsplit_once('/').is_some_and(|(parent, _)| parent.ends_with("/properties"));
        if !is_property || self.named {
            let message = "`nullable` is supported in a property whose schema stands in its place".to_owned();
            return Err(self.problem("nullable", message).help("leave it out here"));
        }
        if self.value["type"] == "array" {
            let message = "a list that may be null is not supported".to_owned();
            return Err(self.problem("nullable", message).help("let it be optional"));
        }
        Ok(())
    }

    fn has_items(&self) -> Result<()> {
        if self.value.get("items").is_some() {
            return Ok(());
        }
        Err(self.whole("a list needs the schema of its `items`").help("add `items`"))
    }

    fn is_object(&self) -> Result<()> {
        let Some(properties) = self.value.get("properties") else {
            return Err(self
                .whole("an object needs `properties`: objects of any content are not supported")
                .help("list what it may hold"));
        };
        let required = self.value["required"].as_array().into_iter().flatten().enumerate();
        required.into_iter().try_for_each(|(index, name)| {
            if name.as_str().is_some_and(|name| properties.get(name).is_some()) {
                return Ok(());
            }
            let message = format!("`required` names `{}`, which is not a property", plain(name));
            Err(self
                .problem(&format!("required/{index}"), message)
                .help("list it under `properties` of the same schema"))
        })
    }

    fn is_text(&self) -> Result<()> {
        self.has_format(&TEXT_FORMATS, "uuid")?;
        if let Some(pattern) = self.value["pattern"].as_str() {
            self.pattern_compiles(pattern)?;
        }
        let others = ["minLength", "maxLength", "pattern", "x-keep-unreadable"];
        let other = others.into_iter().find(|key| self.value.get(key).is_some());
        let Some(values) = self.value["enum"].as_array() else {
            let bound = other.filter(|_| self.value.get("x-keep-unreadable").is_some());
            return match bound.filter(|bound| *bound != "x-keep-unreadable") {
                None => Ok(()),
                Some(bound) => Err(self
                    .problem(bound, format!("`{bound}` beside `x-keep-unreadable` would not be enforced"))
                    .help(format!("leave `{bound}` out"))),
            };
        };
        if let Some(other) = other {
            return Err(self
                .problem(other, format!("`{other}` says nothing beside `enum`"))
                .help(format!("leave `{other}` out")));
        }
        self.has_variants(values)
    }

    /// Each value of an enumeration becomes a variant, and no two the same.
    fn has_variants(&self, values: &[Value]) -> Result<()> {
        let mut seen = BTreeSet::new();
        if values.is_empty() {
            return Err(self.problem("enum", "`enum` has no value".to_owned()).help("list its values"));
        }
        values.iter().filter_map(Value::as_str).enumerate().try_for_each(|(index, value)| {
            let words = |text: &str| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let words = words(value);
            let help = "choose values that begin with a Latin letter and differ in letters or digits, or write `type: string` and list them in the `description`";
            let what = if !words.starts_with(is_latin) || !words.chars().all(|c| is_latin(c) || c.is_ascii_digit()) {
                "cannot become a variant in Rust"
            } else if !seen.insert(words) {
                "becomes the same variant in Rust as another"
            } else {
                return Ok(());
            };
            Err(self.problem(&format!("enum/{index}"), format!("the value `{value}` {what}")).help(help))
        })
    }

    fn pattern_compiles(&self, pattern: &str) -> Result<()> {
        let Err(error) = Regex::new(pattern) else { return Ok(()) };
        let message = format!("`pattern` is not a regular expression as ECMA-262 has them: {error}");
        Err(self.problem("pattern", message).help("correct it"))
    }

    fn has_format(&self, known: &[&str], last: &str) -> Result<()> {
        let Some(format) = self.value["format"].as_str() else { return Ok(()) };
        if known.contains(&format) || format == last {
            return Ok(());
        }
        let message = format!("`format: {format}` is not supported");
        Err(self
            .problem("format", message)
            .help(format!("write {} or {last}, or leave it out", known.join(", "))))
    }

    fn has_bounds_of_its_type(&self) -> Result<()> {
        self.has_format(&INTEGER_FORMATS[..1], INTEGER_FORMATS[1])?;
        if self.value["format"] != "int32" {
            return Ok(());
        }
        ["minimum", "maximum"].into_iter().try_for_each(|key| {
            let bound = self.value[key].as_i64();
            match bound.filter(|bound| i32::try_from(*bound).is_err()) {
                None => Ok(()),
                Some(bound) => Err(self
                    .problem(key, format!("`{key}: {bound}` does not fit into 32 bits"))
                    .help("write `format: int64`, or another bound")),
            }
        })
    }

    fn is_ordered(&self, least: &str, most: &str) -> Result<()> {
        match (self.value[least].as_i64(), self.value[most].as_i64()) {
            (Some(lower), Some(upper)) if lower > upper => Err(self
                .problem(least, format!("`{least}: {lower}` is greater than `{most}: {upper}`"))
                .help("exchange them")),
            _ => Ok(()),
        }
    }

    /// Cases that one look at a JSON value tells apart.
    fn is_one_of(&self) -> Result<()> {
        let keys = self.value.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        let allowed = ["oneOf", "title", "description", "example", "externalDocs"];
        if let Some(other) = keys.into_iter().find(|key| !allowed.contains(key) && !key.starts_with("x-")) {
            return Err(self
                .problem(other, format!("`{other}` beside `oneOf` is ignored"))
                .help("write it in each of the cases"));
        }
        let cases = self.value["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        if cases.len() < 2 {
            return Err(self
                .problem("oneOf", "`oneOf` needs two cases".to_owned())
                .help("write the schema itself"));
        }
        let mut kinds = BTreeSet::new();
        cases.iter().enumerate().try_for_each(|(index, case)| {
            let target = case["$ref"].as_str().and_then(|target| self.source.value().pointer(&target[1..]));
            let kind = target.unwrap_or(case)["type"].as_str().unwrap_or("oneOf");
            let key = format!("oneOf/{index}");
            if kind == "oneOf" {
                return Err(self
                    .problem(&key, "a case of `oneOf` needs a type of its own".to_owned())
                    .help("list the cases in one `oneOf`, each with its `type`"));
            }
            if kinds.insert(kind) {
                return Ok(());
            }
            Err(self
                .problem(&key, format!("two cases of `oneOf` are of type {kind}: a value could be either"))
                .help("let each case have a type of its own"))
        })
    }

    fn whole(&self, message: &str) -> Problem {
        self.source.problem(self.pointer, message)
    }

    fn problem(&self, key: &str, message: String) -> Problem {
        let key = key.split('/').map(escape).collect::<Vec<_>>().join("/");
        self.source.problem(&format!("{}/{key}", self.pointer), message)
    }
}

/// Letters that no other script has twins of.
fn is_latin(character: char) -> bool {
    character.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&character)
}

/// A value as it is written in YAML, quotation marks left out.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
