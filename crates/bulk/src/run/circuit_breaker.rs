//! Tells a service that is down from rows that fail.

use std::time::Duration;

use avepoint_elements::Error;
use tokio::time::Instant;

#[cfg(feature = "tracing")]
use crate::log;
use crate::service_error::is_of_another_server;

/// Failures in a row that are worth a question: fewer may be the rows' own fault.
pub(super) const MIN_STREAK: u32 = 3;
/// Failures in a row that are, after a service that was doubted has turned out to be up again and again.
const MAX_STREAK: u32 = 32;
/// The wait before the next probe, at first and at most.
const FIRST_PROBE_DELAY: Duration = Duration::from_secs(1);
const MAX_PROBE_DELAY: Duration = Duration::from_secs(30);
/// Outages longer than this are all the same: clocks do not count much further.
const MAX_PROBED_OUTAGE: Duration = Duration::from_secs(10 * 365 * 86_400);

/// What the answers so far say of the service. An answer is any reply about the row itself, a refusal included.
///
/// While the breaker is open, nothing is sent but one probe at a time. So an outage costs time, and no rows.
///
/// Ends of calls are numbered. A failure is confirmed by an answer to a call that was sent after it: the service was up,
/// and the failure is the row's own. What no answer confirms may be an outage.
#[derive(Debug, Default)]
pub(crate) struct CircuitBreaker {
    ended: u64,
    /// How many calls had ended when the newest of the answered ones was sent; none where no call was answered.
    up_at: Option<u64>,
    /// Failures since the last answer.
    streak: u32,
    /// How many of the newest of them were replies of [another server](is_of_another_server).
    elsewhere: u32,
    /// The streak that is worth a question.
    tolerated: u32,
    /// Rows for which the token was refused, since the service was up last; the number of the last; and how many of them are
    /// worth a question.
    token_refusals: u32,
    token_refused_at: u64,
    tolerated_token_refusals: u32,
    open: Option<Open>,
    /// How often it opened.
    openings: u64,
    /// What came of the last row without an answer.
    last: NoResponse,
    /// How long an outage may last.
    max_outage: Duration,
    #[cfg(feature = "tracing")]
    logged: Logged,
}

/// What logs say of the breaker.
#[cfg(feature = "tracing")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Logged {
    #[default]
    Closed,
    Open {
        began: Instant,
    },
    /// Open since the service asks for that.
    Paused {
        began: Instant,
    },
}

/// What came in place of an answer to a row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NoResponse {
    /// The status, if there was one: of the row's reply, or of the one that holds no token.
    pub(crate) status: Option<u16>,
    /// The wait that the service asked for.
    pub(crate) asked: Option<Duration>,
    /// Whether there was too much, of whatever rows: this one is not to blame.
    pub(crate) is_throttled: bool,
    /// Whether no connection was made: no row is to blame.
    pub(crate) is_unreachable: bool,
}

