//! The second stage: the token, its scopes and the app's customers.

use std::collections::BTreeSet;

use hyper::StatusCode;
use hyper::header::WWW_AUTHENTICATE;

use crate::api::call::Call;
use crate::api::respond::Refusal;
use crate::server::receive::IncomingRequest;
use crate::state::ServiceState;

/// Checks the token, its scopes and the app's customers.
pub(crate) fn authorize(
    state: &ServiceState,
    call: &Call<'_>,
    request: &IncomingRequest,
) -> Result<(), Refusal> {
    let required = &call.operation.scopes;
    if !required.is_empty() {
        let most = state.faults.revoke_after();
        let scopes = bearer(request).and_then(|token| state.tokens.accept(token, most));
        permits(&scopes.ok_or_else(unauthorized)?, required)?;
    }
    let customer = call.path_parameter("customerId");
    match (customer, &state.app.customers) {
        (Some(customer), Some(reach)) if !reach.contains(customer) => {
            Err(Refusal::new(StatusCode::FORBIDDEN, "The customer is outside the customer scope of the app"))
        }
        _ => Ok(()),
    }
}

fn bearer(request: &IncomingRequest) -> Option<&str> {
    let (scheme, token) = request.header("authorization").split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn unauthorized() -> Refusal {
    let message = "The access token is missing, expired or not valid here";
    Refusal::new(StatusCode::UNAUTHORIZED, message)
        .with_header(WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#.to_owned())
}

fn permits(scopes: &BTreeSet<String>, alternatives: &[Vec<String>]) -> Result<(), Refusal> {
    let covers = |required: &Vec<String>| required.iter().all(|scope| scopes.contains(scope));
    if alternatives.iter().any(covers) {
        return Ok(());
    }
    let wanted: Vec<String> = alternatives.iter().map(|scopes| scopes.join(" ")).collect();
    let message = format!("The access token lacks the permission {}", wanted.join(", or "));
    // The header has room for one alternative (RFC 6750, section 3).
    let challenge = format!(r#"Bearer error="insufficient_scope", scope="{}""#, wanted[0]);
    Err(Refusal::new(StatusCode::FORBIDDEN, message).with_header(WWW_AUTHENTICATE, challenge))
}
