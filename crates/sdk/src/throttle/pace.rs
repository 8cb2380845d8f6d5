//! How fast requests go out once the service has said that it is too much.

use std::time::Duration;

use tokio::time::Instant;

/// What is left of the pace after a "too many", and after one that comes on the heels of another: then the
/// limit is far below, while a single one may be chance.
const CAUTION: f64 = 0.9;
const ALARM: f64 = 0.6;
/// Successes since the last "too many" up to which the next one is on its heels.
const HEELS: u32 = 1;
/// The slowest pace, in requests a second.
const SLOWEST: f64 = 0.5;
/// The pace, in requests a second, at which keeping one is given up.
const FASTEST: f64 = 10_000.0;
/// Successes in a second below which they say nothing about the service's limit.
const EVIDENCE: u32 = 5;
/// For how long a first "too many" without evidence makes a second one count.
const SUSPICION: Duration = Duration::from_secs(10);
/// For how long after a pause calls are spread while no pace is known, and how far apart at first: half of this to
/// all of it. The gap is halved each second, so that a hundred calls that waited go within three seconds, and a
/// thousand within six.
const SPREAD: Duration = Duration::from_secs(8);
const GAP: Duration = Duration::from_millis(100);
/// What the clock cannot count to is this far away.
const YEAR: Duration = Duration::from_secs(31_536_000);
/// How fast the pace rises each second, as a share: while no limit was met at a known pace, far from the last known
/// limit, and close to it, where rising costs a refusal and a pause. From nine tenths of a limit to the whole takes
/// twenty seconds.
const RISE_BLIND: f64 = 0.5;
const RISE: f64 = 0.10;
const RISE_NEAR: f64 = 0.005;
/// The least rise close to the limit, in requests a second each second, so that refusals by chance do not wear
/// the pace down to nothing.
const LEAST_RISE: f64 = 0.05;
/// How far turns that came late are made up for: timers wake within a millisecond or two, which would otherwise
/// bound every pace to some hundreds a second.
const LATENESS: Duration = Duration::from_millis(2);
/// What counts as close: an eighth below to a tenth above.
const NEAR: std::ops::Range<f64> = 0.875..1.1;

/// A pace that follows the service's limit from what the service says.
#[derive(Debug)]
pub(super) struct Pace {
    /// No request goes out before this.
    resume: Instant,
    /// Whether the service ever asked for a wait.
    paused: bool,
    /// The wait that the service asked for ends then, which may be later than anybody is kept waiting.
    asked: Instant,
    /// The next turn.
    next: Instant,
    /// Requests a second; none while there is no limit in sight.
    rate: Option<f64>,
    /// The rate at which the service last said that it is too much.
    limit: f64,
    /// Whether that is a guess, from too few successes.
    blind: bool,
    /// When it said so.
    told: Option<Instant>,
    /// Successes since then.
    since: u32,
    /// Up to when the rise of the pace is accounted for.
    risen: Instant,
    successes: Window,
    /// The least time between two turns, whatever the service takes.
    gap: Duration,
}

impl Pace {
    /// A pace of at most so many requests in a period, where that is set.
    pub(super) fn new(now: Instant, ceiling: Option<MaxRate>) -> Self {
        Self {
            gap: ceiling.map_or(Duration::ZERO, MaxRate::gap),
            resume: now,
            paused: false,
            asked: now,
            next: now,
            rate: None,
            limit: 0.0,
            blind: false,
            told: None,
            since: 0,
            risen: now,
            successes: Window { start: now, current: 0, previous: 0 },
        }
    }

    pub(super) fn pause_remaining(&self, now: Instant) -> Option<Duration> {
        (self.resume > now).then(|| self.resume - now)
    }

    /// The time to the next turn.
    pub(super) fn time_to_next_slot(&self, now: Instant) -> Duration {
        self.resume.max(self.next).saturating_duration_since(now)
    }

    /// The next turn, now or later.
    ///
    /// # Errors
    /// How long the service wants to be left alone, where nobody is kept waiting for so long.
    pub(super) fn next_slot(&self, now: Instant) -> Result<Instant, Duration> {
        if now < self.resume && self.resume < self.asked {
            return Err(self.asked - now);
        }
        Ok(now.max(self.resume).max(self.next))
    }

