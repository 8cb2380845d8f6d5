//! Operations: each names its permission, takes at most one JSON body, and succeeds in one way.

use serde_json::{Map, Value};

use crate::contract::model::{at, successes};
use crate::contract::{Contract, Named, Operation};
use crate::problem::{Problem, Result};

const JSON: &str = "application/json";
/// Successes that a client can tell apart from a redirect or a part of a value.
const SUCCESSES: [u16; 4] = [200, 201, 202, 204];

pub(super) fn are_usable(contract: &Contract) -> Result<()> {
    let operations = contract.operations();
    if operations.is_empty() {
        return Err(contract
            .problem("/paths", "the contract has no operation")
            .help("add one under `paths`"));
    }
    operations.iter().try_for_each(|operation| OperationRules { contract, operation }.hold())
}

struct OperationRules<'a> {
    contract: &'a Contract,
    operation: &'a Operation,
}

impl OperationRules<'_> {
    fn hold(&self) -> Result<()> {
        self.has_permission()?;
        self.has_declared_tags()?;
        self.may_say_that_it_reads()?;
        self.has_one_body()?;
        self.has_one_success()
    }

    fn has_permission(&self) -> Result<()> {
        let own = format!("{}/security", self.operation.pointer);
        let pointer =
            if self.contract.value().pointer(&own).is_some() { own } else { "/security".to_owned() };
        let alternatives = self.contract.value().pointer(&pointer).and_then(Value::as_array);
        let alternatives = alternatives.map(Vec::as_slice).unwrap_or_default();
        let schemes = alternatives.first().and_then(Value::as_object);
        let id = &self.operation.id;
        if alternatives.len() > 1 {
            return Err(self
                .problem(&format!("{pointer}/1"), "names several alternatives of permissions")
                .help("keep one: a token is asked for with it"));
        }
        let Some((scheme, _)) = schemes.and_then(|schemes| schemes.iter().next()) else {
            return Err(self.no_permission());
        };
        if schemes.is_some_and(|schemes| schemes.len() > 1) {
            return Err(self
                .problem(&format!("{pointer}/0"), "needs several security schemes at once")
                .help("keep one: a request has one token"));
        }
        let declared = self.contract.value().pointer(&at("/components/securitySchemes", scheme));
        let Some(declared) = declared else {
            return Err(self
                .contract
                .problem(
                    &format!("{pointer}/0/{scheme}"),
                    format!("security scheme `{scheme}` of operation `{id}` is not declared"),
                )
                .help("declare it under `components/securitySchemes`"));
        };
        if self.operation.scopes.is_empty() {
            return Err(self.no_permission());
        }
        let known = declared["flows"]["clientCredentials"]["scopes"].as_object();
        let unknown = |scope: &&String| known.is_none_or(|known| !known.contains_key(*scope));
        match self.operation.scopes.iter().position(|scope| unknown(&scope)) {
            None => Ok(()),
            Some(index) => Err(self
                .contract
                .problem(
                    &format!("{pointer}/0/{scheme}/{index}"),
                    format!(
                        "permission `{}` of operation `{id}` is not declared",
                        self.operation.scopes[index]
                    ),
                )
                .help(format!("list it under `scopes` of `components/securitySchemes/{scheme}`"))),
        }
    }

    fn no_permission(&self) -> Problem {
        self.problem(&self.operation.pointer, "names no permission")
            .help("add `security: [{oauth2: [the.permission]}]`")
    }

    fn has_declared_tags(&self) -> Result<()> {
        let tags = self.part("tags").and_then(Value::as_array).into_iter().flatten();
        let declared = self.contract.value()["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        tags.enumerate().try_for_each(|(index, tag)| {
            if declared.iter().any(|declared| declared["name"] == *tag) {
                return Ok(());
            }
            let pointer = format!("{}/tags/{index}", self.operation.pointer);
            Err(self
                .problem(&pointer, &format!("has the tag {tag}, which is not declared"))
                .help("write a declared one, or declare it under `tags` of the document"))
        })
    }

    fn may_say_that_it_reads(&self) -> Result<()> {
        if self.part("x-reads").is_none() || self.operation.method == "POST" {
            return Ok(());
        }
        let pointer = format!("{}/x-reads", self.operation.pointer);
        let message = format!("says `x-reads`, which has no meaning for {}", self.operation.method);
        Err(self
            .problem(&pointer, &message)
            .help("leave it out: GET only reads, and the others change something"))
    }

    fn has_one_body(&self) -> Result<()> {
        let Some(body) = self.part("requestBody") else { return Ok(()) };
        let pointer = format!("{}/requestBody", self.operation.pointer);
        if matches!(self.operation.method.as_str(), "GET" | "DELETE") {
            let message = format!("has a body, and {} has none", self.operation.method);
            return Err(self.problem(&pointer, &message).help("use parameters, or another method"));
        }
        let body = self.contract.resolve(body, pointer);
        if body.schema["required"] != true {
            return Err(self
                .problem(&body.pointer, "may have a body or none")
                .help("add `required: true`; an object without required properties is sent as `{}`"));
        }
        self.is_named_json("its body", &body)
    }

    /// The generated call gives one type of value, and the SDK calls one status a success.
    fn has_one_success(&self) -> Result<()> {
        let pointer = format!("{}/responses", self.operation.pointer);
        let none = Map::new();
        let responses = self.part("responses").and_then(Value::as_object).unwrap_or(&none);
        for status in responses.keys().filter(|status| !status.starts_with("x-")) {
            let listed = status.parse::<u16>().is_ok_and(|code| (200..600).contains(&code));
            if !listed || status.len() != 3 {
                return Err(self
                    .problem(
                        &at(&pointer, status),
                        &format!("has the response `{status}`, which is no status"),
                    )
                    .help("list each status by its number, from 200 to 599"));
            }
        }
        let statuses = successes(&Value::Object(responses.clone()));
        let found = match statuses.as_slice() {
            [status] => return self.is_success(*status, &format!("{pointer}/{status}")),
            [] => "no success".to_owned(),
            several => {
                let listed: Vec<_> = several.iter().map(ToString::to_string).collect();
                format!("{} successes ({})", several.len(), listed.join(", "))
            }
        };
        Err(self
            .problem(&pointer, &format!("has {found} among its responses"))
            .help("list exactly one status of 2xx"))
    }

    fn is_success(&self, status: u16, pointer: &str) -> Result<()> {
        if !SUCCESSES.contains(&status) {
            return Err(self
                .problem(pointer, &format!("succeeds with {status}"))
                .help("only 200, 201, 202 and 204 are successes that are supported"));
        }
        let Some(response) = self.contract.value().pointer(pointer) else { return Ok(()) };
        let pointer = pointer.to_owned();
        let response = self.contract.resolve(response, pointer);
        let content = format!("{}/content", response.pointer);
        if response.schema.get("content").is_none() {
            return Ok(());
        }
        if status == 204 {
            return Err(self.problem(&content, "has a body in its 204, which has none").help("write 200"));
        }
        self.is_named_json("its success", &response)
    }

    /// A body or a response whose one content is JSON, with a schema that has a name.
    fn is_named_json(&self, what: &str, owner: &Named<'_>) -> Result<()> {
        let content = format!("{}/content", owner.pointer);
        let types = owner.schema["content"].as_object();
        let types: Vec<&str> = types.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        if types != [JSON] {
            let found = types.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
            let pointer =
                types.iter().find(|name| **name != JSON).map_or(content.clone(), |name| at(&content, name));
            return Err(self
                .problem(&pointer, &format!("has {found} as {what}"))
                .help(format!("write `{JSON}` alone")));
        }
        let schema = format!("{content}/application~1json/schema");
        match self.contract.value().pointer(&schema) {
            Some(found) if found.get("$ref").is_some() => Ok(()),
            Some(_) => Err(self
                .problem(&schema, &format!("has a schema without a name for {what}"))
                .help("move it to `components/schemas`, and refer to it by `$ref`")),
            None => Err(self
                .problem(&format!("{content}/application~1json"), &format!("has no schema for {what}"))
                .help("add `schema` with a `$ref` to one of `components/schemas`")),
        }
    }

    fn part(&self, key: &str) -> Option<&Value> {
        self.contract.value().pointer(&format!("{}/{key}", self.operation.pointer))
    }

    fn problem(&self, pointer: &str, what: &str) -> Problem {
        self.contract.problem(pointer, format!("operation `{}` {what}", self.operation.id))
    }
}
