//! The events of this crate: names, levels and fields, which are stable. `docs/logs.md` has the table.
//!
//! No event holds an id or a value of a row.

use std::time::Duration;

const TARGET: &str = "avepoint_elements_bulk";

/// The service does not answer; the next probe goes out after `wait`.
pub(crate) fn opened(wait: Duration, status: Option<u16>) {
    tracing::warn!(
        name: "elements.breaker.opened",
        target: TARGET,
        wait_ms = milliseconds(wait),
        http.response.status_code = status,
        "the service does not answer: one row at a time probes"
    );
}

/// The service asks for fewer requests or for a wait; the next probe goes out after `wait`.
pub(crate) fn paused(wait: Duration, status: Option<u16>) {
    tracing::info!(
        name: "elements.breaker.paused",
        target: TARGET,
        wait_ms = milliseconds(wait),
        http.response.status_code = status,
        "the service asks for a pause: one row at a time probes"
    );
}

/// The service answers again, after so long.
pub(crate) fn closed(open: Duration) {
    tracing::info!(
        name: "elements.breaker.closed",
        target: TARGET,
        open_ms = milliseconds(open),
        "the service answers: rows are sent again"
    );
}

/// The service was not up for longer than the run waits.
pub(crate) fn exhausted(open: Duration, status: Option<u16>) {
    tracing::warn!(
        name: "elements.breaker.exhausted",
        target: TARGET,
        open_ms = milliseconds(open),
        http.response.status_code = status,
        "the service was down for too long: the run stops"
    );
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
