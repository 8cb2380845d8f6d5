//! Tells a service that is down from a row that fails.

use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row after which the service is taken to be down: one may be the row's own fault.
const STREAK: u32 = 3;
/// How long is waited before the service is asked again, at first and at most.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Patience beyond this is the same: clocks do not count much further.
const LONGEST_PATIENCE: Duration = Duration::from_secs(10 * 365 * 86_400);

/// What the answers so far say of the service.
///
/// While it is down, nothing is sent but one row at a time, to ask whether it is up again. So an outage costs
/// time, and no rows.
#[derive(Debug)]
pub(super) struct Outage {
    /// Rows that the service answered, be it with a refusal.
    answers: u64,
    /// Rows in a row that it did not.
    streak: u32,
    down: Option<Down>,
    /// What came of the last row that it did not answer.
    last: Heard,
    /// For how long a service that is down is waited for.
    patience: Duration,
}

/// What came in place of an answer to a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heard {
    /// The status, if there was one.
    pub(super) status: Option<u16>,
    /// The wait that the service asked for.
    pub(super) asked: Option<Duration>,
    /// Whether there was too much, of whatever rows.
    pub(super) is_throttled: bool,
}

impl Heard {
    /// Whether something else than the API answered: a page or a redirect.
    fn is_of_another_server(self) -> bool {
        self.status.is_some_and(|status| (200..400).contains(&status))
    }
}

#[derive(Clone, Copy, Debug)]
struct Down {
    since: Instant,
    /// When it is asked again.
    ask: Instant,
    wait: Duration,
    /// The wait that the service asked for, where that is why it is not asked earlier.
    asked: Option<Duration>,
}

