//! The facts of the contract, in the order of the file, as the generators ask for them.

use serde_json::{Map, Value};

use super::Contract;
use super::source::escape;
use crate::problem::Result;

/// The methods that the grammar takes.
pub(crate) const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// A host with its token endpoint.
#[derive(Debug)]
pub(crate) struct Server {
    /// The name by which programs select it.
    pub(crate) name: String,
    /// What a person calls it.
    pub(crate) title: String,
    /// The base URL of the API.
    pub(crate) base_url: String,
    /// Where a token for it is obtained.
    pub(crate) token_url: String,
}

/// A schema, or another part that a reference may point to.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// Its name under `components`, which is that of a schema's generated type too; empty where it is written in place.
    pub(crate) name: &'a str,
    /// The schema as written.
    pub(crate) schema: &'a Value,
    /// Its JSON pointer.
    pub(crate) pointer: String,
}

/// The kinds of named schemas, by what writes their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Progenitor writes the type: objects, texts and enumerations.
    Plain,
    /// A whole number, with or without bounds.
    Integer,
    /// A list, with or without bounds.
    List,
    /// One of several types of JSON.
    OneOf,
    /// A text, or a value of another type that was found in its place.
    Unreadable,
}

impl Named<'_> {
    /// What writes the type of this schema.
    pub(crate) fn shape(&self) -> Shape {
        if self.schema.get("oneOf").is_some() {
            return Shape::OneOf;
        }
        match self.schema["type"].as_str() {
            Some("integer") => Shape::Integer,
            Some("array") => Shape::List,
            Some("string") if self.schema["x-keep-unreadable"] == true => Shape::Unreadable,
            _ => Shape::Plain,
        }
    }
}

/// A property of an object schema, with the facts of the schema it refers to.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    /// The name in JSON.
    pub(crate) name: &'a str,
    /// Whether an object without it is invalid.
    pub(crate) required: bool,
    /// The schema, its reference followed.
    pub(crate) schema: Named<'a>,
}

/// A method on a path.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: String,
    /// The HTTP method in capitals.
    pub(crate) method: String,
    /// The path template.
    pub(crate) path: String,
    /// Whether it only reads: by its method, or because `x-reads` says so.
    pub(crate) reads: bool,
    /// The permissions that it needs.
    pub(crate) scopes: Vec<String>,
    /// The status of its success; 0 where there is none, which the rules refuse.
    pub(crate) success: u16,
    /// What it does, in a line.
    pub(crate) summary: String,
    /// Its JSON pointer.
    pub(crate) pointer: String,
}

/// A parameter of an operation.
#[derive(Debug)]
pub(crate) struct Parameter<'a> {
    /// Its name in the request.
    pub(crate) name: &'a str,
    /// Where in the request it stands: `path`, `query` or `header`.
    pub(crate) location: &'a str,
    /// Its JSON pointer.
    pub(crate) pointer: String,
}

impl Contract {
    /// The servers.
    pub(crate) fn servers(&self) -> Result<Vec<Server>> {
        let servers = self.value()["servers"].as_array().map(Vec::as_slice).unwrap_or_default();
        servers.iter().enumerate().map(|(index, server)| self.server(index, server)).collect()
    }

    fn server(&self, index: usize, server: &Value) -> Result<Server> {
        let text = |key: &str| {
            server[key].as_str().map(str::to_owned).ok_or_else(|| {
                let message = format!("a server needs the text `{key}`");
                self.problem(&format!("/servers/{index}"), message)
            })
        };
        Ok(Server {
            name: text("x-environment")?,
            title: text("description")?,
            base_url: text("url")?,
            token_url: text("x-token-url")?,
        })
    }

