//! What is to be done next.

use std::collections::HashSet;

use avepoint_elements::{CustomerId, TenantId};
use tokio::time::Instant;

use super::{NOT_REACHED, Scheduler, Stopped, not_attempted};
use crate::clock;
use crate::outcome::{Outcome, State};
use crate::run::circuit_breaker::{MIN_STREAK, NoResponse};
use crate::run::pending_row::{PendingRow, Unanswered};

/// Rows that wait for their results, or for those of earlier rows, at most; more where more calls are under way. A row
/// of a file has at most a mebibyte, and commonly some hundred bytes.
const REORDER_WINDOW: usize = 1024;
/// The same where no row was answered yet, and the first rows, of one tenant, may have their fault in common.
const LOOK_AHEAD: usize = 8 * REORDER_WINDOW;

const OUT_OF_SCOPE: &str = "the service refused other rows of this customer and answered none, as where the app's scope \
                            leaves the customer out; this one was not sent, and the next run tries it again";

/// What is to be done next.
pub(in crate::run) enum Next {
    /// A row is to be sent.
    Send(Box<PendingRow>),
    /// A row is to be read, or it is to be said that none is there for now.
    Read,
    /// Results are to be handed out.
    HandOut,
    /// Nothing until something happens, or until an instant.
    Wait(Option<Instant>),
}

impl<T> Scheduler<T> {
    /// What is to be done next, where `idle` says that no row is there for now.
    pub(in crate::run) fn next(&mut self, idle: bool) -> Next {
        loop {
            if let Some(next) = self.step(idle) {
                return next;
            }
        }
    }

    /// What is to be done next; none where a row was given its result.
    fn step(&mut self, idle: bool) -> Option<Next> {
        if self.has_result() {
            return Some(Next::HandOut);
        }
        if self.is_stopped() {
            return self.wind_up(idle);
        }
        if self.under_way >= self.settings.concurrency {
            return Some(Next::Wait(None));
        }
        // Of a token, also in an outage: a row that was refused may be the first reply behind it.
        let is_token_in_doubt = self.breaker.is_token_in_doubt() && !self.control.has_failed;
        if is_token_in_doubt || self.breaker.is_in_doubt() {
            if !self.control.is_under_way
                && let Some(control) = self.resolve_doubt()
            {
                return self.send(control);
            }
            // Other rows wait: the token may be refused for them, too.
            if is_token_in_doubt && self.control.is_under_way {
                return Some(Next::Wait(None));
            }
        }
        if let Some(due) = self.breaker.next_probe() {
            return self.probe(due, idle);
        }
        let has_turn = |first: &Unanswered| {
            self.is_settled(first) && (first.is_last || first.again(false) <= clock::now())
        };
        if self.backlog.first().is_some_and(has_turn) {
            return self.try_again();
        }
        if let Some(row) = self.ready.pop_front() {
            return self.send(row);
        }
        if self.may_read(idle) { Some(Next::Read) } else { self.go_on_with_backlog() }
    }

    /// Sends a row, unless it is of a customer whose rows are refused.
    fn send(&mut self, mut row: Box<PendingRow>) -> Option<Next> {
        if row.attempts == 0 && self.scopes.is_out_of_scope(&row.work.user().customer) {
            self.sent -= 1;
            let refused = Outcome::new(State::Refused, OUT_OF_SCOPE).because("customer-out-of-scope");
            let error = self.scopes.refusal(&row.work.user().customer);
            self.put(&row, Outcome { error, ..refused });
            return None;
        }
        if self.breaker.next_probe().is_some() {
            self.breaker.probe_sent(clock::now());
        }
        row.sent_at = self.breaker.now();
        self.under_way += 1;
        Some(Next::Send(row))
    }

    /// Where several rows failed and none was answered, one that was answered before tells whether the service is up. So it
    /// does where the token was refused, and where no connection was made. Where there is none, that is an outage. One row
    /// alone is told apart by others that come, or by its last try.
    fn resolve_doubt(&mut self) -> Option<Box<PendingRow>> {
        let are_many = self.backlog.len() >= MIN_STREAK as usize
            || self.breaker.is_token_in_doubt()
            || self.breaker.last().is_unreachable;
        if are_many && let Some(control) = self.control.take() {
            return Some(control);
        }
        if are_many || self.control.row.is_none() || !self.is_last_chance() {
            self.breaker.open(clock::now());
            self.blame_outage();
        }
        None
    }

    /// While the breaker is open: one row at a time.
    fn probe(&mut self, due: Instant, idle: bool) -> Option<Next> {
        if self.breaker.is_exhausted() {
            #[cfg(feature = "tracing")]
            self.breaker.log_exhausted(clock::now());
            let NoResponse { status, asked, .. } = self.breaker.last();
            (self.known.outage_status, self.known.outage_wait) = (status, asked);
            self.stop_because(Stopped::Outage);
            return None;
        }
        if self.under_way > 0 || due > clock::now() {
            return Some(Next::Wait((self.under_way == 0).then_some(due)));
        }
        if let Some(suspect) = self.take_suspect() {
            return self.send(suspect);
        }
        if !self.chooses_probe
            && let Some(control) = self.take_control_to_probe()
        {
            return self.send(control);
        }
        self.chooses_probe = self.may_read(idle);
        if self.chooses_probe {
            return Some(Next::Read);
        }
        let row = self.take_probe().or_else(|| self.backlog.pop());
        row.map_or(Some(Next::Wait(None)), |row| self.send(row))
    }

