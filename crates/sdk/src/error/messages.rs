//! What errors say to a person: what happened, and what to do next.

use avepoint_elements_client::{Operation, operations};

use super::{Limit, Stage};
use crate::error::reply::Reply;

/// On a reply that is not the expected success.
pub(super) fn on_reply(stage: Stage, reply: &Reply) -> String {
    let what = match stage {
        Stage::Token => on_token_status(reply.status),
        Stage::Operation(operation) => on_status(reply.status, operation),
    };
    let id = reply.request_id.as_ref().map(|id| format!(" (request id {id})")).unwrap_or_default();
    match reply.said().as_str() {
        "" => what + &id,
        said => format!("{what}{id}. The reply says: {said}"),
    }
}

fn on_status(status: u16, operation: &Operation) -> String {
    match (status / 100, status) {
        (_, 400) => {
            "the service found the request invalid (400); correct the values or ids named in the reply".into()
        }
        (_, 401) => {
            "the service refused the access token (401); check that it is current, and that credential and \
                     environment belong together"
                .into()
        }
        (_, 403) => on_denial(operation),
        (_, 404) => on_not_found(operation).into(),
        (_, 408) => "the service gave up waiting for the request (408)".into(),
        (_, 429) => {
            "the service is throttling requests (429); try again later, and send fewer at a time".into()
        }
        (_, 503) => "the service is under maintenance or overloaded (503); try again later".into(),
        (4, _) => format!("the service refused the request ({status}); the reply may say why"),
        (5, _) => format!("the service failed ({status})"),
        (3, _) => format!(
            "the service answered with a redirect ({status}), which is not followed, since it may lead to \
             another host; check the base URL"
        ),
        _ => format!(
            "the service answered {status}, where only {} is success; check the base URL and what stands in between",
            operation.success
        ),
    }
}

fn on_denial(operation: &Operation) -> String {
    let permission = operation.scopes.join(" ");
    let is_of_customer = operation.path.contains("{customerId}");
    let scope = if is_of_customer { " and include this customer in its customer scope" } else { "" };
    format!(
        "the service denied access (403); under Elements > API app registration, give the app the permission \
         {permission}{scope}"
    )
}

/// What to do about 404.
fn on_not_found(operation: &Operation) -> &'static str {
    match operation.id {
        id if id == operations::UPDATE_OFFICE_INFORMATION.id => {
            "the service knows no such customer, tenant or user (404); check the three ids, and that the user is a cloud \
             user: hybrid and local users are updated by an operation of their own"
        }
        id if id == operations::UPDATE_LOCAL_OFFICE_INFORMATION.id => {
            "the service knows no such customer, tenant or user (404); check the three ids, and that the user is \
             synchronised from a local directory: cloud users are updated by an operation of their own"
        }
        id if id == operations::GET_USER.id => {
            "the service knows no such customer, tenant or user (404); check the three ids; whether hybrid and local users \
             can be read is not documented"
        }
        id if id == operations::LIST_USERS.id => {
            "the service knows no such customer or tenant (404); check the two ids"
        }
        _ => "the service has nothing at this address (404); check the base URL",
    }
}

fn on_token_status(status: u16) -> String {
    let text = match (status / 100, status) {
        (_, 408 | 429 | 503) => "is overloaded; try again later",
        (_, 400 | 401 | 403) => {
            "refused the credential; check client id, secret, environment and the app's permissions"
        }
        (5, _) => "failed; try again later",
        (3, _) => "answered with a redirect, which is not followed; check the token URL",
        _ => "gave a reply that is no token; check the token URL",
    };
    format!("the token endpoint {text} (status {status})")
}

/// On a success that cannot be read. Its text is not repeated but for an explanation that it has: it may be data.
pub(super) fn on_unreadable(reply: &Reply, reason: &str) -> String {
    let Reply { status, request_id, explanation, .. } = reply;
    let id = request_id.as_ref().map(|id| format!(" (request id {id})")).unwrap_or_default();
    let said = explanation.as_ref().map(|said| format!(". The reply says: {said}")).unwrap_or_default();
    format!(
        "the reply ({status}) cannot be read: {reason}; check the base URL, what stands in between, and whether there \
         is a newer version of this library{id}{said}"
    )
}

/// On no reply at all, or not all of it.
pub(super) fn on_transport(stage: Stage, sent: bool, timeout: Option<Limit>) -> String {
    let whom = match stage {
        Stage::Token => "the token endpoint",
        Stage::Operation(_) => "the service",
    };
    match (timeout, sent) {
        (Some(limit), _) => on_limit(whom, limit),
        (None, false) => {
            format!("{whom} cannot be reached; check the URL, the network, proxies and certificates")
        }
        (None, true) => format!("the connection to {whom} broke before it answered"),
    }
}

fn on_limit(whom: &str, limit: Limit) -> String {
    let seconds = limit.duration().as_secs_f64();
    match limit {
        Limit::Connect(_) => {
            format!("no connection to {whom} was made within {seconds} s; check the network")
        }
        Limit::Attempt(_) => format!("{whom} did not answer within {seconds} s, the limit of one attempt"),
        Limit::Total(_) => format!("the call's time ended before {whom} answered"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_told_of_the_ids_that_it_has() {
        for operation in operations::ALL {
            let advice = on_not_found(operation);
            for id in ["customer", "tenant", "user"] {
                let has = operation.path.contains(&format!("{{{id}Id}}"));
                assert_eq!(
                    advice.contains(&format!("{id} ")) || advice.contains(&format!("{id},")),
                    has,
                    "{advice}"
                );
            }
        }
    }
}
