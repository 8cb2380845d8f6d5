//! The fourth stage: what an operation does.

use hyper::StatusCode;
use serde_json::Value;

use crate::api::call::Call;
use crate::api::respond::{Refusal, Success};
use crate::faults::fault::Fault;
use crate::state::ServiceState;
use crate::state::directory::UserPath;
use crate::state::page::PageRequest;
use crate::state::user_record::UserKind;
use crate::state::user_store::Presence;

/// A valid call, and what it is carried out on.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) state: &'a ServiceState,
    pub(crate) call: &'a Call<'a>,
    pub(crate) fault: &'a Fault,
}

/// Takes the body of the request, and gives that of the reply, as JSON, if the operation has one.
type Effect = fn(Context<'_>, &Value) -> Result<Option<String>, Refusal>;

/// Carries out a valid call; its success has the status that the contract lists.
pub(crate) fn apply(context: Context<'_>, body: &Value) -> Result<Success, Refusal> {
    let Context { state, call, fault } = context;
    let id = &call.operation.id;
    let Some(effect) = effect(id) else {
        let message = format!("The sandbox knows the rules of {id}, but not what it does");
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message));
    };
    let body = effect(context, body)?;
    if let (Some(changes), Some(user)) = (&fault.changes, context.user()) {
        state.users.change(user, changes);
    }
    Ok(Success { status: call.operation.success, body })
}

/// The one thing that the contract cannot tell: the effect of an operation, by its `operationId`.
fn effect(id: &str) -> Option<Effect> {
    match id {
        "updateOfficeInformation" => {
            Some(|context, body| update(context, body, |kind| kind == UserKind::Cloud))
        }
        "updateLocalOfficeInformation" => {
            Some(|context, body| update(context, body, |kind| kind != UserKind::Cloud))
        }
        "getUser" => Some(get_user),
        "listUsers" => Some(list_users),
        "listCustomers" => Some(list_customers),
        _ => None,
    }
}

fn update(
    context: Context<'_>,
    body: &Value,
    takes: fn(UserKind) -> bool,
) -> Result<Option<String>, Refusal> {
    let user = context.user().ok_or_else(not_found)?;
    match context.state.users.presence(user) {
        Presence::Absent => return Err(not_found()),
        Presence::Present(kind) if !takes(kind) => {
            let message = format!("The user is a {kind} user, which this operation does not take");
            return Err(Refusal::new(StatusCode::BAD_REQUEST, message));
        }
        Presence::Assumed | Presence::Present(_) => {}
    }
    let delay = context.state.faults.update_delay();
    context.state.users.update(user, body.to_string().into(), delay);
    Ok(None)
}

fn get_user(context: Context<'_>, _: &Value) -> Result<Option<String>, Refusal> {
    let user = context.user().ok_or_else(not_found)?;
    let users = &context.state.users;
    if context.state.faults.hides_local_users()
        && matches!(users.presence(user), Presence::Present(UserKind::Hybrid | UserKind::Local))
    {
        return Err(not_found());
    }
    users.read(user).map(Some).ok_or_else(not_found)
}

fn list_users(context: Context<'_>, body: &Value) -> Result<Option<String>, Refusal> {
    let only = ids(body, "userIds");
    let tenant = (context.id("customerId"), context.id("tenantId"));
    let page = context.state.users.list(tenant, only.as_deref(), context.page());
    page.map(Some).ok_or_else(not_found)
}

#[expect(clippy::unnecessary_wraps, reason = "effects have one type")]
fn list_customers(context: Context<'_>, body: &Value) -> Result<Option<String>, Refusal> {
    let only = ids(body, "customerIds");
    let app = &context.state.app;
    let in_reach = |id: &str| app.customers.as_ref().is_none_or(|reach| reach.contains(id));
    Ok(Some(context.state.users.list_customers(in_reach, only.as_deref(), context.page())))
}

impl<'a> Context<'a> {
    fn id(&self, name: &str) -> &'a str {
        self.call.path_parameter(name).unwrap_or_default()
    }

    /// The user that the path names, if it names one.
    fn user(&self) -> Option<UserPath<'a>> {
        let user = self.call.path_parameter("userId")?;
        Some(UserPath { customer: self.id("customerId"), tenant: self.id("tenantId"), user })
    }

    fn page(&self) -> PageRequest {
        // Checked against the contract; a number beyond the machine's is a page behind the last.
        let number =
            |name: &str| self.call.query_parameter(name).map(|text| text.parse().unwrap_or(usize::MAX));
        PageRequest {
            index: number("pageIndex").unwrap_or(1).max(1),
            size: number("pageSize").unwrap_or(50).min(100),
            shift: self.state.faults.page_shift(),
            repeats: self.fault.repeats_page,
        }
    }
}

/// The selection that a list is narrowed to; none where everything is asked for.
fn ids<'a>(body: &'a Value, name: &str) -> Option<Vec<&'a str>> {
    let ids = body[name].as_array()?;
    Some(ids.iter().filter_map(Value::as_str).collect())
}

fn not_found() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is no such customer, tenant or user")
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
