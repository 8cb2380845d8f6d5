//! What a call means: for its row, and for the others.

use avepoint_elements::Error;

use super::{BUDGET_PER_SUCCESS, NOT_REACHED, RETRY_BUDGET, Scheduler, not_attempted};
use crate::clock;
use crate::outcome::{Outcome, State};
use crate::run::Stopped;
use crate::run::attempt::{self, Attempt, Verdict};
use crate::run::circuit_breaker::{MIN_STREAK, NoResponse};
use crate::run::pending_row::PendingRow;

/// How often a row is sent when there is no other to tell whether the fault is its own.
const MAX_TRIES_ALONE: u32 = 7;

impl<T> Scheduler<T> {
    /// Records what calls came to, all in one go, and only then judges it.
    pub(in crate::run) fn judge(&mut self, ended: &mut Vec<Attempt>) {
        if let Some(writer) = self.service.writer() {
            attempt::record(writer, ended);
        }
        ended.drain(..).for_each(|attempt| self.finish(attempt));
    }

    fn finish(&mut self, Attempt { mut row, verdict }: Attempt) {
        self.under_way -= 1;
        if row.is_control {
            return self.judge_control(row, verdict);
        }
        match verdict {
            Verdict::Final(outcome) => {
                let (status, error) = (outcome.status, outcome.error.clone());
                self.settle(&row, outcome);
                if let Some(status) = status {
                    self.record_answer(&row);
                    self.scopes.record(&row.work.user().customer, status, row.is_intended, error);
                    (row.is_control, row.unanswered) = (true, None);
                    self.control.row = Some(row);
                }
            }
            Verdict::Later(outcome) => self.read_again(row, outcome),
            Verdict::Last(outcome, reason) => {
                self.stop_because(reason);
                self.settle(&row, outcome);
            }
            Verdict::TokenRefused(outcome, error) => self.doubt_token(row, outcome, error),
            Verdict::Again(_, NoResponse { is_throttled: true, .. })
                if self.is_stopped() && row.is_unsent() =>
            {
                self.put(&row, not_attempted(NOT_REACHED));
            }
            Verdict::Again(last, response) => self.fail(row, last, response),
        }
    }

    /// A reading does not show yet what it is to show: the user is read again, while there is time.
    fn read_again(&mut self, mut row: Box<PendingRow>, outcome: Outcome) {
        self.record_answer(&row);
        self.control.row = Some(row.as_control());
        let now = clock::now();
        if self.is_stopped() || now >= self.wait_until {
            return self.settle(&row, outcome);
        }
        row.pending_readings += 1;
        row.wait((now + row.backoff()).min(self.wait_until), outcome);
        self.backlog.push(row);
    }

    /// The service refused the token for a row. That is the row's own fault if it is so twice, each time with a row that is
    /// answered after it, and else the token's: one that was new may not be known everywhere yet.
    fn doubt_token(&mut self, mut row: Box<PendingRow>, last: Outcome, error: Error) {
        let failure = self.breaker.record_token_refusal();
        // What is asked with is a reading, which says nothing of updates.
        let was_accepted = !row.is_intended || self.known.count(State::Done) > 0;
        if self.control.is_unknown() || !was_accepted {
            self.stop_because(Stopped::Authentication(error));
        }
        if self.is_stopped() {
            return self.give_up(&row, last);
        }
        let (now, is_last) = (clock::now(), row.failures > 0);
        row.failed(now, Some(failure), is_last, last);
        self.backlog.push(row);
        if self.control.has_failed {
            // It is asked again, or another row is, after a wait.
            self.breaker.open(now);
        }
    }

    /// The service did not answer a row, which is sent again, or has failed.
    fn fail(&mut self, mut row: Box<PendingRow>, last: Outcome, response: NoResponse) {
        let now = clock::now();
        let failure = self.breaker.record_failure(now, response);
        let failure = row.is_to_blame(&response).then_some(failure);
        // One that failed before by itself is not worth a wait that is asked of all.
        let is_too_dear = row.failures > 0 && response.asked.is_some();
        if self.is_stopped() || failure.is_some() && (is_too_dear || self.is_alone(&row)) {
            return self.give_up(&row, last);
        }
        row.counted_failures += u32::from(failure.is_some());
        let is_spent = row.failures > 0 && (row.throttled_calls > 0 || !self.take_from_budget());
        let is_last = failure.is_some() && (row.counted_failures >= self.most_tries || is_spent);
        row.failed(now, failure, is_last, last);
        self.backlog.push(row);
        self.blame_outage();
    }

    /// What the control came to: the service is up, or down.
    fn judge_control(&mut self, row: Box<PendingRow>, verdict: Verdict) {
        match verdict {
            Verdict::Final(_) | Verdict::Later(_) => {
                self.breaker.tolerate_more();
                self.record_answer(&row);
            }
            Verdict::Last(_, reason) => self.stop_because(reason),
            Verdict::TokenRefused(_, error) => self.stop_because(Stopped::Authentication(error)),
            Verdict::Again(_, response) => {
                let now = clock::now();
                self.control.has_failed = true;
                self.breaker.record_failure(now, response);
                self.breaker.open(now);
                self.blame_outage();
            }
        }
        self.control.put_back(row);
    }

    fn record_answer(&mut self, row: &PendingRow) {
        self.breaker.record_answer(row.sent_at);
        self.budget = (self.budget + BUDGET_PER_SUCCESS).min(RETRY_BUDGET);
        (self.control.was_last_probe, self.control.has_failed) = (false, false);
    }

    /// Puts the failures that may be the service's own down to an outage, if there is one.
    pub(super) fn blame_outage(&mut self) {
        let Some(outage) = self.breaker.outage() else { return };
        let breaker = &self.breaker;
        let is_open = |row: &PendingRow| {
            let failure = row.unanswered.as_ref().and_then(|unanswered| unanswered.failure);
            failure.is_some_and(|failure| !breaker.confirms(failure))
        };
        let rows = self.backlog.rows().filter(|row| is_open(row));
        rows.for_each(|row| row.blame_outage(outage));
    }

    fn take_from_budget(&mut self) -> bool {
        let is_left = self.budget >= 1.0;
        self.budget -= if is_left { 1.0 } else { 0.0 };
        is_left
    }

    /// Whether there are no others that could tell whether a row is to blame, and it was sent often enough.
    fn is_alone(&self, row: &PendingRow) -> bool {
        let others = self.backlog.len() + self.ready.len();
        let can_tell = others + 1 >= MIN_STREAK as usize || self.control.has_failed;
        let tries = row.tries.saturating_sub(row.unreached_attempts);
        self.ended && !can_tell && tries >= MAX_TRIES_ALONE
    }
}
