//! A plain client that shares nothing with the crates under test, and the contract as text.

use avepoint_elements_sandbox::Sandbox;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A user's ids: customer, tenant, user.
pub(crate) type Ids<'a> = [&'a str; 3];

pub(crate) const IDS: Ids<'static> = ["c1", "t1", "u1"];

/// The contract's document.
pub(crate) fn contract() -> Value {
    serde_saphyr::from_str(include_str!("../../elements.yaml")).unwrap()
}

/// The documentation's own sample.
pub(crate) fn sample() -> Value {
    json!({ "postalCode": "2121", "countryRegion": "Angola", "state": "Luanda", "address": "Dande" })
}

/// The path of a user's office information; the ids stand in it as they are.
pub(crate) fn path([customer, tenant, user]: Ids<'_>) -> String {
    format!("/external/v3/um/customers/{customer}/tenants/{tenant}/users/{user}/office-information")
}

/// The path of the office information of a hybrid or local user.
pub(crate) fn local_path(ids: Ids<'_>) -> String {
    path(ids).replace("/users/", "/local-users/")
}

/// A sample with a city.
pub(crate) fn office(city: &str) -> Value {
    let mut office = sample();
    office["city"] = json!(city);
    office
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A PUT without a token and without a body.
pub(crate) fn bare_put(sandbox: &Sandbox, ids: Ids<'_>) -> RequestBuilder {
    http().put(format!("{}{}", sandbox.base_url(), path(ids)))
}

/// A PUT with a valid token and a body.
pub(crate) async fn put(sandbox: &Sandbox, ids: Ids<'_>, body: &Value) -> Response {
    let request = bare_put(sandbox, ids).bearer_auth(sandbox.issue_token());
    request.json(body).send().await.unwrap()
}

/// A PUT to this path with a valid token and a body.
pub(crate) async fn put_at(sandbox: &Sandbox, path: &str, body: &Value) -> Response {
    let request = http().put(format!("{}{path}", sandbox.base_url())).bearer_auth(sandbox.issue_token());
    request.json(body).send().await.unwrap()
}

/// A POST to this path without a token and without a body.
pub(crate) fn post(sandbox: &Sandbox, path: &str) -> RequestBuilder {
    http().post(format!("{}{path}", sandbox.base_url()))
}

/// Reads a user.
pub(crate) async fn get_user(sandbox: &Sandbox, ids: Ids<'_>) -> Response {
    let url = format!("{}{}", sandbox.base_url(), path(ids).replace("/office-information", ""));
    http().get(url).bearer_auth(sandbox.issue_token()).send().await.unwrap()
}

/// Lists the users of a tenant.
pub(crate) async fn list_users(
    sandbox: &Sandbox,
    [customer, tenant]: [&str; 2],
    query: &str,
    body: &Value,
) -> Response {
    let path = format!("/external/v3/um/customers/{customer}/tenants/{tenant}/users/batch{query}");
    let request = post(sandbox, &path).bearer_auth(sandbox.issue_token());
    request.json(body).send().await.unwrap()
}

/// Lists customers.
pub(crate) async fn list_customers(sandbox: &Sandbox, query: &str, body: &Value) -> Response {
    let path = format!("/external/v3/general/customers/batch{query}");
    let request = post(sandbox, &path).bearer_auth(sandbox.issue_token());
    request.json(body).send().await.unwrap()
}

/// Checks the status and the shape of a refusal, and gives its body.
pub(crate) async fn refusal(reply: Response, status: u16) -> Value {
    assert_eq!(reply.status(), status);
    let id = reply.headers()["request-id"].to_str().unwrap().to_owned();
    let body: Value = reply.json().await.unwrap();
    assert_eq!(body["statusCode"], status);
    assert_eq!(body["requestId"], id.as_str());
    assert!(body["errors"].is_array(), "{body}");
    assert!(!body["message"].as_str().unwrap().is_empty(), "{body}");
    body
}

/// The code and the field of each error in a refusal's body, sorted.
pub(crate) fn errors(body: &Value) -> Vec<(String, String)> {
    let text = |error: &Value, key: &str| error[key].as_str().unwrap().to_owned();
    let errors = body["errors"].as_array().unwrap().iter();
    let mut errors: Vec<_> = errors.map(|e| (text(e, "code"), text(e, "field"))).collect();
    errors.sort();
    errors
}

/// A PUT of the sample whose path goes out byte for byte; the reply's status and body.
pub(crate) async fn raw_put(sandbox: &Sandbox, path: &str) -> (u16, String) {
    let reply = String::from_utf8(raw_bytes(sandbox, path).await).unwrap();
    let status = reply.split(' ').nth(1).unwrap().parse().unwrap();
    let body = reply.split_once("\r\n\r\n").unwrap().1.to_owned();
    (status, body)
}

/// Everything that comes back for a PUT of the sample until the sandbox closes the connection. It has no
/// timer, which would move a paused clock.
pub(crate) async fn raw_bytes(sandbox: &Sandbox, path: &str) -> Vec<u8> {
    let body = sample().to_string();
    let request = format!(
        "PUT /partner{path} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        sandbox.issue_token(),
        body.len(),
    );
    exchange(sandbox, &request).await
}

/// Everything that comes back for these bytes until the sandbox closes the connection.
pub(crate) async fn exchange(sandbox: &Sandbox, request: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(sandbox.local_addr()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.unwrap();
    reply
}
