//! The third stage: the request against the contract.

use serde_json::Value;

use crate::call::Call;
use crate::operation::{Body, Place};
use crate::receive::Arrival;
use crate::respond::Refusal;
use crate::schema::Violation;

/// The body as JSON, `null` where there is none; or everything that is wrong with the request.
pub(crate) fn validate(call: &Call<'_>, arrival: &Arrival) -> Result<Value, Refusal> {
    let mut violations = parameters(call, arrival);
    let body = match &call.operation.body {
        Some(body) => read(body, arrival),
        None => Ok(Value::Null),
    };
    match body {
        Ok(value) if violations.is_empty() => Ok(value),
        Ok(_) => Err(Refusal::invalid(violations)),
        Err(more) => {
            violations.extend(more);
            Err(Refusal::invalid(violations))
        }
    }
}

fn parameters(call: &Call<'_>, arrival: &Arrival) -> Vec<Violation> {
    let query = arrival.uri.query().unwrap_or("");
    let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let mut violations = Vec::new();
    for parameter in &call.operation.parameters {
        let given: Vec<&str> = match parameter.place {
            Place::Path => call.path_parameter(&parameter.name).into_iter().collect(),
            Place::Query => query
                .iter()
                .filter(|(name, _)| *name == parameter.name)
                .map(|(_, text)| text.as_ref())
                .collect(),
        };
        violations.extend(parameter.violations(&given));
    }
    violations
}

fn read(body: &Body, arrival: &Arrival) -> Result<Value, Vec<Violation>> {
    if arrival.body.is_empty() && !body.required {
        return Ok(Value::Null);
    }
    let schema = body.schema(arrival.media_type()).ok_or_else(|| {
        // 415 would say it better, but the contract does not list it.
        let message = format!("the content type must be {}", body.media_types());
        one("contentType", message)
    })?;
    let value = serde_json::from_slice(&arrival.body)
        .map_err(|error| one("json", format!("the body is not JSON: {error}")))?;
    let violations = schema.violations(&value, "");
    if violations.is_empty() { Ok(value) } else { Err(violations) }
}

fn one(code: &str, message: String) -> Vec<Violation> {
    vec![Violation { code: code.to_owned(), field: String::new(), message }]
}
