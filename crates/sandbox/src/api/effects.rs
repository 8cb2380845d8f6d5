//! The fourth stage: what an operation does.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::call::Call;
use crate::api::respond::{Refusal, Success};
use crate::state::ServiceState;
use crate::state::offices::UserKey;

/// Takes the body of the request, and gives that of the reply if the operation has one.
type Effect = fn(&ServiceState, &Call<'_>, Value) -> Result<Option<Value>, Refusal>;

/// Carries out a valid call; its success has the status that the contract lists.
pub(crate) fn apply(state: &ServiceState, call: &Call<'_>, body: Value) -> Result<Success, Refusal> {
    let id = &call.operation.id;
    let Some(effect) = effect(id) else {
        let message = format!("The sandbox knows the rules of {id}, but not what it does");
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message));
    };
    effect(state, call, body).map(|body| Success { status: call.operation.success, body })
}

/// The one thing that the contract cannot tell: the effect of an operation, by its `operationId`.
fn effect(id: &str) -> Option<Effect> {
    match id {
        "updateOfficeInformation" | "updateLocalOfficeInformation" => Some(replace_office_information),
        "getUser" => Some(get_user),
        "listUsers" | "listCustomers" => Some(|_, _, _| Ok(Some(no_entries()))),
        _ => None,
    }
}

fn replace_office_information(
    state: &ServiceState,
    call: &Call<'_>,
    body: Value,
) -> Result<Option<Value>, Refusal> {
    state.offices.replace(user(state, call)?, body);
    Ok(None)
}

/// A user of whom nothing is held but the office information.
fn get_user(state: &ServiceState, call: &Call<'_>, _: Value) -> Result<Option<Value>, Refusal> {
    let user = user(state, call)?;
    let mut reading = state.offices.get(&user).unwrap_or_else(|| json!({}));
    reading["id"] = user.2.into();
    Ok(Some(reading))
}

/// The sandbox holds no directory yet.
fn no_entries() -> Value {
    json!({ "data": [], "metadata": { "pageIndex": 1, "pageSize": 50, "totalCount": 0 } })
}

/// The user that the path names, if there is one.
fn user(state: &ServiceState, call: &Call<'_>) -> Result<UserKey, Refusal> {
    let id = |name| call.path_parameter(name).unwrap_or_default().to_owned();
    let user = (id("customerId"), id("tenantId"), id("userId"));
    if state.users.as_ref().is_some_and(|users| !users.contains(&user)) {
        let message = "There is no such customer, tenant or user";
        return Err(Refusal::new(StatusCode::NOT_FOUND, message));
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;

    #[test]
    fn every_operation_of_the_contract_has_its_effect() {
        for operation in Contract::shipped().unwrap().operations() {
            assert!(super::effect(&operation.id).is_some(), "{}", operation.id);
        }
    }
}
