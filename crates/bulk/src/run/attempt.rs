//! What is to be thought of a call for a row.

use avepoint_elements::{Error, Receipt};

use super::Stopped;
use super::circuit_breaker::NoResponse;
use super::pending_row::{PendingRow, Work};
use crate::error::FileError;
use crate::journal::Writer;
use crate::outcome::{Outcome, State};
use crate::service_error::{self, is_fatal, is_refusal};

/// A row after a call.
pub(super) struct Attempt {
    pub(super) row: Box<PendingRow>,
    pub(super) verdict: Verdict,
}

impl Attempt {
    /// Its result could not be written down: what was done does not count, and no further row is to be sent.
    fn stays_unrecorded(&mut self, error: &FileError) {
        let Verdict::Final(outcome) = &mut self.verdict else { return };
        if !outcome.state.is_recorded() {
            return;
        }
        if outcome.state == State::Done {
            (outcome.state, outcome.reason) = (State::Unknown, UNRECORDED.to_owned());
        }
        self.verdict = Verdict::Last(outcome.clone(), Stopped::Journal(error.clone()));
    }
}

pub(super) enum Verdict {
    /// That is the row's result.
    Final(Outcome),
    /// It is, and no further row is to be sent.
    Last(Outcome, Stopped),
    /// The service did not answer the row.
    Again(Outcome, NoResponse),
    /// The service refused the token, for this row or for all.
    TokenRefused(Outcome, Error),
    /// That is the row's result unless a later reading says something else.
    Later(Outcome),
}

/// Writes down what rows came to, where that is their result. Only then it counts.
pub(super) fn record(journal: &Writer, attempts: &mut [Attempt]) {
    let results = attempts.iter().filter_map(|Attempt { row, verdict }| match verdict {
        _ if row.is_control => None,
        Verdict::Final(outcome) | Verdict::Last(outcome, _) => row.record(outcome),
        Verdict::Again(..) | Verdict::TokenRefused(..) | Verdict::Later(_) => None,
    });
    if let Err(error) = journal.record(results) {
        for attempt in attempts {
            attempt.stays_unrecorded(&error);
        }
    }
}

const UNRECORDED: &str =
    "the service did it, but the journal could not be written; the next run may send it again";
const UNRECORDED_INTENT: &str = "the journal could not be written; nothing was sent";

/// What is done for a row is not what the caller does, which does not happen.
pub(super) fn other_work() -> Verdict {
    Verdict::Final(Outcome::new(State::Invalid, "what is to be done for the row is something else"))
}

/// The intent to send a row could not be written down.
pub(super) fn unrecorded_intent(error: FileError) -> Verdict {
    Verdict::Last(Outcome::new(State::NotAttempted, UNRECORDED_INTENT), Stopped::Journal(error))
}

/// The service did the update.
pub(super) fn done(row: &mut PendingRow, receipt: Receipt) -> Verdict {
    row.attempts += receipt.attempts;
    let mut done = Outcome::new(State::Done, "");
    (done.status, done.request_id, done.attempts) = (Some(receipt.status), receipt.request_id, row.attempts);
    Verdict::Final(done)
}

/// Takes note of what a request that failed leaves open.
pub(super) fn count(row: &mut PendingRow, error: &Error) {
    row.attempts += error.attempts();
    row.unreached_attempts += if error.is_unreachable() { error.attempts() } else { 0 };
    row.unknown |= error.is_outcome_unknown();
}

/// What is to be thought of a request that failed.
pub(super) fn judge(row: &mut PendingRow, error: Error) -> Verdict {
    count(row, &error);
    let mut outcome = Outcome::from(error.clone());
    (outcome.state, outcome.attempts) = (state(row, &error), row.attempts);
    if error.is_authentication() && !error.is_about_token() {
        return Verdict::TokenRefused(outcome, error);
    }
    if is_fatal(&error) {
        return Verdict::Last(outcome, Stopped::Authentication(error));
    }
    if error.is_cancelled() {
        return Verdict::Last(outcome, Stopped::Requested);
    }
    if error.is_validation() || is_refusal(&error) {
        return Verdict::Final(outcome);
    }
    let response = NoResponse::from(&error);
    row.tries += u32::from(!response.is_throttled);
    Verdict::Again(outcome, response)
}

/// What one attempt left open stays open, whatever a later one says.
fn state(row: &PendingRow, error: &Error) -> State {
    let is_reading = !matches!(row.work, Work::Send(_));
    match service_error::state(error) {
        _ if row.unknown => State::Unknown,
        State::Refused if error.is_not_found() && is_reading => State::Gone,
        // Of earlier calls for the row, too, or of its readings.
        State::Failed | State::NotAttempted if is_fatal(error) || error.is_cancelled() => {
            if row.is_unsent() {
                State::NotAttempted
            } else {
                State::Failed
            }
        }
        state => state,
    }
}
