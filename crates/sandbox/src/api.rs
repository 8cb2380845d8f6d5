//! The way of a request through the API, stage by stage.

mod authorize;
pub(crate) mod call;
mod effects;
pub(crate) mod respond;
mod validate;

use hyper::StatusCode;

use crate::api::authorize::authorize;
use crate::api::call::Call;
use crate::api::effects::{Context, apply};
use crate::api::respond::{REQUEST_ID, Refusal, Success, request_id, respond};
use crate::api::validate::validate;
use crate::faults::fault::{Fault, FaultKind};
use crate::faults::reply_edit::edited;
use crate::server::deliver::{ConnectionCut, add_headers, deliver};
use crate::server::receive::{IncomingRequest, MAX_BODY};
use crate::server::reply::{Reply, raw_reply, set};
use crate::state::ServiceState;
use crate::state::request_log::ReceivedRequest;

/// Answers a request that was received, and keeps it for tests to look at.
///
/// The request is kept and counted before any wait: `wait_for_requests` returns when it is in the log.
pub(crate) async fn answer(state: &ServiceState, request: IncomingRequest) -> Result<Reply, ConnectionCut> {
    let fault = state.faults.api_request(request.uri.path());
    let request_id = request_id();
    let outcome = if fault.applies() { carry_out(state, &request, &fault) } else { Err(refusal(&fault)) };
    let reply = reply(&fault, &outcome, &request_id);
    state.log.push(ReceivedRequest {
        method: request.method.to_string(),
        target: request.uri.to_string(),
        headers: request.headers,
        body: request.body,
        status: fault.replies().then(|| reply.status().as_u16()),
        request_id,
    });
    state.counters.api_request(&fault, outcome.is_ok());
    deliver(&fault, reply).await
}

fn carry_out(state: &ServiceState, request: &IncomingRequest, fault: &Fault) -> Result<Success, Refusal> {
    check_size(request)?;
    let call = Call::find(state.contract, request)?;
    authorize(state, &call, request)?;
    let body = validate(&call, request)?;
    let success = apply(Context { state, call: &call, fault }, &body)?;
    Ok(Success { body: success.body.map(|body| edited(body, &fault.edits)), ..success })
}

fn check_size(request: &IncomingRequest) -> Result<(), Refusal> {
    if !request.oversized {
        return Ok(());
    }
    let message = format!("The body is longer than {MAX_BODY} bytes");
    Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message))
}

/// The reply in place of the usual one. No client sees it where the connection is dropped.
fn refusal(fault: &Fault) -> Refusal {
    let status = fault.replaced_status().unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let message = match fault.kind {
        FaultKind::RateLimited => "There are more requests than the rate limit allows",
        _ => "The sandbox was asked to fail here",
    };
    Refusal::new(status, message)
}

fn reply(fault: &Fault, outcome: &Result<Success, Refusal>, request_id: &str) -> Reply {
    let mut reply = match &fault.kind {
        FaultKind::Reply(status, body) => raw_reply(*status, body),
        _ => respond(outcome, request_id),
    };
    set(&mut reply, REQUEST_ID, request_id);
    add_headers(fault, &mut reply);
    reply
}
