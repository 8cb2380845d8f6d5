//! The events of this crate: names, levels and fields, which are stable. `docs/logs.md` has the table.
//!
//! No event holds a token, a secret, or a value of an office. Ids stand in the span of the call alone.

use std::time::Duration;

use tokio::time::Instant;

use crate::auth::token::{AccessToken, Permissions};
use crate::error::{Error, Result};

/// The target of every event and span, whatever module it comes from.
pub(crate) const TARGET: &str = "avepoint_elements";

/// A call is sent again after `wait`.
pub(crate) fn retry(attempts: u32, wait: Duration, error: &Error) {
    tracing::info!(
        name: "elements.retry",
        target: TARGET,
        attempts,
        wait_ms = milliseconds(wait),
        "error.type" = error.kind().name(),
        http.response.status_code = error.status(),
        "the call is tried again"
    );
}

/// No request of the client goes out for `wait`; the service asked for `asked`.
pub(crate) fn paused(wait: Duration, asked: Duration) {
    tracing::info!(
        name: "elements.throttle.paused",
        target: TARGET,
        wait_ms = milliseconds(wait),
        asked_ms = milliseconds(asked),
        "the service asks for a pause: all calls wait"
    );
}

/// The service answered 429: `rate` requests a second in place of `refused_at`.
pub(crate) fn slowed(refused_at: f64, rate: f64) {
    tracing::info!(
        name: "elements.throttle.slowed",
        target: TARGET,
        refused_at,
        rate,
        "429: the rate of requests drops"
    );
}

/// The rate has no limit any more.
pub(crate) fn unlimited() {
    tracing::info!(
        name: "elements.throttle.unlimited",
        target: TARGET,
        "no 429 for minutes: requests have no rate any more"
    );
}

/// A token was asked for, for the first time or to renew it.
pub(crate) fn token_fetched(permissions: Permissions, outcome: &Result<AccessToken>, now: Instant) {
    let permissions = permissions.join(" ");
    match outcome {
        Ok(token) => tracing::info!(
            name: "elements.token.obtained",
            target: TARGET,
            permissions,
            expires_in_s = token.expiry().map(|end| end.saturating_duration_since(now).as_secs()),
            "an access token was obtained"
        ),
        Err(error) => tracing::warn!(
            name: "elements.token.failed",
            target: TARGET,
            permissions,
            "error.type" = error.kind().name(),
            http.response.status_code = error.status(),
            "no access token was obtained"
        ),
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
