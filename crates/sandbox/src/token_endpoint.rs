//! The token endpoint: OAuth 2.0 client credentials (RFC 6749, section 4.4).

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;

use hyper::header::{ALLOW, CACHE_CONTROL};
use hyper::{Method, StatusCode};
use serde_json::json;

use crate::receive::Arrival;
use crate::respond::{Reply, json_reply, set};
use crate::state::State;

/// An error in the terms of RFC 6749, section 5.2.
struct TokenError {
    status: StatusCode,
    code: &'static str,
    description: String,
}

type Form = HashMap<String, String>;

/// Counts the request and answers it. No reply may be cached, as the RFC has it.
pub(crate) fn answer(state: &State, arrival: &Arrival) -> Reply {
    state.token_requests.fetch_add(1, Ordering::Relaxed);
    let mut reply = match exchange(state, arrival) {
        Ok(reply) => reply,
        Err(error) => error.reply(),
    };
    set(&mut reply, CACHE_CONTROL, "no-store");
    reply
}

fn exchange(state: &State, arrival: &Arrival) -> Result<Reply, TokenError> {
    let form = form(arrival)?;
    grant_type(&form)?;
    let [id, secret, scope] = ["client_id", "client_secret", "scope"].map(|n| field(&form, n));
    let (id, secret, scope) = (id?, secret?, scope?);
    if (id, secret) != (&state.app.client_id, &state.app.client_secret) {
        let description = "the client id or the client secret is wrong";
        return Err(TokenError::new(401, "invalid_client", description));
    }
    let scopes = granted(state, scope)?;
    let token = state.tokens.issue(scopes);
    let body = json!({
        "access_token": token,
        "expires_in": state.tokens.lifetime().as_secs(),
        "token_type": "Bearer",
        "scope": scope,
    });
    Ok(json_reply(StatusCode::OK, &body))
}

fn form(arrival: &Arrival) -> Result<Form, TokenError> {
    if arrival.method != Method::POST {
        let description = "the token endpoint takes POST only";
        return Err(TokenError::new(405, "invalid_request", description));
    }
    let expected = "application/x-www-form-urlencoded";
    if !arrival.media_type().eq_ignore_ascii_case(expected) {
        return Err(invalid_request(format!("the content type must be {expected}")));
    }
    if arrival.oversized {
        return Err(invalid_request("the body is too long"));
    }
    let mut form = Form::new();
    for (name, value) in form_urlencoded::parse(&arrival.body).into_owned() {
        // RFC 6749, section 3.2: a parameter must not be given twice.
        if form.insert(name.clone(), value).is_some() {
            return Err(invalid_request(format!("{name} is given twice")));
        }
    }
    Ok(form)
}

fn grant_type(form: &Form) -> Result<(), TokenError> {
    if field(form, "grant_type")? == "client_credentials" {
        return Ok(());
    }
    let description = "the grant type must be client_credentials";
    Err(TokenError::new(400, "unsupported_grant_type", description))
}

/// A field of the form; an empty one counts as missing (RFC 6749, section 3.2).
fn field<'a>(form: &'a Form, name: &str) -> Result<&'a str, TokenError> {
    match form.get(name) {
        Some(value) if !value.is_empty() => Ok(value),
        _ => Err(invalid_request(format!("{name} is missing"))),
    }
}

fn granted(state: &State, scope: &str) -> Result<BTreeSet<String>, TokenError> {
    let asked: BTreeSet<String> = scope.split_ascii_whitespace().map(Into::into).collect();
    if !asked.is_empty() && asked.is_subset(&state.app.scopes) {
        return Ok(asked);
    }
    let missing: Vec<&str> = asked.difference(&state.app.scopes).map(String::as_str).collect();
    let description = format!("not granted to the app: {}", missing.join(" "));
    Err(TokenError::new(400, "invalid_scope", description))
}

fn invalid_request(description: impl Into<String>) -> TokenError {
    TokenError::new(400, "invalid_request", description)
}

impl TokenError {
    fn new(status: u16, code: &'static str, description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
            code,
            description: description.into(),
        }
    }

    fn reply(&self) -> Reply {
        let body = json!({ "error": self.code, "error_description": self.description });
        let mut reply = json_reply(self.status, &body);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            set(&mut reply, ALLOW, "POST");
        }
        reply
    }
}