    /// A request goes out.
    pub(super) fn record_sent(&mut self, now: Instant, random: f64) {
        let gap = match self.rate {
            Some(rate) => Duration::from_secs_f64(1.0 / rate),
            None => self.spread(now).mul_f64(random.midpoint(1.0)),
        };
        let late = now.saturating_duration_since(self.next).min(LATENESS);
        self.next = later(now - late, gap.max(self.gap));
    }

    /// The longest gap between two calls while no pace is known.
    fn spread(&self, now: Instant) -> Duration {
        let since = now.saturating_duration_since(self.resume);
        if self.paused && since < SPREAD {
            GAP.mul_f64((-since.as_secs_f64()).exp2())
        } else {
            Duration::ZERO
        }
    }

    /// No request goes out for as long as the service asks, or, if that is longer, as anybody is kept waiting.
    pub(super) fn pause(&mut self, now: Instant, wait: Duration, longest: Duration) {
        let asked = later(now, wait);
        // What was asked for before a pause that is over is over with it, however long it was.
        self.asked = if now < self.resume { self.asked.max(asked) } else { asked };
        self.resume = self.resume.max(asked.min(later(now, longest)));
        self.paused = true;
    }

    /// A request that was sent at `sent` was too many.
    pub(super) fn record_throttled(&mut self, sent: Instant, now: Instant) {
        // What was under way when the pace was last lowered says nothing about the lower one.
        if self.told.is_some_and(|told| sent <= told) {
            return;
        }
        let seen = self.successes.a_second(now);
        let suspected = self.told.is_some_and(|told| now - told < SUSPICION);
        self.told = Some(now);
        let on_heels = std::mem::take(&mut self.since) <= HEELS;
        let (limit, left) = match self.rate {
            Some(rate) => (rate, if on_heels { ALARM } else { CAUTION }),
            None if seen >= EVIDENCE || suspected => (f64::from(seen.max(1)), CAUTION),
            None => return,
        };
        self.blind = self.rate.is_none() && seen < EVIDENCE;
        self.limit = limit * left / CAUTION;
        self.rate = Some((limit * left).max(SLOWEST));
        self.risen = self.resume;
    }

    /// A request was answered with success.
    pub(super) fn record_success(&mut self, now: Instant) {
        self.successes.count(now);
        self.since += 1;
        let Some(rate) = self.rate else { return };
        let seconds = now.saturating_duration_since(self.risen).as_secs_f64();
        self.risen = self.risen.max(now);
        let rise = if self.blind {
            rate * RISE_BLIND
        } else if NEAR.contains(&(rate / self.limit)) {
            (self.limit * RISE_NEAR).max(LEAST_RISE)
        } else {
            rate.max(self.limit) * RISE
        };
        let risen = rate + rise * seconds.min(1.0);
        self.rate = (risen < FASTEST).then_some(risen);
    }
}

/// An instant so much later.
fn later(instant: Instant, wait: Duration) -> Instant {
    instant.checked_add(wait).unwrap_or_else(|| instant + YEAR)
}

/// The most requests in a period, whatever the service would take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MaxRate {
    pub(crate) requests: u32,
    pub(crate) period: Duration,
}

impl MaxRate {
    /// The time between two turns, with which no period holds more than that, even where the first turn in it came
    /// late and the last did not.
    fn gap(self) -> Duration {
        self.period.saturating_add(LATENESS) / self.requests.max(1)
    }
}

/// Successes in this second and the one before.
#[derive(Debug)]
struct Window {
    start: Instant,
    current: u32,
    previous: u32,
}

impl Window {
    fn count(&mut self, now: Instant) {
        self.roll(now);
        self.current += 1;
    }

    fn a_second(&mut self, now: Instant) -> u32 {
        self.roll(now);
        self.current.max(self.previous)
    }