    /// A row because of which the service asked for the wait that is over. Refused all the same while another is answered, it
    /// is to blame itself.
    fn take_suspect(&mut self) -> Option<Box<PendingRow>> {
        let mut row = if self.breaker.is_throttled() { self.backlog.take_throttled() } else { None }?;
        row.is_suspect = true;
        Some(row)
    }

    /// The control, unless it probed last: rows that follow each other may have their fault in common.
    fn take_control_to_probe(&mut self) -> Option<Box<PendingRow>> {
        let may_ask = self.backlog.len() >= MIN_STREAK as usize || self.is_last_chance();
        let is_limit = self.breaker.is_throttled() && !self.backlog.rows().any(|row| row.is_suspect);
        let may_ask = may_ask && !is_limit && !self.control.was_last_probe;
        let control = if may_ask { self.control.take() } else { None };
        self.control.was_last_probe = control.is_some();
        control
    }

    /// A row that was not sent yet, of a tenant without a row that failed if there is one. Each is far from those before:
    /// rows that are near each other may have their fault in common.
    fn take_probe(&mut self) -> Option<Box<PendingRow>> {
        fn tenant(row: &PendingRow) -> (&CustomerId, &TenantId) {
            let user = row.work.user();
            (&user.customer, &user.tenant)
        }
        let failed: HashSet<_> = self.backlog.rows().map(|row| tenant(row)).collect();
        let others = (0..self.ready.len()).filter(|place| !failed.contains(&tenant(&self.ready[*place])));
        let others: Vec<_> = others.collect();
        let chosen =
            spread(self.backlog.len(), if others.is_empty() { self.ready.len() } else { others.len() });
        self.ready.remove(others.get(chosen).copied().unwrap_or(chosen))
    }

    /// While no new row comes, rows that were not answered have their time; before one of them has failed for good, it
    /// must be known that the service is up.
    fn go_on_with_backlog(&mut self) -> Option<Next> {
        let Some(first) = self.backlog.first() else { return Some(Next::Wait(None)) };
        let again = first.again(self.is_full());
        if !self.is_settled(first) {
            let is_last = first.is_last && self.is_last_chance();
            if self.under_way > 0 {
                return Some(Next::Wait(None));
            }
            if is_last && let Some(control) = self.control.take() {
                return self.send(control);
            }
        }
        if again > clock::now() { Some(Next::Wait(Some(again))) } else { self.try_again() }
    }

    /// Sends a row again that was not answered, unless that was its last time.
    fn try_again(&mut self) -> Option<Next> {
        let mut row = self.backlog.pop()?;
        match row.unanswered.take() {
            Some(unanswered) if unanswered.failure.is_some_and(|failure| self.breaker.confirms(failure)) => {
                row.failures += 1;
                if unanswered.is_last {
                    self.give_up(&row, unanswered.last);
                    return None;
                }
                row.unanswered = Some(unanswered);
            }
            unanswered => row.unanswered = unanswered,
        }
        self.send(row)
    }

    /// After the run was stopped: every row that is not under way gets its result.
    fn wind_up(&mut self, idle: bool) -> Option<Next> {
        let Some(mut row) = self.backlog.pop().or_else(|| self.ready.pop_front()) else {
            return Some(if self.may_read(idle) { Next::Read } else { Next::Wait(None) });
        };
        match row.unanswered.take() {
            Some(unanswered) => self.give_up(&row, unanswered.last),
            None => self.put(&row, not_attempted(NOT_REACHED)),
        }
        None
    }

    /// Whether it is known whose fault a failure was.
    fn is_settled(&self, unanswered: &Unanswered) -> bool {
        unanswered.failure.is_none_or(|failure| self.breaker.confirms(failure))
    }

    fn may_read(&self, idle: bool) -> bool {
        !self.ended && !idle && !self.is_full()
    }

    /// Whether no new row can tell what the failures so far mean.
    fn is_last_chance(&self) -> bool {
        self.ended || self.is_full()
    }

    /// Whether no other row may come before the first result is handed out.
    fn is_full(&self) -> bool {
        let nothing_is_known = self.breaker.next_probe().is_some() && self.control.is_unknown();
        let window = if nothing_is_known { LOOK_AHEAD } else { REORDER_WINDOW };
        self.order.len() >= window.max(2 * self.settings.concurrency)
    }
}

/// The place of a turn among so many, by the golden ratio: turns that follow each other spread evenly, wherever they begin.
fn spread(turn: usize, places: usize) -> usize {
    const GOLDEN_RATIO: f64 = 0.618_033_988_749_895;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "less than places"
    )]
    let place = ((turn as f64 * GOLDEN_RATIO).fract() * places as f64) as usize;
    place
}
