//! Paths and parameters: each parameter has one place, one value and a schema that its place can hold.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::traversal;
use crate::contract::model::at;
use crate::contract::{Contract, Named, Operation, Parameter, Shape};
use crate::is_listed;
use crate::problem::{Problem, Result};

/// Headers that the client, the HTTP library or a proxy sets.
const OWN_HEADERS: &str = "\
    accept accept-encoding api-version authorization connection content-encoding content-length content-type \
    cookie expect host keep-alive proxy-authorization te trailer transfer-encoding upgrade user-agent via date";

pub(super) fn are_usable(contract: &Contract) -> Result<()> {
    let mut shapes = BTreeMap::new();
    for (path, _) in contract.paths() {
        let pointer = at("/paths", path);
        is_plain(contract, path, &pointer)?;
        let shape: Vec<&str> =
            path.split('/').map(|segment| name(segment).map_or(segment, |_| "{}")).collect();
        if let Some(twin) = shapes.insert(shape, path) {
            let message = format!("path `{path}` has the shape of `{twin}`: a request would fit both");
            return Err(contract.problem(&pointer, message).help("keep one of them, with all methods"));
        }
    }
    let flaws = Flaws::default();
    contract.operations().iter().try_for_each(|operation| parameters(contract, operation, &flaws))
}

/// A path of plain segments and of parameters that are whole segments, each of them once.
fn is_plain(contract: &Contract, path: &str, pointer: &str) -> Result<()> {
    let refuse = |what: &str, help: &str| {
        Err(contract.problem(pointer, format!("path `{path}` {what}")).help(help.to_owned()))
    };
    let Some(rest) = path.strip_prefix('/') else {
        return refuse("does not start with a slash", &format!("write `/{path}`"));
    };
    let mut names = BTreeSet::new();
    for segment in rest.split('/') {
        if let Some(name) = name(segment) {
            if !names.insert(name) {
                return refuse(&format!("has `{{{name}}}` twice"), "give each segment a name of its own");
            }
        } else if segment.is_empty() {
            return refuse("has an empty segment", "write one slash between segments, and none at the end");
        } else if segment.contains(['{', '}']) {
            let help = "let a parameter be a whole segment, such as `/{name}/`";
            return refuse(&format!("mixes text and parameters in `{segment}`"), help);
        } else if !segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
            || [".", ".."].contains(&segment)
        {
            let help = "use letters, digits and `-._~`, and no segment of dots alone; a query is written as parameters";
            return refuse(&format!("has the segment `{segment}`, which URLs read otherwise"), help);
        }
    }
    Ok(())
}

/// The name in a segment that is a parameter.
fn name(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}'])).then_some(name)
}

fn parameters(contract: &Contract, operation: &Operation, flaws: &Flaws) -> Result<()> {
    let parameters = contract.parameters(operation);
    let twice = parameters.iter().enumerate().find(|(index, parameter)| {
        parameters[..*index]
            .iter()
            .any(|other| (other.name, other.location) == (parameter.name, parameter.location))
    });
    if let Some((_, parameter)) = twice {
        let message =
            format!("parameter `{}` of operation `{}` is written twice", parameter.name, operation.id);
        return Err(contract
            .problem(&parameter.pointer, message)
            .help("write it once, for the path or the operation"));
    }
    let in_template: BTreeSet<&str> = operation.path.split('/').filter_map(name).collect();
    let declared: BTreeSet<&str> = parameters
        .iter()
        .filter(|parameter| parameter.location == "path")
        .map(|parameter| parameter.name)
        .collect();
    if let Some(name) = in_template.difference(&declared).next() {
        let message = format!("operation `{}` does not describe `{{{name}}}` of its path", operation.id);
        let help = format!("add a parameter `{name}` with `in: path`");
        return Err(contract.problem(&operation.pointer, message).help(help));
    }
    parameters.iter().try_for_each(|parameter| {
        if parameter.location == "path" && !in_template.contains(parameter.name) {
            let message = format!("parameter `{}` is not in the path `{}`", parameter.name, operation.path);
            let help = format!("write `{{{}}}` as a segment of the path, or `in: query`", parameter.name);
            return Err(contract.problem(&parameter.pointer, message).help(help));
        }
        ParameterRules { contract, parameter, flaws }.hold()
    })
}

