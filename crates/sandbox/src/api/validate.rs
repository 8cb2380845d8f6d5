//! The third stage: the request against the contract.

use serde_json::Value;

use crate::api::call::Call;
use crate::api::respond::Refusal;
use crate::contract::operation::{Body, ParameterLocation};
use crate::contract::schema::Violation;
use crate::server::receive::IncomingRequest;

/// The body as JSON, `null` where there is none; or everything that is wrong with the request.
pub(crate) fn validate(call: &Call<'_>, request: &IncomingRequest) -> Result<Value, Refusal> {
    let mut violations = parameters(call, request);
    let body = call.operation.body.as_ref().map_or(Ok(Value::Null), |body| read(body, request));
    let value = body.unwrap_or_else(|more| {
        violations.extend(more);
        Value::Null
    });
    if violations.is_empty() { Ok(value) } else { Err(Refusal::invalid(violations)) }
}

fn parameters(call: &Call<'_>, request: &IncomingRequest) -> Vec<Violation> {
    let mut violations = Vec::new();
    for parameter in &call.operation.parameters {
        let given: Vec<&str> = match parameter.place {
            ParameterLocation::Path => call.path_parameter(&parameter.name).into_iter().collect(),
            ParameterLocation::Query => call.query_parameters(&parameter.name).collect(),
            // A header that is no text has no value that could fit.
            ParameterLocation::Header => {
                let values = request.headers.get_all(&parameter.name).iter();
                values.map(|value| value.to_str().unwrap_or("\u{fffd}")).collect()
            }
        };
        violations.extend(parameter.violations(&given));
    }
    violations
}

fn read(body: &Body, request: &IncomingRequest) -> Result<Value, Vec<Violation>> {
    if request.body.is_empty() && !body.required {
        return Ok(Value::Null);
    }
    let schema = body.schema(request.media_type()).ok_or_else(|| {
        // 415 would say it better, but the contract does not list it.
        let message = format!("the content type must be {}", body.media_types());
        one("contentType", message)
    })?;
    let value = serde_json::from_slice(&request.body)
        .map_err(|error| one("json", format!("the body is not JSON: {error}")))?;
    let violations = schema.violations(&value, "");
    if violations.is_empty() { Ok(value) } else { Err(violations) }
}

fn one(code: &str, message: String) -> Vec<Violation> {
    vec![Violation { code: code.to_owned(), field: String::new(), message }]
}