    fn roll(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.start).as_secs();
        if passed == 0 {
            return;
        }
        self.previous = if passed == 1 { self.current } else { 0 };
        self.current = 0;
        self.start += Duration::from_secs(passed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    const SECOND: Duration = Duration::from_secs(1);

    /// What was sent now is too many, and a second of patience is asked for.
    fn throttle(pace: &mut Pace, now: Instant) {
        pace.pause(now, SECOND, SECOND * 60);
        pace.record_throttled(now, now);
    }

    /// A service that takes ten requests a second, with as many in a burst, and asks for a second of patience.
    struct Service {
        tokens: f64,
        at: Instant,
    }

    impl Service {
        fn takes(&mut self, now: Instant) -> bool {
            self.tokens = (self.tokens + (now - self.at).as_secs_f64() * 10.0).min(10.0);
            self.at = now;
            let takes = self.tokens >= 1.0;
            if takes {
                self.tokens -= 1.0;
            }
            takes
        }
    }

    #[test]
    fn a_limit_of_ten_a_second_is_used_without_being_overrun() {
        let start = SystemClock.now();
        let (mut pace, mut service) = (Pace::new(start, None), Service { tokens: 10.0, at: start });
        let (mut now, mut done, mut refused) = (start, 0, 0);
        while done < 3000 {
            now = pace.next_slot(now).unwrap();
            pace.record_sent(now, 0.5);
            if service.takes(now) {
                pace.record_success(now);
                done += 1;
            } else {
                throttle(&mut pace, now);
                refused += 1;
            }
        }
        let used = f64::from(done) / ((now - start).as_secs_f64() * 10.0);
        assert!(used >= 0.85, "{used:.3} of the limit was used");
        assert!(refused * 20 < done, "{refused} refusals");
    }

    #[test]
    fn refusals_by_chance_do_not_wear_the_pace_down() {
        let start = SystemClock.now();
        let (mut pace, mut now, mut done) = (Pace::new(start, None), start, 0);
        for request in 0..4000_u32 {
            now = pace.next_slot(now).unwrap();
            pace.record_sent(now, 0.5);
            // Every twentieth on the average, and not in step with anything.
            if request.wrapping_mul(2_654_435_761) % 20 == 0 {
                throttle(&mut pace, now);
            } else {
                pace.record_success(now);
                done += 1;
            }
        }
        let rate = f64::from(done) / (now - start).as_secs_f64();
        assert!(rate > 1.5, "{rate:.2} a second: {pace:?}");
    }

    #[test]
    fn refusals_of_what_was_already_under_way_count_once() {
        let start = SystemClock.now();
        let mut pace = Pace::new(start, None);
        (0..100).for_each(|_| pace.record_success(start));
        for _ in 0..50 {
            pace.record_throttled(start, start + SECOND / 10);
        }
        assert_eq!(pace.rate, Some(90.0));
    }

    #[test]
    fn the_pace_rises_again_until_there_is_no_limit_in_sight() {
        let start = SystemClock.now();
        let mut pace = Pace::new(start, None);
        (0..10).for_each(|_| pace.record_success(start));
        throttle(&mut pace, start);
        let mut now = start;
        let mut seconds = 0;
        while pace.rate.is_some() {
            now += SECOND;
            seconds += 1;
            pace.record_success(now);
            assert!(seconds < 600, "{pace:?}");
        }
        assert!(seconds > 30, "it rises with caution: {seconds} s");
    }

    #[test]
    fn no_period_holds_more_than_the_most_however_late_the_turns_come() {
        for requests in [1, 10, 999, 5_000] {
            let start = SystemClock.now();
            let mut pace = Pace::new(start, Some(MaxRate { requests, period: SECOND }));
            let (mut now, mut sent) = (start, Vec::new());
            while now < start + SECOND * 3 {
                let late = Duration::from_micros(sent.len() as u64 * 7_919 % 1_200);
                now = pace.next_slot(now).unwrap() + if sent.len() % 3 == 0 { late } else { Duration::ZERO };
                pace.record_sent(now, 0.5);
                sent.push(now);
            }
            let most = requests as usize;
            let crowded = sent.windows(most + 1).find(|turns| turns[most] < turns[0] + SECOND);
            assert_eq!(crowded, None, "{requests} a second");
            assert!(sent.len() > most * 5 / 2, "{requests} a second are used: {}", sent.len());
        }
    }

    #[test]
    fn one_refusal_without_evidence_sets_no_pace_and_a_second_one_does() {
        let start = SystemClock.now();
        let mut pace = Pace::new(start, None);
        throttle(&mut pace, start);
        assert_eq!(pace.rate, None);
        assert_eq!(pace.next_slot(start), Ok(start + SECOND));
        throttle(&mut pace, start + SECOND * 2);
        assert_eq!(pace.rate, Some(0.9));
    }
}
