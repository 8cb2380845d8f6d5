//! The contract's compilation, on a document that shares nothing with the shipped one.

use hyper::{Method, StatusCode};

use super::{Contract, Lookup};
use crate::contract::operation::Operation;

const OTHER: &str = "
servers: [{ url: 'https://h/base', x-token-url: 'https://i/token' }]
security: [{ app: [read] }]
paths:
  /things/{id}:
    parameters: [{ $ref: '#/components/parameters/Id' }]
    get:
      operationId: readThing
      parameters:
        - { name: page, in: query, required: true, schema: { type: integer, minimum: 1 } }
      responses: { '200': {}, '404': {} }
    post:
      operationId: changeThing
      security: [{ app: [write, read] }, { app: [all] }]
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '202': {} }
  /things/all:
    get: { operationId: listThings, security: [], responses: { '200': {} } }
components:
  parameters:
    Id: { name: id, in: path, required: true, schema: { $ref: '#/components/schemas/Id' } }
  schemas: { Id: { type: string, maxLength: 3 } }
  securitySchemes:
    app: { flows: { clientCredentials: { scopes: { read: r, write: w, all: a } } } }
";

fn other() -> Contract {
    Contract::parse(OTHER).unwrap()
}

fn found<'a>(contract: &'a Contract, method: &Method, path: &str) -> &'a Operation {
    match contract.lookup(method, path) {
        Lookup::Found(operation, _) => operation,
        _ => panic!("{method} {path} is not found"),
    }
}

#[test]
fn paths_come_from_the_first_server_and_scopes_from_the_security_schemes() {
    let contract = other();
    assert_eq!(contract.base_path, "/base");
    assert_eq!(contract.token_path, "/token");
    let scopes: Vec<_> = contract.scopes.iter().map(String::as_str).collect();
    assert_eq!(scopes, ["all", "read", "write"]);
}

#[test]
fn a_literal_path_is_preferred_to_a_template() {
    let contract = other();
    let get = &Method::GET;
    assert_eq!(found(&contract, get, "/base/things/all").id, "listThings");
    assert_eq!(found(&contract, get, "/base/things/a").id, "readThing");
}

#[test]
fn a_known_path_names_its_methods_and_an_unknown_path_none() {
    let contract = other();
    let Lookup::OtherMethods(methods) = contract.lookup(&Method::PUT, "/base/things/a") else {
        panic!("the path is known");
    };
    assert_eq!(methods, [&Method::GET, &Method::POST]);
    let unknown = contract.lookup(&Method::GET, "/base/nothing");
    assert!(matches!(unknown, Lookup::Unknown));
}

#[test]
fn scopes_are_the_operations_own_else_the_documents() {
    let contract = other();
    let scopes = |method: Method, path| {
        let alternatives = found(&contract, &method, path).scopes.iter();
        alternatives.map(|all| all.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(scopes(Method::GET, "/base/things/a"), ["read"]);
    assert_eq!(scopes(Method::POST, "/base/things/a"), ["write read", "all"]);
    assert!(scopes(Method::GET, "/base/things/all").is_empty());
}

#[test]
fn a_parameter_is_checked_as_the_number_or_the_text_that_its_schema_wants() {
    let contract = other();
    let operation = found(&contract, &Method::GET, "/base/things/a");
    let broken = |name: &str, given: &[&str]| {
        let parameter = operation.parameters.iter().find(|p| p.name == name);
        parameter.unwrap().violations(given).len()
    };
    assert_eq!(broken("id", &["123"]), 0);
    assert_eq!(broken("id", &["1234"]), 1);
    assert_eq!(broken("page", &["2"]), 0);
    assert_eq!(broken("page", &["0"]), 1);
    assert_eq!(broken("page", &["2", "x"]), 1);
    assert_eq!(broken("page", &[]), 1);
}

#[test]
fn the_status_of_success_is_the_one_that_the_contract_lists() {
    let contract = other();
    let post = found(&contract, &Method::POST, "/base/things/a");
    assert_eq!(post.success, StatusCode::ACCEPTED);
}

#[test]
fn what_cannot_be_enforced_is_refused_by_the_name_of_its_operation() {
    for (from, to, reason) in [
        ("in: query", "in: cookie", "only path, query and header"),
        ("in: path", "in: query", "path parameter id"),
        ("'#/components/parameters/Id'", "'#/nowhere'", "#/nowhere"),
        ("'404': {}", "'204': {}", "exactly one status"),
        ("maxLength: 3", "maxLength: no", "parameter id"),
    ] {
        let message = Contract::parse(&OTHER.replace(from, to)).unwrap_err();
        assert!(message.contains(reason), "{message}");
        assert!(message.starts_with("GET /things/{id}: "), "{message}");
    }
}

#[test]
fn the_shipped_contract_compiles() {
    let contract = Contract::shipped().unwrap();
    assert!(!contract.operations().is_empty());
    assert!(contract.operations().iter().all(|o| !o.scopes.is_empty()));
}
