//! Keys and the form of their values: each is one of the grammar's.

use serde_json::{Map, Value};

use crate::contract::grammar::{Form, Object};
use crate::contract::nodes::{Node, nodes};
use crate::contract::source::{Source, escape};
use crate::problem::{Problem, Result};

/// Extensions of this project; each has its place.
const EXTENSIONS: [&str; 4] = ["x-environment", "x-token-url", "x-reads", "x-keep-unreadable"];

pub(super) fn are_known(source: &Source) -> Result<()> {
    let nodes = nodes(source.value());
    nodes.iter().try_for_each(|node| CheckedObject { source, node }.is_known())
}

struct CheckedObject<'a> {
    source: &'a Source,
    node: &'a Node<'a>,
}

impl CheckedObject<'_> {
    fn is_known(&self) -> Result<()> {
        let Some(entries) = self.node.value.as_object() else {
            let message =
                format!("{} must be an object, found {}", self.object().what, found(self.node.value));
            return Err(self.source.problem(&self.node.pointer, message).help(self.listed()));
        };
        if entries.contains_key("$ref") && self.object().section.is_some() {
            return self.is_reference(entries);
        }
        entries.iter().try_for_each(|(key, value)| match self.form(key) {
            Some(form) => self.has_form(key, value, form),
            None => self.is_extension(key),
        })?;
        self.object().required.iter().try_for_each(|key| self.has(entries, key))
    }

    fn object(&self) -> &'static Object {
        self.node.object
    }

    fn form(&self, key: &str) -> Option<Form> {
        self.object().keys.iter().find(|(known, _)| *known == key).map(|(_, form)| *form)
    }

    fn is_reference(&self, entries: &Map<String, Value>) -> Result<()> {
        let other = entries.keys().find(|key| *key != "$ref" && !key.starts_with("x-"));
        let Some(other) = other else { return self.has_form("$ref", &entries["$ref"], Form::Text) };
        Err(self
            .problem(other, format!("`{other}` beside a `$ref` is ignored"))
            .help("write it in what is referred to"))
    }

    fn is_extension(&self, key: &str) -> Result<()> {
        let near = EXTENSIONS.into_iter().find(|known| strsim::damerau_levenshtein(known, key) <= 2);
        if !key.starts_with("x-") {
            return Err(self.unknown(key));
        }
        let Some(near) = near else { return Ok(()) };
        if key != near {
            return Err(self
                .problem(key, format!("`{key}` is no key of this project"))
                .help(format!("write `{near}`, or a name that resembles it less")));
        }
        let owner = match near {
            "x-reads" => "an operation",
            "x-keep-unreadable" => "a schema with a name",
            _ => "a server",
        };
        Err(self
            .problem(key, format!("`{key}` has no meaning in {}", self.object().what))
            .help(format!("write it in {owner}")))
    }

    fn unknown(&self, key: &str) -> Problem {
        let object = self.object();
        if let Some((_, advice)) = object.refused.iter().find(|(refused, _)| *refused == key) {
            return self.problem(key, format!("`{key}` of {} is not supported", object.what)).help(*advice);
        }
        let mut known: Vec<&str> = object.keys.iter().map(|(key, _)| *key).collect();
        known.extend(object.refused.iter().map(|(key, _)| *key));
        let near = known.into_iter().min_by_key(|known| distance(known, key));
        let help = match near.filter(|near| distance(near, key) <= 2) {
            Some(near) => format!("write `{near}`"),
            None => self.listed(),
        };
        self.problem(key, format!("`{key}` is not a key of {} in OpenAPI 3.0", object.what)).help(help)
    }

    fn listed(&self) -> String {
        let keys: Vec<&str> = self.object().keys.iter().map(|(key, _)| *key).collect();
        format!("its keys are {}", keys.join(", "))
    }

    fn has(&self, entries: &Map<String, Value>, key: &str) -> Result<()> {
        if entries.contains_key(key) {
            return Ok(());
        }
        let message = format!("{} needs `{key}`", self.object().what);
        Err(self.source.problem(&self.node.pointer, message).help(format!("add `{key}`")))
    }

    fn has_form(&self, key: &str, value: &Value, form: Form) -> Result<()> {
        let expected = match (form, value) {
            (Form::Text, Value::String(text)) if text.trim().is_empty() => "text that is not blank",
            (Form::Map(_), Value::Object(entries)) if entries.is_empty() => "at least one entry",
            (Form::Open, Value::Object(entries)) if entries.is_empty() => return Ok(()),
            (Form::Word(words, listed), value) => {
                if words.iter().any(|word| value == word) {
                    return Ok(());
                }
                listed
            }
            (Form::Text, Value::String(_))
            | (Form::Flag | Form::Open, Value::Bool(_))
            | (Form::True, Value::Bool(true))
            | (Form::Sample | Form::One(_), _)
            | (Form::List(_), Value::Array(_))
            | (Form::Map(_), Value::Object(_)) => return Ok(()),
            (Form::Count, value) if value.as_u64().is_some_and(|count| u32::try_from(count).is_ok()) => {
                return Ok(());
            }
            (Form::Whole, value) if value.as_i64().is_some() => return Ok(()),
            (Form::Texts, Value::Array(items)) => return self.are_texts(key, items),
            (Form::TextMap, Value::Object(entries)) if entries.values().all(Value::is_string) => {
                return Ok(());
            }
            (Form::Requirements, Value::Array(items)) if items.iter().all(is_requirement) => return Ok(()),
            (Form::Text, _) => "text",
            (Form::Flag, _) => "true or false",
            (Form::True, _) => "true, or be left out",
            (Form::Open, _) => "true, false, or {} to keep what is not known",
            (Form::Count, _) => "a whole number from 0 to 4294967295",
            (Form::Whole, _) => "a whole number of 64 bits",
            (Form::Texts, _) => "a list of texts",
            (Form::TextMap, _) => "texts by name",
            (Form::Requirements, _) => "a list such as `[{oauth2: [the.permission]}]`",
            (Form::List(_), _) => "a list",
            (Form::Map(_), _) => "an object",
        };
        let message = format!("`{key}` of {} must be {expected}, found {}", self.object().what, found(value));
        Err(self.problem(key, message).help(format!("write {expected}")))
    }

    fn are_texts(&self, key: &str, items: &[Value]) -> Result<()> {
        let other = items.iter().position(|item| !item.is_string());
        let twice = (1..items.len()).find(|&index| items[..index].contains(&items[index]));
        let (index, what, help) = match (other, twice) {
            (Some(index), _) => (index, "must be text", "put quotes around it"),
            (None, Some(index)) => (index, "stands there twice", "remove one of them"),
            (None, None) => return Ok(()),
        };
        let message = format!("{} in `{key}` of {} {what}", found(&items[index]), self.object().what);
        let pointer = format!("{}/{key}/{index}", self.node.pointer);
        Err(self.source.problem(&pointer, message).help(help))
    }

    fn problem(&self, key: &str, message: String) -> Problem {
        self.source.problem(&format!("{}/{}", self.node.pointer, escape(key)), message)
    }
}

fn is_requirement(value: &Value) -> bool {
    let texts = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    value.as_object().is_some_and(|schemes| schemes.values().all(texts))
}

fn distance(known: &str, key: &str) -> usize {
    if known.eq_ignore_ascii_case(key) { 0 } else { strsim::damerau_levenshtein(known, key) }
}

/// A value as a message names it.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
        Value::String(text) => format!("the text `{text}`"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
