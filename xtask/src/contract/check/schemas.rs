//! Schemas: every keyword is one that `OpenAPI` 3.0 has and that this project translates.
//!
//! The parser overlooks what it does not know, and a limit with a misspelt keyword would be no limit.

use regress::Regex;
use serde_json::{Map, Value};

use super::keywords;
use crate::contract::nodes;
use crate::contract::source::{Source, escape};
use crate::problem::{Problem, Result};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
const COUNTS: [&str; 6] =
    ["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"];
/// Keywords whose meaning JSON Schema spells otherwise.
const UNTRANSLATED: [&str; 3] = ["nullable", "exclusiveMaximum", "exclusiveMinimum"];

pub(super) fn are_understood(source: &Source) -> Result<()> {
    nodes::schemas(source.value()).try_for_each(|node| {
        let Some(keywords) = node.value.as_object() else { return Ok(()) };
        Schema { source, keywords, pointer: &node.pointer }.is_understood()
    })
}

struct Schema<'a> {
    source: &'a Source,
    keywords: &'a Map<String, Value>,
    pointer: &'a str,
}

impl Schema<'_> {
    fn is_understood(&self) -> Result<()> {
        if self.keywords.contains_key("$ref") {
            return self.stands_alone();
        }
        self.keywords.keys().try_for_each(|keyword| self.is_known(keyword))?;
        self.keywords.iter().try_for_each(|(keyword, value)| match (keyword.as_str(), value) {
            ("type", value) => self.type_is_known(value),
            ("pattern", value) => self.pattern_compiles(value),
            ("required", Value::Array(names)) => names.iter().try_for_each(|name| self.has_property(name)),
            (keyword, value) if COUNTS.contains(&keyword) => self.is_count(keyword, value),
            (keyword, Value::Bool(true)) if UNTRANSLATED.contains(&keyword) => {
                Err(self.problem(keyword, format!("`{keyword}` is not translated to JSON Schema yet")))
            }
            _ => Ok(()),
        })
    }

    fn stands_alone(&self) -> Result<()> {
        let other = self.keywords.keys().find(|keyword| *keyword != "$ref" && !keyword.starts_with("x-"));
        let Some(other) = other else { return Ok(()) };
        Err(self
            .problem(other, format!("`{other}` beside a `$ref` is ignored"))
            .help("write it in the schema that is referred to"))
    }

    fn is_known(&self, keyword: &str) -> Result<()> {
        if keywords::is_known(keyword) {
            return Ok(());
        }
        let help = match keywords::meant(keyword) {
            Some(meant) => format!("write `{meant}`"),
            None => "take it out, or let its name start with `x-`".to_owned(),
        };
        let message = format!("`{keyword}` is not a keyword of a schema in OpenAPI 3.0");
        Err(self.problem(keyword, message).help(help))
    }

    fn type_is_known(&self, value: &Value) -> Result<()> {
        if value.as_str().is_some_and(|name| TYPES.contains(&name)) {
            return Ok(());
        }
        let message = format!("`type: {}` is not a type of OpenAPI 3.0", plain(value));
        Err(self.problem("type", message).help(format!("write one of {}", TYPES.join(", "))))
    }

    fn pattern_compiles(&self, value: &Value) -> Result<()> {
        let reason = match value.as_str().map(Regex::new) {
            Some(Ok(_)) => return Ok(()),
            Some(Err(error)) => error.to_string(),
            None => "it is not text".to_owned(),
        };
        let message = format!("`pattern` is not a regular expression as ECMA-262 has them: {reason}");
        Err(self.problem("pattern", message))
    }

    fn has_property(&self, name: &Value) -> Result<()> {
        let properties = self.keywords.get("properties");
        if name.as_str().is_some_and(|name| properties.is_some_and(|known| known.get(name).is_some())) {
            return Ok(());
        }
        let message = format!("`required` names `{}`, which is not a property", plain(name));
        Err(self.problem("required", message).help("list it under `properties` of the same schema"))
    }

    fn is_count(&self, keyword: &str, value: &Value) -> Result<()> {
        // Progenitor keeps 32 bits, and would leave out the check of a greater one.
        if value.as_u64().is_some_and(|count| u32::try_from(count).is_ok()) {
            return Ok(());
        }
        Err(self.problem(
            keyword,
            format!("`{keyword}: {}` is not a whole number from 0 to {}", plain(value), u32::MAX),
        ))
    }

    fn problem(&self, keyword: &str, message: String) -> Problem {
        self.source.problem(&format!("{}/{}", self.pointer, escape(keyword)), message)
    }
}

/// A value as it is written in YAML, quotation marks left out.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
