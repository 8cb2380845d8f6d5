//! The token endpoint: OAuth 2.0 client credentials (RFC 6749, section 4.4).

#[cfg(feature = "certificate")]
pub(crate) mod certificate;
mod client;
mod error;
mod form;
pub(crate) mod issued;

use std::collections::BTreeSet;

use hyper::StatusCode;
use hyper::header::CACHE_CONTROL;
use serde_json::json;

use crate::faults::ExpiresIn;
use crate::faults::fault::{Fault, FaultKind};
use crate::server::deliver::{ConnectionCut, add_headers, deliver};
use crate::server::receive::IncomingRequest;
use crate::server::reply::{Reply, json_reply, raw_reply, set};
use crate::state::ServiceState;
use crate::token::client::authenticate;
use crate::token::error::TokenError;
use crate::token::form::Form;

/// Counts the request and answers it. No reply may be cached, as the RFC has it.
pub(crate) async fn answer(state: &ServiceState, request: &IncomingRequest) -> Result<Reply, ConnectionCut> {
    let treatment = state.faults.token_request();
    let fault = treatment.fault;
    state.counters.token_request(&fault);
    if let Some(gate) = treatment.gate {
        gate.pass().await;
    }
    let mut reply = match &fault.kind {
        FaultKind::Reply(status, body) => raw_reply(*status, body),
        _ => usual(state, request, &fault, &treatment.expires_in),
    };
    set(&mut reply, CACHE_CONTROL, "no-store");
    add_headers(&fault, &mut reply);
    deliver(&fault, reply).await
}

fn usual(state: &ServiceState, request: &IncomingRequest, fault: &Fault, expires_in: &ExpiresIn) -> Reply {
    let outcome = if fault.applies() {
        exchange(state, request, expires_in)
    } else {
        // No client sees it where the connection is dropped.
        Err(TokenError::injected(fault.replaced_status().unwrap_or(StatusCode::SERVICE_UNAVAILABLE)))
    };
    outcome.unwrap_or_else(|error| error.reply())
}

fn exchange(
    state: &ServiceState,
    request: &IncomingRequest,
    expires_in: &ExpiresIn,
) -> Result<Reply, TokenError> {
    let form = Form::read(request)?;
    grant_type(&form)?;
    let scope = form.field("scope")?;
    authenticate(state, &form, request)?;
    let token = state.tokens.issue(granted(state, scope)?);
    let mut body = json!({ "access_token": token, "token_type": "Bearer", "scope": scope });
    match expires_in {
        ExpiresIn::Lifetime => body["expires_in"] = state.tokens.lifetime().as_secs().into(),
        ExpiresIn::Value(value) => body["expires_in"] = value.clone(),
        ExpiresIn::Missing => {}
    }
    Ok(json_reply(StatusCode::OK, &body))
}

fn grant_type(form: &Form) -> Result<(), TokenError> {
    if form.field("grant_type")? == "client_credentials" {
        return Ok(());
    }
    let description = "the grant type must be client_credentials";
    Err(TokenError::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description))
}

fn granted(state: &ServiceState, scope: &str) -> Result<BTreeSet<String>, TokenError> {
    let asked: BTreeSet<String> = scope.split_ascii_whitespace().map(Into::into).collect();
    if !asked.is_empty() && asked.is_subset(&state.app.scopes) {
        return Ok(asked);
    }
    let missing: Vec<&str> = asked.difference(&state.app.scopes).map(String::as_str).collect();
    let description = format!("not granted to the app: {}", missing.join(" "));
    Err(TokenError::new(StatusCode::BAD_REQUEST, "invalid_scope", description))
}