impl Outage {
    pub(super) fn new(patience: Duration) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        Self { answers: 0, streak: 0, down: None, last: Heard::default(), patience }
    }

    /// The service answered a row: it is up. Says whether that ends an outage.
    pub(super) fn answered(&mut self) -> bool {
        self.answers += 1;
        self.down = None;
        std::mem::take(&mut self.streak) >= STREAK
    }

    /// A row is sent while the service is down, to ask. For as long as there was none to ask with, nobody was patient.
    pub(super) fn asks(&mut self, now: Instant) {
        if let Some(down) = &mut self.down {
            down.since += now.saturating_duration_since(down.ask);
        }
    }

    /// The service did not answer a row, and may have asked for a wait.
    pub(super) fn failed(&mut self, now: Instant, heard: Heard) {
        let asked = heard.asked;
        self.last = heard;
        self.streak += 1;
        if self.streak < STREAK && asked.is_none() && self.down.is_none() {
            return;
        }
        let down = self.down.unwrap_or(Down { since: now, ask: now, wait: FIRST_WAIT / 2, asked: None });
        // Of rows that were under way together, one counts.
        let wait = if now < down.ask { down.wait } else { (down.wait * 2).min(LONGEST_WAIT) };
        // Beyond all patience it does not matter how far.
        let pause = wait.max(asked.unwrap_or_default()).min(self.patience + LONGEST_WAIT);
        let ask = now + pause;
        let asked = if ask < down.ask { down.asked } else { asked.filter(|asked| *asked > wait) };
        self.down = Some(Down { ask: ask.max(down.ask), wait, asked, ..down });
    }

    /// Whether so many rows are without an answer that their number speaks against the service.
    pub(super) fn is_shown_by(rows: usize) -> bool {
        rows >= STREAK as usize
    }

    /// How many rows the service answered so far.
    pub(super) fn answers(&self) -> u64 {
        self.answers
    }

    /// When a row may be sent, where that is not now and at will: one, to ask.
    pub(super) fn next_question(&self) -> Option<Instant> {
        self.down.map(|down| down.ask)
    }

    /// What the service said when it was last asked, with the wait that it asked for where that is what keeps the run
    /// from asking again.
    pub(super) fn last(&self) -> Heard {
        Heard { asked: self.down.and_then(|down| down.asked), ..self.last }
    }

    /// Whether the service is not down, but wants to be left alone: it says that there is too much, or asked for the
    /// wait until the next question.
    pub(super) fn is_throttled(&self) -> bool {
        self.down.is_some_and(|down| down.asked.is_some() || self.last.is_throttled)
    }

    /// Whether the service has been down for too long, or wants to be left alone for longer than that; or whether the
    /// base URL is not the API's: the first rows were answered by another server.
    pub(super) fn is_hopeless(&self) -> bool {
        let is_elsewhere = self.answers == 0 && self.last.is_of_another_server();
        self.down.is_some_and(|down| is_elsewhere || down.ask - down.since > self.patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    const HOUR: Duration = Duration::from_secs(3600);
    const SECOND: Duration = Duration::from_secs(1);

    fn asking(wait: Duration) -> Heard {
        Heard { status: Some(429), asked: Some(wait), is_throttled: true }
    }

    fn unavailable() -> Heard {
        Heard { status: Some(503), ..Heard::default() }
    }

    #[test]
    fn a_service_that_asks_for_a_wait_or_says_it_is_too_much_is_not_down() {
        let now = clock::now();
        let mut outage = Outage::new(HOUR);
        assert!(!outage.is_throttled());
        outage.failed(now, asking(SECOND * 90));
        assert!(outage.is_throttled());
        outage.failed(now + SECOND * 90, unavailable());
        assert!(!outage.is_throttled());
        outage.failed(now + SECOND * 95, Heard { status: Some(429), asked: None, is_throttled: true });
        assert!(outage.is_throttled());
        outage.answered();
        assert!(!outage.is_throttled());
    }

    #[test]
    fn a_wait_that_was_asked_for_is_named_as_long_as_it_is_what_holds_the_run_up() {
        let now = clock::now();
        let mut outage = Outage::new(HOUR);
        outage.failed(now, asking(SECOND * 90));
        assert_eq!(outage.last().asked, Some(SECOND * 90));
        // Of several that were under way, the longest wait counts.
        outage.failed(now, asking(SECOND * 20));
        outage.failed(now, unavailable());
        assert_eq!((outage.last().status, outage.last().asked), (Some(503), Some(SECOND * 90)));
        outage.failed(now + SECOND * 90, unavailable());
        assert_eq!(outage.last().asked, None);
    }

    #[test]
    fn a_row_or_two_that_fail_are_no_outage_and_three_are() {
        let now = clock::now();
        let mut outage = Outage::new(HOUR);
        for _ in 0..10 {
            outage.failed(now, Heard::default());
            outage.failed(now, Heard::default());
            assert_eq!(outage.next_question(), None);
            outage.answered();
        }
        (0..3).for_each(|_| outage.failed(now, Heard::default()));
        assert_eq!(outage.next_question(), Some(now + SECOND));
        outage.answered();
        assert_eq!(outage.next_question(), None);
    }

    #[test]
    fn the_service_is_asked_less_and_less_often_until_there_is_no_hope() {
        let mut now = clock::now();
        let mut outage = Outage::new(HOUR);
        let mut waits = Vec::new();
        (0..2).for_each(|_| outage.failed(now, Heard::default()));
        while !outage.is_hopeless() {
            outage.failed(now, Heard::default());
            let ask = outage.next_question().unwrap();
            waits.push((ask - now).as_secs());
            now = ask;
        }
        assert_eq!(waits[..7], [1, 2, 4, 8, 16, 30, 30]);
        assert!((120..130).contains(&waits.len()), "{}", waits.len());
    }

    #[test]
    fn a_wait_that_is_asked_for_is_kept_whole_or_not_at_all() {
        let now = clock::now();
        let mut outage = Outage::new(HOUR);
        outage.failed(now, asking(SECOND * 300));
        assert_eq!(outage.next_question(), Some(now + SECOND * 300));
        assert!(!outage.is_hopeless());
        for endless in [HOUR * 2, Duration::MAX] {
            let mut outage = Outage::new(HOUR);
            outage.failed(now, asking(endless));
            assert!(outage.is_hopeless(), "{endless:?}");
        }
        let mut outage = Outage::new(Duration::MAX);
        outage.failed(now, asking(Duration::MAX));
        assert!(outage.is_hopeless());
    }
}
