//! The fourth stage: what an operation does.

use hyper::StatusCode;
use serde_json::Value;

use crate::call::Call;
use crate::respond::Refusal;
use crate::state::State;

type Effect = fn(&State, &Call<'_>, Value) -> Result<(), Refusal>;

/// Carries out a valid call, and gives the status of success that the contract lists.
pub(crate) fn apply(state: &State, call: &Call<'_>, body: Value) -> Result<StatusCode, Refusal> {
    let id = &call.operation.id;
    let Some(effect) = effect(id) else {
        let message = format!("The sandbox knows the rules of {id}, but not what it does");
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message));
    };
    effect(state, call, body).map(|()| call.operation.success)
}

/// The one thing that the contract cannot tell: the effect of an operation, by its `operationId`.
fn effect(id: &str) -> Option<Effect> {
    match id {
        "updateOfficeInformation" => Some(replace_office_information),
        _ => None,
    }
}

fn replace_office_information(state: &State, call: &Call<'_>, body: Value) -> Result<(), Refusal> {
    let id = |name| call.path_parameter(name).unwrap_or_default().to_owned();
    let user = (id("customerId"), id("tenantId"), id("userId"));
    if state.users.as_ref().is_some_and(|users| !users.contains(&user)) {
        let message = "There is no such customer, tenant or user";
        return Err(Refusal::new(StatusCode::NOT_FOUND, message));
    }
    state.offices.replace(user, body);
    Ok(())
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
