//! A span for each call: operation, ids and outcome, and no value.

use std::pin::Pin;

use avepoint_elements_client::Operation;
use tracing::Instrument;
use tracing::field::{Empty, display};

use super::classify::Answer;
use super::subject::Subject;
use crate::error::Result;

/// Runs a call in its span. The call stays where it is: it takes some kilobytes.
pub(crate) async fn traced<T, F>(
    operation: &Operation,
    subject: Subject<'_>,
    call: Pin<&mut F>,
) -> Result<Answer<T>>
where
    F: Future<Output = Result<Answer<T>>>,
{
    let Subject { customer, tenant, user, page } = subject;
    let span = tracing::info_span!(
        "elements",
        operation = operation.id,
        customer = customer.map(display),
        tenant = tenant.map(display),
        user = user.map(display),
        page,
        status = Empty,
        attempts = Empty,
        request_id = Empty,
    );
    if span.is_disabled() {
        return call.await;
    }
    let outcome = call.instrument(span.clone()).await;
    let (status, attempts, request_id) = match &outcome {
        Ok(Answer { receipt, .. }) => {
            (Some(operation.success), receipt.attempts, receipt.request_id.as_deref())
        }
        Err(error) => (error.status(), error.attempts(), error.request_id()),
    };
    span.record("status", status).record("attempts", attempts).record("request_id", request_id.map(display));
    outcome
}
