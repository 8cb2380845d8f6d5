//! What comes after a failed attempt: a pure function of the failure and of how far the call has come.

use std::time::Duration;

use crate::call::retry::RetryPolicy;
use crate::error::Error;

/// The wait after 429 without `Retry-After`: the documentation names none, and limits are commonly counted by
/// the second.
const DEFAULT_THROTTLE_PAUSE: Duration = Duration::from_secs(1);

/// What comes next.
#[derive(Debug, PartialEq)]
pub(super) enum Decision {
    /// The failure is the call's.
    GiveUp,
    /// Another attempt with another token.
    RefreshToken,
    /// Another attempt after a wait of the call's own.
    RetryAfter(Duration),
    /// Another attempt when the throttle allows it: all calls wait.
    RetryQueued,
}

/// What matters of a failed attempt.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Failure {
    /// The service refused the access token.
    pub(super) token_refused: bool,
    /// Another attempt may help.
    pub(super) transient: bool,
    /// The status of a transient reply to the operation itself.
    pub(super) status: Option<u16>,
    pub(super) retry_after: Option<Duration>,
    /// The budget pays for another attempt. Requests for a token are shared, and at least a second apart; the throttle
    /// bounds those that the service throttles.
    pub(super) costs_retry: bool,
}

/// How far the call has come.
#[allow(clippy::struct_excessive_bools, reason = "each is a condition of its own")]
pub(super) struct CallState<'a> {
    pub(super) retry: &'a RetryPolicy,
    /// The attempt that failed, from 1.
    pub(super) round: u32,
    pub(super) token_replaced: bool,
    /// The time in the throttle's queue does not count as the call's.
    pub(super) unbounded_queue: bool,
    /// A wait that the service does not name is the call's to make, and not its caller's.
    pub(super) backs_off: bool,
    /// No second attempt is made, but for a refused token.
    pub(super) is_sent_once: bool,
    pub(super) time_left: Duration,
    /// The wait where the service names none, jitter included.
    pub(super) backoff: Duration,
}

impl Failure {
    pub(super) fn of(error: &Error) -> Self {
        let transient = error.may_pass();
        Self {
            token_refused: error.refuses_token(),
            transient,
            status: error.operation_status().filter(|_| transient),
            retry_after: error.retry_after(),
            costs_retry: !error.is_about_token() && !error.is_throttled(),
        }
    }

    /// The pause of all calls that the service asks for.
    pub(super) fn pause(&self, state: &CallState<'_>) -> Option<Duration> {
        match (self.status?, self.retry_after) {
            // "Now" said to many at once would bring them back at the same instant.
            (_, Some(Duration::ZERO)) => Some(state.backoff),
            (429, None) => Some(state.retry.doubled(DEFAULT_THROTTLE_PAUSE, state.round)),
            (_, asked) => asked,
        }
    }
}