/// What each pattern could do to a path: many parameters share one.
type Flaws = RefCell<BTreeMap<String, Option<String>>>;

struct ParameterRules<'a> {
    contract: &'a Contract,
    parameter: &'a Parameter<'a>,
    flaws: &'a Flaws,
}

impl ParameterRules<'_> {
    fn hold(&self) -> Result<()> {
        let pointer = format!("{}/schema", self.parameter.pointer);
        let value = &self.contract.value();
        let Some(schema) = value.pointer(&pointer) else { return Ok(()) };
        let schema = self.contract.resolve(schema, pointer);
        match self.parameter.location {
            "path" => self.fits_path(&schema),
            "header" => self.is_portable().and_then(|()| self.is_scalar(&schema)),
            _ => self.is_scalar(&schema),
        }
    }

    fn fits_path(&self, schema: &Named<'_>) -> Result<()> {
        let required = self.contract.value().pointer(&format!("{}/required", self.parameter.pointer));
        if required.is_none_or(|required| *required != true) {
            let what = "is in the path and not required";
            return Err(self.problem("required", what).help("write `required: true`"));
        }
        match (schema.shape(), schema.schema["type"].as_str(), schema.schema["pattern"].as_str()) {
            (Shape::Integer, ..) => Ok(()),
            (Shape::Plain, Some("string"), Some(pattern)) => match self.flaw(pattern) {
                None => Ok(()),
                Some(flaw) => Err(self
                    .contract
                    .problem(
                        &format!("{}/pattern", schema.pointer),
                        format!("`pattern` of path parameter `{}` {flaw}", self.parameter.name),
                    )
                    .help("write `^`, the characters that are allowed in `[]` with `+` or a count, and `$`; leave out `/\\?#%`, white space, and texts of dots alone")),
            },
            (Shape::Plain, Some("string"), None) => Err(self
                .problem("schema", "is text in a path without a `pattern`: `..` would reach another route")
                .help("refer to a named schema with a `pattern` such as `^[A-Za-z0-9-]+$`")),
            _ => Err(self
                .problem("schema", "is in the path and neither text nor a whole number")
                .help("write `type: string` with a `pattern`, or `type: integer`")),
        }
    }

    fn flaw(&self, pattern: &str) -> Option<String> {
        let mut flaws = self.flaws.borrow_mut();
        flaws.entry(pattern.to_owned()).or_insert_with(|| traversal::flaw(pattern)).clone()
    }

    fn is_scalar(&self, schema: &Named<'_>) -> Result<()> {
        match (schema.shape(), schema.schema["type"].as_str()) {
            (Shape::Integer, _) | (Shape::Plain, Some("string" | "boolean")) => Ok(()),
            (_, found) => Err(self
                .problem("schema", &format!("is of type {}", found.unwrap_or("`oneOf`")))
                .help("write `type: string`, `integer` or `boolean`; send lists and objects in a body")),
        }
    }

    /// A header that every HTTP library takes and that a sender may set.
    fn is_portable(&self) -> Result<()> {
        let name = self.parameter.name;
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !plain || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Err(self
                .problem("name", "is no portable name of a header")
                .help("start it with a letter, and use letters, digits and hyphens"));
        }
        if is_listed(OWN_HEADERS, &name.to_ascii_lowercase()) {
            return Err(self
                .problem("name", "is a header that the client sets itself")
                .help("leave it out; tokens come from `security`, media types from `content`"));
        }
        Ok(())
    }

    fn problem(&self, key: &str, what: &str) -> Problem {
        let message = format!("parameter `{}` {what}", self.parameter.name);
        self.contract.problem(&format!("{}/{key}", self.parameter.pointer), message)
    }
}