    /// The named schemas.
    pub(crate) fn schemas(&self) -> Vec<Named<'_>> {
        let entries = entries(&self.value()["components"]["schemas"]);
        let parent = "/components/schemas";
        self.in_file_order(parent, entries)
            .map(|(name, schema)| Named { name, schema, pointer: at(parent, name) })
            .collect()
    }

    /// The fields of a schema: none for one that is not an object.
    pub(crate) fn fields<'a>(&'a self, object: &Named<'a>) -> Vec<Field<'a>> {
        let parent = format!("{}/properties", object.pointer);
        let required = |name: &str| {
            let names = object.schema["required"].as_array();
            names.is_some_and(|names| names.iter().any(|required| required == name))
        };
        self.in_file_order(&parent, entries(&object.schema["properties"]))
            .map(|(name, schema)| Field {
                name,
                required: required(name),
                schema: self.resolve(schema, at(&parent, name)),
            })
            .collect()
    }

    /// The schema or another part at a pointer, or what it refers to: then with the name and the pointer of that.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value, pointer: String) -> Named<'a> {
        let mut resolved = Named { name: "", schema: value, pointer };
        while let Some(pointer) = resolved.schema["$ref"].as_str().and_then(|to| to.strip_prefix('#'))
            && let Some(schema) = self.value().pointer(pointer)
        {
            let name = pointer.rsplit('/').next().unwrap_or(pointer);
            resolved = Named { name, schema, pointer: pointer.to_owned() };
        }
        resolved
    }

    /// The path templates with what stands under them.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&str, &Value)> {
        let paths = entries(&self.value()["paths"]).filter(|(path, _)| !path.starts_with("x-"));
        self.in_file_order("/paths", paths)
    }

    /// The operations.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.paths()
            .flat_map(|(path, item)| {
                METHODS.into_iter().filter_map(move |method| {
                    item.get(method).map(|operation| self.operation(path, method, operation))
                })
            })
            .collect()
    }

    fn operation(&self, path: &str, method: &str, operation: &Value) -> Operation {
        let text = |key: &str| operation[key].as_str().unwrap_or_default().to_owned();
        Operation {
            id: text("operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            reads: method == "get" || operation["x-reads"] == true,
            scopes: self.scopes(operation),
            success: successes(&operation["responses"]).first().copied().unwrap_or_default(),
            summary: text("summary"),
            pointer: format!("{}/{method}", at("/paths", path)),
        }
    }

    /// The permissions of an operation, or those of the whole document where it names none.
    fn scopes(&self, operation: &Value) -> Vec<String> {
        let security = operation.get("security").unwrap_or(&self.value()["security"]);
        let requirements = security.as_array().map(Vec::as_slice).unwrap_or_default();
        requirements
            .iter()
            .flat_map(entries)
            .flat_map(|(_, scopes)| scopes.as_array().map(Vec::as_slice).unwrap_or_default())
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// The parameters of an operation, references followed: its own, and those of its path.
    pub(crate) fn parameters(&self, operation: &Operation) -> Vec<Parameter<'_>> {
        let mut parameters = self.parameters_at(&operation.pointer);
        parameters.extend(self.parameters_at(&at("/paths", &operation.path)));
        parameters
    }

    fn parameters_at(&self, owner: &str) -> Vec<Parameter<'_>> {
        let parent = format!("{owner}/parameters");
        let items = self.value().pointer(&parent).and_then(Value::as_array);
        let items = items.map(Vec::as_slice).unwrap_or_default();
        let parameters = items.iter().enumerate().map(|(index, item)| {
            let Named { schema: value, pointer, .. } = self.resolve(item, format!("{parent}/{index}"));
            let text = |key: &str| value[key].as_str().unwrap_or_default();
            Parameter { name: text("name"), location: text("in"), pointer }
        });
        parameters.collect()
    }

    /// Values keep their keys sorted; people wrote them in an order that says something.
    fn in_file_order<'a>(
        &self,
        parent: &str,
        entries: impl Iterator<Item = (&'a str, &'a Value)>,
    ) -> std::vec::IntoIter<(&'a str, &'a Value)> {
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_cached_key(|(name, _)| self.source.position(&at(parent, name)));
        entries.into_iter()
    }
}

/// The statuses of success among the responses of an operation; a range such as `2XX` is none.
pub(super) fn successes(responses: &Value) -> Vec<u16> {
    let statuses = entries(responses).filter_map(|(status, _)| status.parse().ok());
    statuses.filter(|status| (200..300).contains(status)).collect()
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

/// The JSON pointer of what stands under a name.
pub(super) fn at(parent: &str, name: &str) -> String {
    format!("{parent}/{}", escape(name))
}
