//! Client authentication: by secret, or by an assertion that the certificate's key has signed.

use crate::server::receive::IncomingRequest;
use crate::state::ServiceState;
use crate::token::error::TokenError;
use crate::token::form::Form;

/// RFC 7523, section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Refuses every client but the one that the sandbox knows.
pub(crate) fn authenticate(
    state: &ServiceState,
    form: &Form,
    request: &IncomingRequest,
) -> Result<(), TokenError> {
    let id = form.field("client_id")?;
    match (form.given("client_assertion"), form.given("client_secret")) {
        // RFC 6749, section 2.3: one method a request.
        (Some(_), Some(_)) => {
            Err(TokenError::invalid_request("client_assertion and client_secret are both given"))
        }
        (Some(assertion), None) => {
            if form.field("client_assertion_type")? != JWT_BEARER {
                return Err(TokenError::invalid_request(format!(
                    "client_assertion_type must be {JWT_BEARER}"
                )));
            }
            known_id(state, id)?;
            by_assertion(state, assertion, request).map_err(TokenError::invalid_client)
        }
        (None, _) => {
            let secret = form.field("client_secret")?;
            known_id(state, id)?;
            if secret == state.app.client_secret { Ok(()) } else { Err(TokenError::invalid_client(WRONG)) }
        }
    }
}

const WRONG: &str = "the client id or the client secret is wrong";

fn known_id(state: &ServiceState, id: &str) -> Result<(), TokenError> {
    if id == state.app.client_id { Ok(()) } else { Err(TokenError::invalid_client(WRONG)) }
}

#[cfg(feature = "certificate")]
fn by_assertion(state: &ServiceState, assertion: &str, request: &IncomingRequest) -> Result<(), String> {
    let Some(certificate) = &state.app.certificate else {
        return Err("the sandbox was given no certificate to check client_assertion with".to_owned());
    };
    // As the client called it, by whichever name of this machine.
    let token_url = format!("http://{}{}", request.header("host"), request.uri.path());
    certificate.check(assertion, &state.app.client_id, &token_url)
}

#[cfg(not(feature = "certificate"))]
fn by_assertion(_: &ServiceState, _: &str, _: &IncomingRequest) -> Result<(), String> {
    Err("the sandbox was built without the feature `certificate`, which checks client_assertion".to_owned())
}
