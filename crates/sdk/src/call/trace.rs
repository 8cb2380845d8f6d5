//! A span for each call: operation, ids and outcome, and no value.

use std::pin::Pin;

use avepoint_elements_client::Operation;
use reqwest::Url;
use tracing::field::{Empty, display};
use tracing::{Instrument, Span};

use super::classify::Answer;
use super::subject::Subject;
use crate::error::Result;
use crate::log::TARGET;

/// Where requests go.
pub(crate) struct Server {
    address: String,
    port: Option<u16>,
}

impl Server {
    pub(crate) fn of(url: &Url) -> Self {
        let address = url.host_str().unwrap_or_default().to_owned();
        Self { address, port: url.port_or_known_default() }
    }
}

/// Runs a call in its span. The call stays where it is: it takes some kilobytes.
pub(crate) async fn traced<T, F>(
    operation: &Operation,
    subject: Subject<'_>,
    server: &Server,
    call: Pin<&mut F>,
) -> Result<Answer<T>>
where
    F: Future<Output = Result<Answer<T>>>,
{
    let Subject { customer, tenant, user, page } = subject;
    // The names with dots are OpenTelemetry's: those of `otel` for tracing-opentelemetry, the others for HTTP spans.
    let span = tracing::info_span!(
        target: TARGET,
        "elements",
        operation = operation.id,
        customer = customer.map(display),
        tenant = tenant.map(display),
        user = user.map(display),
        page,
        otel.kind = "client",
        http.request.method = operation.method,
        url.template = operation.path,
        server.address = server.address,
        server.port = server.port,
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        "error.type" = Empty,
        otel.status_code = Empty,
        outcome_unknown = Empty,
        attempts = Empty,
        request_id = Empty,
    );
    if span.is_disabled() {
        return call.await;
    }
    let outcome = call.instrument(span.clone()).await;
    record(&span, operation, &outcome);
    outcome
}

fn record<T>(span: &Span, operation: &Operation, outcome: &Result<Answer<T>>) {
    let (status, attempts, request_id) = match outcome {
        Ok(Answer { receipt, .. }) => {
            (Some(operation.success), receipt.attempts, receipt.request_id.as_deref())
        }
        // Those of a request for a token are not the operation's.
        Err(error) if error.is_about_token() => (None, error.attempts(), None),
        Err(error) => (error.status(), error.attempts(), error.request_id()),
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    span.record("attempts", attempts);
    if attempts > 1 {
        span.record("http.request.resend_count", attempts - 1);
    }
    if let Some(id) = request_id {
        span.record("request_id", display(id));
    }
    if let Err(error) = outcome {
        span.record("error.type", error.kind().name()).record("otel.status_code", "ERROR");
        span.record("outcome_unknown", error.is_outcome_unknown());
    }
}
