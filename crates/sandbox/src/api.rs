//! The way of a request through the API, stage by stage.

use hyper::StatusCode;

use crate::apply::apply;
use crate::authorize::authorize;
use crate::call::Call;
use crate::log::ReceivedRequest;
use crate::receive::Arrival;
use crate::respond::{Refusal, Reply, request_id, respond};
use crate::state::State;
use crate::validate::validate;

/// Answers a request that was received, and keeps it for tests to look at.
pub(crate) fn answer(state: &State, arrival: Arrival) -> Reply {
    let request_id = request_id();
    let outcome = carry_out(state, &arrival);
    let reply = respond(&outcome, &request_id);
    state.log.push(ReceivedRequest {
        method: arrival.method.to_string(),
        target: arrival.uri.to_string(),
        headers: arrival.headers,
        body: arrival.body,
        status: reply.status().as_u16(),
        request_id,
    });
    reply
}

fn carry_out(state: &State, arrival: &Arrival) -> Result<StatusCode, Refusal> {
    arrival.check_size()?;
    let call = Call::find(state.contract, arrival)?;
    authorize(state, &call, arrival)?;
    let body = validate(&call, arrival)?;
    apply(state, &call, body)
}
