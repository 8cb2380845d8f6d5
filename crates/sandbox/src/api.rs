//! The way of a request through the API, stage by stage.

use hyper::StatusCode;

use crate::apply::apply;
use crate::authorize::authorize;
use crate::call::Call;
use crate::deliver::{Cut, add_headers, deliver};
use crate::fault::{Fault, Kind};
use crate::log::ReceivedRequest;
use crate::receive::Arrival;
use crate::respond::{REQUEST_ID, Refusal, Reply, Success, raw_reply, request_id, respond, set};
use crate::state::State;
use crate::validate::validate;

/// Answers a request that was received, and keeps it for tests to look at.
///
/// Nothing waits before it is kept and counted: whoever waits for the n-th request finds it.
pub(crate) async fn answer(state: &State, arrival: Arrival) -> Result<Reply, Cut> {
    let fault = state.faults.api_request(arrival.uri.path());
    let request_id = request_id();
    let outcome = if fault.applies() { carry_out(state, &arrival) } else { Err(refusal(&fault)) };
    let reply = reply(&fault, &outcome, &request_id);
    state.log.push(ReceivedRequest {
        method: arrival.method.to_string(),
        target: arrival.uri.to_string(),
        headers: arrival.headers,
        body: arrival.body,
        status: fault.replies().then(|| reply.status().as_u16()),
        request_id,
    });
    state.tally.api_request(&fault, outcome.is_ok());
    deliver(&fault, reply).await
}

fn carry_out(state: &State, arrival: &Arrival) -> Result<Success, Refusal> {
    arrival.check_size()?;
    let call = Call::find(state.contract, arrival)?;
    authorize(state, &call, arrival)?;
    let body = validate(&call, arrival)?;
    apply(state, &call, body)
}

/// What the service would say. Nobody sees it where the connection is dropped.
fn refusal(fault: &Fault) -> Refusal {
    let status = fault.replaced_status().unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let message = match fault.kind {
        Kind::RateLimited => "There are more requests than the rate limit allows",
        _ => "The sandbox was asked to fail here",
    };
    Refusal::new(status, message)
}

fn reply(fault: &Fault, outcome: &Result<Success, Refusal>, request_id: &str) -> Reply {
    let mut reply = match &fault.kind {
        Kind::Reply(status, body) => raw_reply(*status, body),
        _ => respond(outcome, request_id),
    };
    set(&mut reply, REQUEST_ID, request_id);
    add_headers(fault, &mut reply);
    reply
}