/// Decides what comes after a failed attempt.
pub(super) fn decide(failure: &Failure, state: &CallState<'_>) -> Decision {
    if failure.token_refused && !state.token_replaced {
        return Decision::RefreshToken;
    }
    if !failure.transient || state.is_sent_once || !state.retry.allows(state.round) {
        return Decision::GiveUp;
    }
    let pause = failure.pause(state);
    let asked = pause.or(failure.retry_after);
    if asked.is_some_and(|asked| asked > state.retry.max_wait) {
        return Decision::GiveUp;
    }
    // What is asked for because of the rate is for the queue, whose head tries it; all else may be this call's own fault.
    if !state.backs_off && (asked.is_none() || failure.costs_retry) {
        return Decision::GiveUp;
    }
    let wait = asked.unwrap_or(state.backoff);
    let counts = pause.is_none() || !state.unbounded_queue;
    if counts && wait >= state.time_left {
        return Decision::GiveUp;
    }
    if pause.is_some() { Decision::RetryQueued } else { Decision::RetryAfter(wait) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const BACKOFF: Duration = Duration::from_millis(250);

    fn transient(status: u16) -> Failure {
        Failure { transient: true, status: Some(status), costs_retry: status != 429, ..Failure::default() }
    }

    fn asking(failure: Failure, seconds: u32) -> Failure {
        Failure { retry_after: Some(SECOND * seconds), ..failure }
    }

    fn state(retry: &RetryPolicy) -> CallState<'_> {
        let (token_replaced, unbounded_queue, backs_off, is_sent_once) = (false, false, true, false);
        CallState {
            retry,
            round: 1,
            token_replaced,
            unbounded_queue,
            backs_off,
            is_sent_once,
            time_left: SECOND * 60,
            backoff: BACKOFF,
        }
    }

    #[test]
    fn each_failure_has_one_consequence() {
        use Decision::{GiveUp, RefreshToken, RetryAfter, RetryQueued};
        let retry = &RetryPolicy::default();
        let broken = Failure { transient: true, costs_retry: true, ..Failure::default() };
        let refused = Failure { token_refused: true, ..Failure::default() };
        let rejected = Failure { costs_retry: true, ..Failure::default() };
        let token_endpoint = asking(broken, 3);
        let (first, last) = (state(retry), CallState { round: 5, ..state(retry) });
        let replaced = CallState { token_replaced: true, ..state(retry) };
        let short = |time_left| CallState { time_left, ..state(retry) };
        let unbounded = CallState { unbounded_queue: true, ..short(SECOND) };
        let unbounded_soon = CallState { unbounded_queue: true, ..short(BACKOFF) };
        let no_backoff = CallState { backs_off: false, ..state(retry) };
        let once = CallState { is_sent_once: true, ..state(retry) };
        let cases = [
            ("without backoff a wait that is not named is the caller's", &broken, &no_backoff, GiveUp),
            (
                "so is one that is named for another reason than the rate",
                &asking(transient(503), 2),
                &no_backoff,
                GiveUp,
            ),
            ("one that is named for the rate is kept", &asking(transient(429), 2), &no_backoff, RetryQueued),
            ("a rejection is final", &rejected, &first, GiveUp),
            ("a broken connection backs off", &broken, &first, RetryAfter(BACKOFF)),
            ("the last attempt is final", &broken, &last, GiveUp),
            ("a backoff that ends with the time is none", &broken, &short(BACKOFF), GiveUp),
            ("a backoff within the time is kept", &broken, &short(BACKOFF * 2), RetryAfter(BACKOFF)),
            ("what is sent once is not sent again", &asking(transient(429), 2), &once, GiveUp),
            ("a refused token is replaced", &refused, &first, RefreshToken),
            ("a refused token of what is sent once is replaced", &refused, &once, RefreshToken),
            ("a refused token is replaced in the last attempt too", &refused, &last, RefreshToken),
            ("a token is replaced once", &refused, &replaced, GiveUp),
            ("503 without a wait backs off", &transient(503), &first, RetryAfter(BACKOFF)),
            ("503 with a wait pauses all", &asking(transient(503), 2), &first, RetryQueued),
            ("503 with no wait at all pauses all", &asking(transient(503), 0), &first, RetryQueued),
            ("429 pauses all", &transient(429), &first, RetryQueued),
            ("429 is final in the last attempt", &transient(429), &last, GiveUp),
            ("a pause of a minute is honoured", &asking(transient(429), 59), &first, RetryQueued),
            ("a pause beyond a minute is not", &asking(transient(429), 61), &first, GiveUp),
            ("a pause beyond the time is not", &asking(transient(429), 2), &short(SECOND), GiveUp),
            (
                "a pause in an unbounded queue takes no time",
                &asking(transient(429), 2),
                &unbounded,
                RetryQueued,
            ),
            ("a backoff in an unbounded queue does", &broken, &unbounded_soon, GiveUp),
            (
                "a wait that the token endpoint asks for is the call's own",
                &token_endpoint,
                &first,
                RetryAfter(SECOND * 3),
            ),
        ];
        for (promise, failure, state, expected) in cases {
            assert_eq!(decide(failure, state), expected, "{promise}");
        }
    }

    #[test]
    fn a_throttle_pause_without_a_wait_doubles_and_now_is_a_backoff() {
        let retry = &RetryPolicy::default();
        let pause = |failure: &Failure, round| failure.pause(&CallState { round, ..state(retry) });
        assert_eq!(pause(&transient(429), 1), Some(SECOND));
        assert_eq!(pause(&transient(429), 3), Some(SECOND * 4));
        assert_eq!(pause(&asking(transient(429), 0), 1), Some(BACKOFF));
        assert_eq!(pause(&transient(500), 1), None);
    }
}
