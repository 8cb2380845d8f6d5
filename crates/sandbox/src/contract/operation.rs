//! One operation of the contract, compiled.

use hyper::{Method, StatusCode};
use serde_json::Value;

use crate::contract::document::{Document, elements, entries};
use crate::contract::route::Route;
use crate::contract::schema::{Schema, Violation};

/// An operation: its route, what it takes, the scopes that may call it and its status of success.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) route: Route,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// Alternatives, as `OpenAPI` has them, though the contract has one alone: a token fits that has every scope of one of
    /// them. None: no token is needed.
    pub(crate) scopes: Vec<Vec<String>>,
    /// The one status of success.
    pub(crate) success: StatusCode,
}

/// Where in a request a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterLocation {
    Path,
    Query,
    Header,
}

/// A parameter of the URL or a header.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: ParameterLocation,
    required: bool,
    schema: Schema,
}

/// The body that an operation takes.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    media: Vec<(String, Schema)>,
}

impl Operation {
    /// Compiles what stands at `method` of a path item; errors say what is wrong, not where.
    pub(crate) fn compile(
        document: &Document,
        (path, item): (&str, &Value),
        (method, value): (Method, &Value),
    ) -> Result<Self, String> {
        let route = Route::parse(&format!("{}{path}", document.base_path()?))?;
        let parameters = elements(&item["parameters"])
            .chain(elements(&value["parameters"]))
            .map(|parameter| Parameter::compile(document, parameter))
            .collect::<Result<_, _>>()?;
        let id = value["operationId"].as_str().ok_or("no operationId")?;
        let operation = Self {
            id: id.to_owned(),
            method,
            route,
            parameters,
            body: Body::compile(document, &value["requestBody"])?,
            scopes: scopes(document, value),
            success: success(&value["responses"])?,
        };
        operation.declares_its_path().map(|()| operation)
    }

    /// A parameter of the template that nothing describes would go unchecked.
    fn declares_its_path(&self) -> Result<(), String> {
        let described = |name: &str| {
            let mut parameters = self.parameters.iter();
            parameters.any(|p| p.place == ParameterLocation::Path && p.name == name)
        };
        match self.route.parameters().find(|name| !described(name)) {
            Some(name) => Err(format!("nothing describes the path parameter {name}")),
            None => Ok(()),
        }
    }
}

impl Parameter {
    fn compile(document: &Document, value: &Value) -> Result<Self, String> {
        let value = document.resolve(value)?;
        let name = value["name"].as_str().ok_or("a parameter without a name")?;
        let place = match value["in"].as_str() {
            Some("path") => ParameterLocation::Path,
            Some("query") => ParameterLocation::Query,
            Some("header") => ParameterLocation::Header,
            // Better no sandbox than one that lets pass what it cannot check.
            _ => return Err(format!("parameter {name}: only path, query and header are known")),
        };
        let schema = Schema::compile(&value["schema"], document.at("/components"))
            .map_err(|error| format!("parameter {name}: {error}"))?;
        Ok(Self { name: name.to_owned(), place, required: value["required"] == true, schema })
    }

    /// What the values given under this parameter's name have against its schema.
    pub(crate) fn violations(&self, given: &[&str]) -> Vec<Violation> {
        if given.is_empty() && self.required {
            return vec![Violation {
                code: "required".to_owned(),
                field: self.name.clone(),
                message: format!("the parameter {} is required", self.name),
            }];
        }
        let each = given.iter();
        each.flat_map(|text| self.schema.text_violations(text, &self.name)).collect()
    }
}

impl Body {
    fn compile(document: &Document, value: &Value) -> Result<Option<Self>, String> {
        let value = document.resolve(value)?;
        let media = entries(&value["content"])
            .map(|(media, content)| {
                Schema::compile(&content["schema"], document.at("/components"))
                    .map(|schema| (media.to_ascii_lowercase(), schema))
                    .map_err(|error| format!("the body as {media}: {error}"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(value.is_object().then_some(Self { required: value["required"] == true, media }))
    }

    /// The schema for a media type, which is given without its parameters; case does not matter.
    pub(crate) fn schema(&self, media_type: &str) -> Option<&Schema> {
        let mut media = self.media.iter();
        media.find(|(name, _)| name.eq_ignore_ascii_case(media_type)).map(|(_, schema)| schema)
    }

    /// The media types that are taken, for a message.
    pub(crate) fn media_types(&self) -> String {
        let names: Vec<&str> = self.media.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }
}

/// The operation's own requirements replace the document's, as `OpenAPI` has it.
fn scopes(document: &Document, operation: &Value) -> Vec<Vec<String>> {
    let own = &operation["security"];
    let security = if own.is_null() { document.at("/security") } else { own };
    elements(security)
        .map(|requirement| {
            entries(requirement)
                .flat_map(|(_, scopes)| elements(scopes))
                .filter_map(|scope| scope.as_str().map(str::to_owned))
                .collect()
        })
        .collect()
}

fn success(responses: &Value) -> Result<StatusCode, String> {
    let mut found =
        entries(responses).filter_map(|(status, _)| status.parse().ok()).filter(StatusCode::is_success);
    match (found.next(), found.next()) {
        (Some(status), None) => Ok(status),
        _ => Err("there must be exactly one status of success".to_owned()),
    }
}
