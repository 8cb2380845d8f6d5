//! The token endpoint.

use std::time::Duration;

use avepoint_elements_sandbox::Sandbox;
use reqwest::Response;
use serde_json::Value;

use crate::client::{IDS, bare_put, http, sample};

const SCOPE: &str = "elements.um.user.readwrite.all";

pub(crate) type Form = Vec<(&'static str, String)>;

pub(crate) fn form(sandbox: &Sandbox) -> Form {
    vec![
        ("client_id", sandbox.client_id().to_owned()),
        ("client_secret", sandbox.client_secret().to_owned()),
        ("grant_type", "client_credentials".to_owned()),
        ("scope", SCOPE.to_owned()),
    ]
}

/// The good form with one field changed; an empty value takes the field away.
fn form_with(sandbox: &Sandbox, name: &str, value: &str) -> Form {
    let mut form = form(sandbox);
    form.retain(|(other, _)| *other != name || !value.is_empty());
    for field in form.iter_mut().filter(|(other, _)| *other == name) {
        value.clone_into(&mut field.1);
    }
    form
}

pub(crate) async fn post(sandbox: &Sandbox, form: &Form) -> Response {
    http().post(sandbox.token_url()).form(form).send().await.unwrap()
}

pub(crate) async fn assert_error(reply: Response, status: u16, error: &str) {
    assert_eq!(reply.headers()["cache-control"], "no-store");
    assert_eq!(reply.status(), status, "{error}");
    let body: Value = reply.json().await.unwrap();
    assert_eq!(body["error"], error);
    assert!(!body["error_description"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn the_credentials_buy_a_token_that_the_api_accepts() {
    let lifetime = Duration::from_millis(90_500);
    let builder = Sandbox::builder().credentials("me", "se cret&=").token_lifetime(lifetime);
    let sandbox = builder.start().await.unwrap();
    let reply = post(&sandbox, &form(&sandbox)).await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["cache-control"], "no-store");
    let body: Value = reply.json().await.unwrap();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 90);
    assert_eq!(body["scope"], SCOPE);
    let token = body["access_token"].as_str().unwrap();
    let request = bare_put(&sandbox, IDS).bearer_auth(token).json(&sample());
    assert_eq!(request.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_token_has_only_the_scopes_that_were_asked_for() {
    let sandbox = Sandbox::builder().granted_scopes([SCOPE, "other"]).start();
    let sandbox = sandbox.await.unwrap();
    for (scope, status) in [("other", 403), ("other elements.um.user.readwrite.all", 204)] {
        let reply = post(&sandbox, &form_with(&sandbox, "scope", scope)).await;
        let body: Value = reply.json().await.unwrap();
        assert_eq!(body["scope"], scope);
        let request = bare_put(&sandbox, IDS).bearer_auth(body["access_token"].as_str().unwrap());
        let reply = request.json(&sample()).send().await.unwrap();
        assert_eq!(reply.status(), status, "{scope}");
    }
}

#[tokio::test]
async fn a_wrong_form_is_refused_with_the_error_of_the_rfc() {
    let sandbox = Sandbox::start().await.unwrap();
    for (name, value, status, error) in [
        ("client_id", "", 400, "invalid_request"),
        ("client_secret", "", 400, "invalid_request"),
        ("grant_type", "", 400, "invalid_request"),
        ("scope", "", 400, "invalid_request"),
        ("grant_type", "password", 400, "unsupported_grant_type"),
        ("client_id", "somebody", 401, "invalid_client"),
        ("client_secret", "wrong", 401, "invalid_client"),
        ("scope", "elements.um.nothing", 400, "invalid_scope"),
        ("scope", "elements.um.user.readwrite.all more", 400, "invalid_scope"),
        ("scope", " ", 400, "invalid_scope"),
    ] {
        let reply = post(&sandbox, &form_with(&sandbox, name, value)).await;
        assert_error(reply, status, error).await;
    }
    assert_eq!(sandbox.token_requests(), 10);
    assert_eq!(sandbox.request_count(), 0);
}

#[tokio::test]
async fn a_field_given_twice_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut form = form(&sandbox);
    form.push(form[0].clone());
    assert_error(post(&sandbox, &form).await, 400, "invalid_request").await;
}

#[tokio::test]
async fn an_empty_field_counts_as_missing() {
    let sandbox = Sandbox::start().await.unwrap();
    for place in 0..4 {
        let mut form = form(&sandbox);
        form[place].1.clear();
        assert_error(post(&sandbox, &form).await, 400, "invalid_request").await;
    }
}

#[tokio::test]
async fn a_form_must_say_that_it_is_one() {
    let sandbox = Sandbox::start().await.unwrap();
    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(form(&sandbox)).finish();
    for (kind, status) in [
        ("application/x-www-form-urlencoded; charset=utf-8", 200),
        ("text/plain", 400),
        ("application/json", 400),
        ("", 400),
    ] {
        let request = http().post(sandbox.token_url()).header("content-type", kind);
        let reply = request.body(text.clone()).send().await.unwrap();
        assert_eq!(reply.status(), status, "{kind}");
        if status == 400 {
            assert_error(reply, 400, "invalid_request").await;
        }
    }
}

#[tokio::test]
async fn what_is_no_short_posted_form_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = sandbox.token_url();
    let json = http().post(&url).json(&form(&sandbox)).send();
    assert_error(json.await.unwrap(), 400, "invalid_request").await;
    let long = form_with(&sandbox, "scope", &"s".repeat(Sandbox::MAX_BODY_BYTES));
    assert_error(post(&sandbox, &long).await, 400, "invalid_request").await;
    let get = http().get(&url).send().await.unwrap();
    assert_eq!(get.headers()["allow"], "POST");
    assert_error(get, 405, "invalid_request").await;
}

#[cfg(not(feature = "certificate"))]
#[tokio::test]
async fn an_assertion_is_refused_where_none_can_be_checked() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut form = form_with(&sandbox, "client_secret", "");
    form.push(("client_assertion", "a.b.c".to_owned()));
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    form.push(("client_assertion_type", kind.to_owned()));
    assert_error(post(&sandbox, &form).await, 401, "invalid_client").await;
}