impl From<&Error> for NoResponse {
    fn from(error: &Error) -> Self {
        Self {
            status: error.status(),
            asked: error.retry_after(),
            is_throttled: error.is_throttled(),
            is_unreachable: error.is_unreachable(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Open {
    since: Instant,
    /// When the next probe is due.
    probe: Instant,
    wait: Duration,
    /// The wait that the service asked for, where that is why there is no earlier probe.
    asked: Option<Duration>,
}

impl CircuitBreaker {
    pub(crate) fn new(max_outage: Duration) -> Self {
        let max_outage = max_outage.min(MAX_PROBED_OUTAGE);
        Self { tolerated: MIN_STREAK, tolerated_token_refusals: 1, max_outage, ..Self::default() }
    }

    /// The number that a call has which is sent now.
    pub(crate) fn now(&self) -> u64 {
        self.ended
    }

    /// The service answered a call of this number: it is up.
    pub(crate) fn record_answer(&mut self, sent_at: u64) {
        self.ended += 1;
        self.up_at = self.up_at.max(Some(sent_at));
        (self.streak, self.elsewhere) = (0, 0);
        if self.confirms(self.token_refused_at) {
            self.token_refusals = 0;
        }
        self.open = None;
        #[cfg(feature = "tracing")]
        self.log_change(crate::clock::now());
    }

    /// A call was not answered, and the service may have asked for a wait. Gives the number of the failure.
    pub(crate) fn record_failure(&mut self, now: Instant, response: NoResponse) -> u64 {
        self.ended += 1;
        self.last = response;
        self.streak += 1;
        self.elsewhere =
            if response.status.is_some_and(is_of_another_server) { self.elsewhere + 1 } else { 0 };
        if self.open.is_some() || response.asked.is_some() {
            self.open(now);
        }
        self.ended
    }

    /// The service refused the token for a row. Gives the number of the failure.
    pub(crate) fn record_token_refusal(&mut self) -> u64 {
        self.ended += 1;
        (self.token_refusals, self.token_refused_at) = (self.token_refusals + 1, self.ended);
        self.ended
    }

    /// Whether the service was up after the failure of this number.
    pub(crate) fn confirms(&self, failure: u64) -> bool {
        self.up_at >= Some(failure)
    }

    /// Whether so many rows failed since the last answer that the service is doubted.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.open.is_none() && self.streak >= self.tolerated
    }

    /// Whether the token was refused for so many rows, and no row was answered since, that it is doubted.
    pub(crate) fn is_token_in_doubt(&self) -> bool {
        self.token_refusals >= self.tolerated_token_refusals
    }

    /// The service, or the token, that is doubted is not at fault: the next doubt takes more.
    pub(crate) fn tolerate_more(&mut self) {
        let tolerated =
            if self.is_token_in_doubt() { &mut self.tolerated_token_refusals } else { &mut self.tolerated };
        *tolerated = (2 * *tolerated).min(MAX_STREAK);
    }

    /// Whether failures since the last answer are to be blamed on the service.
    /// Gives the number of the outage.
    pub(crate) fn outage(&self) -> Option<u64> {
        (self.open.is_some() && self.streak >= MIN_STREAK).then_some(self.openings)
    }

    /// A probe is sent. Time without a row to probe with does not count towards the limit.
    pub(crate) fn probe_sent(&mut self, now: Instant) {
        if let Some(open) = &mut self.open {
            open.since += now.saturating_duration_since(open.probe);
        }
    }

    /// Opens after the last failure, or waits longer.
    pub(crate) fn open(&mut self, now: Instant) {
        self.tolerated = MIN_STREAK;
        self.openings += u64::from(self.open.is_none());
        let asked = self.last.asked;
        let open =
            self.open.unwrap_or(Open { since: now, probe: now, wait: FIRST_PROBE_DELAY / 2, asked: None });
        // Of calls that were under way together, one counts.
        let wait = if now < open.probe { open.wait } else { (open.wait * 2).min(MAX_PROBE_DELAY) };
        // Beyond the longest outage it does not matter how far.
        let pause = wait.max(asked.unwrap_or_default()).min(self.max_outage + MAX_PROBE_DELAY);
        let probe = now + pause;
        let asked = if probe < open.probe { open.asked } else { asked.filter(|asked| *asked > wait) };
        self.open = Some(Open { probe: probe.max(open.probe), wait, asked, ..open });
        #[cfg(feature = "tracing")]
        self.log_change(now);
    }

    /// Logs what the breaker lets through, where that is something else than what was logged last.
    #[cfg(feature = "tracing")]
    fn log_change(&mut self, now: Instant) {
        let began = match self.logged {
            Logged::Closed => now,
            Logged::Open { began } | Logged::Paused { began } => began,
        };
        let state = match self.open {
            None => Logged::Closed,
            Some(_) if self.is_throttled() => Logged::Paused { began },
            Some(_) => Logged::Open { began },
        };
        if std::mem::replace(&mut self.logged, state) == state {
            return;
        }
        let wait = self.open.map(|open| open.probe.saturating_duration_since(now)).unwrap_or_default();
        match state {
            Logged::Closed => log::closed(now.saturating_duration_since(began)),
            Logged::Open { .. } => log::opened(wait, self.last.status),
            Logged::Paused { .. } => log::paused(wait, self.last.status),
        }
    }

    /// Logs that the breaker [is exhausted](Self::is_exhausted).
    #[cfg(feature = "tracing")]
    pub(crate) fn log_exhausted(&self, now: Instant) {
        if let Logged::Open { began } | Logged::Paused { began } = self.logged {
            log::exhausted(now.saturating_duration_since(began), self.last.status);
        }
    }

    /// When the next probe is due; none where rows are sent at will.
    pub(crate) fn next_probe(&self) -> Option<Instant> {
        self.open.map(|open| open.probe)
    }

    /// What came of the last row without an answer, with the wait that the service asked for where that is what delays
    /// the next probe.
    pub(crate) fn last(&self) -> NoResponse {
        NoResponse { asked: self.open.and_then(|open| open.asked), ..self.last }
    }

    /// Whether the service is not down, but wants to be left alone: it says that there is too much, or asked for the
    /// wait until the next probe.
    pub(crate) fn is_throttled(&self) -> bool {
        self.open.is_some_and(|open| open.asked.is_some() || self.last.is_throttled)
    }

    /// Whether the service has been down for too long, or wants to be left alone for longer than that; or whether rows
    /// reach another server, which no wait helps.
    pub(crate) fn is_exhausted(&self) -> bool {
        let is_elsewhere = self.elsewhere >= MIN_STREAK;
        self.open.is_some_and(|open| is_elsewhere || open.probe - open.since > self.max_outage)
    }
}

/// Outages that failures of a row or a list are put down to at most: what fails by itself may look like one.
const MAX_BLAMED_OUTAGES: u32 = 4;

/// The outages that failures of a row or a list are put down to.
#[derive(Debug, Default)]
pub(crate) struct BlamedOutages {
    count: u32,
    /// The number of the last one.
    last: u64,
}

impl BlamedOutages {
    /// Puts failures down to the outage of this number. Says whether they are, since there were not too many before.
    pub(crate) fn blame(&mut self, number: u64) -> bool {
        let is_another = self.last != number;
        if is_another && self.count >= MAX_BLAMED_OUTAGES {
            return false;
        }
        (self.last, self.count) = (number, self.count + u32::from(is_another));
        true
    }

    /// The service answered: those before no longer count.
    pub(crate) fn forget(&mut self) {
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    const HOUR: Duration = Duration::from_secs(3600);
    const SECOND: Duration = Duration::from_secs(1);

    /// As a run without a row that was answered before does.
    fn fail(breaker: &mut CircuitBreaker, now: Instant, response: NoResponse) {
        breaker.record_failure(now, response);
        if breaker.is_in_doubt() {
            breaker.open(now);
        }
    }

    fn asking(wait: Duration) -> NoResponse {
        NoResponse { status: Some(429), asked: Some(wait), is_throttled: true, ..NoResponse::default() }
    }

    fn unavailable() -> NoResponse {
        NoResponse { status: Some(503), ..NoResponse::default() }
    }

    #[test]
    fn a_service_that_asks_for_a_wait_or_says_it_is_too_much_is_not_down() {
        let now = clock::now();
        let mut breaker = CircuitBreaker::new(HOUR);
        assert!(!breaker.is_throttled());
        fail(&mut breaker, now, asking(SECOND * 90));
        assert!(breaker.is_throttled());
        fail(&mut breaker, now + SECOND * 90, unavailable());
        assert!(!breaker.is_throttled());
        fail(
            &mut breaker,
            now + SECOND * 95,
            NoResponse { status: Some(429), is_throttled: true, ..NoResponse::default() },
        );
        assert!(breaker.is_throttled());
        breaker.record_answer(0);
        assert!(!breaker.is_throttled());
    }

    #[test]
    fn a_wait_that_was_asked_for_is_named_as_long_as_it_is_what_holds_the_run_up() {
        let now = clock::now();
        let mut breaker = CircuitBreaker::new(HOUR);
        fail(&mut breaker, now, asking(SECOND * 90));
        assert_eq!(breaker.last().asked, Some(SECOND * 90));
        // Of several that were under way, the longest wait counts.
        fail(&mut breaker, now, asking(SECOND * 20));
        fail(&mut breaker, now, unavailable());
        assert_eq!((breaker.last().status, breaker.last().asked), (Some(503), Some(SECOND * 90)));
        fail(&mut breaker, now + SECOND * 90, unavailable());
        assert_eq!(breaker.last().asked, None);
    }

    #[test]
    fn a_row_or_two_that_fail_are_no_outage_and_three_are() {
        let now = clock::now();
        let mut breaker = CircuitBreaker::new(HOUR);
        for _ in 0..10 {
            fail(&mut breaker, now, NoResponse::default());
            fail(&mut breaker, now, NoResponse::default());
            assert_eq!(breaker.next_probe(), None);
            breaker.record_answer(0);
        }
        (0..3).for_each(|_| fail(&mut breaker, now, NoResponse::default()));
        assert_eq!(breaker.next_probe(), Some(now + SECOND));
        breaker.record_answer(0);
        assert_eq!(breaker.next_probe(), None);
    }

    #[test]
    fn the_service_is_asked_less_and_less_often_until_there_is_no_hope() {
        let mut now = clock::now();
        let mut breaker = CircuitBreaker::new(HOUR);
        let mut waits = Vec::new();
        (0..2).for_each(|_| fail(&mut breaker, now, NoResponse::default()));
        while !breaker.is_exhausted() {
            fail(&mut breaker, now, NoResponse::default());
            let ask = breaker.next_probe().unwrap();
            waits.push((ask - now).as_secs());
            now = ask;
        }
        assert_eq!(waits[..7], [1, 2, 4, 8, 16, 30, 30]);
        assert!((120..130).contains(&waits.len()), "{}", waits.len());
    }

    #[test]
    fn a_wait_that_is_asked_for_is_kept_whole_or_not_at_all() {
        let now = clock::now();
        let mut breaker = CircuitBreaker::new(HOUR);
        fail(&mut breaker, now, asking(SECOND * 300));
        assert_eq!(breaker.next_probe(), Some(now + SECOND * 300));
        assert!(!breaker.is_exhausted());
        for endless in [HOUR * 2, Duration::MAX] {
            let mut breaker = CircuitBreaker::new(HOUR);
            fail(&mut breaker, now, asking(endless));
            assert!(breaker.is_exhausted(), "{endless:?}");
        }
        let mut breaker = CircuitBreaker::new(Duration::MAX);
        fail(&mut breaker, now, asking(Duration::MAX));
        assert!(breaker.is_exhausted());
    }
}
