//! The slots of requests: when the next one may be sent, by pauses, by the rate that CUBIC gives, and by a ceiling.

use std::time::Duration;

use tokio::time::Instant;

use super::cubic::Cubic;

/// The rate, in requests a second, at which there is no limit any more.
const MAX_RATE: f64 = 10_000.0;
/// Successes in a second below which they say nothing about the service's limit.
const MIN_EVIDENCE: u32 = 10;
/// How long a first refusal without evidence is remembered: a second one within this time counts.
const SUSPICION_PERIOD: Duration = Duration::from_secs(10);
/// For how long after a pause requests are spread while no rate is known, and the gap between the first two: half of it to
/// all of it. The gap halves each second: a hundred queued calls go within three seconds, a thousand within six.
const SPREAD_PERIOD: Duration = Duration::from_secs(8);
const FIRST_GAP: Duration = Duration::from_millis(100);
/// Stands for an instant that the clock cannot count to.
const FAR_FUTURE: Duration = Duration::from_secs(31_536_000);
/// The longest time between two successes that counts towards the growth of the rate: idle time says nothing.
const MAX_GROWTH_STEP: Duration = Duration::from_secs(1);
/// By how much a pause grows where that is worth an event.
#[cfg(feature = "tracing")]
const MIN_PAUSE_EXTENSION: Duration = Duration::from_secs(1);
/// How much of a slot's lateness the next slot makes up for. Timers wake within a millisecond or two; without this every
/// rate would stay below some hundreds a second.
const MAX_LATENESS: Duration = Duration::from_millis(2);

/// Gives the slots, and follows the limit of the service by its replies.
#[derive(Debug)]
pub(super) struct Pace {
    /// No request goes out before this.
    resume: Instant,
    /// Whether the service ever asked for a wait.
    paused: bool,
    /// When the pause that the service asked for ends: later than `resume`, where it is longer than is honoured.
    asked: Instant,
    /// The next slot.
    next: Instant,
    /// The rate; none while no limit is known.
    rate: Option<Cubic>,
    /// When the last refusal came that counted.
    refused: Option<Instant>,
    /// Up to when the growth of the rate is accounted for.
    grown: Instant,
    successes: Window,
    /// The least time between two slots: the ceiling.
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
            refused: None,
            grown: now,
            successes: Window { start: now, current: 0, previous: 0 },
        }
    }

    pub(super) fn pause_remaining(&self, now: Instant) -> Option<Duration> {
        (self.resume > now).then(|| self.resume - now)
    }

    pub(super) fn time_to_next_slot(&self, now: Instant) -> Duration {
        self.resume.max(self.next).saturating_duration_since(now)
    }

    /// The next slot, now or later.
    ///
    /// # Errors
    /// The pause that the service asks for, where it is longer than is honoured.
    pub(super) fn next_slot(&self, now: Instant) -> Result<Instant, Duration> {
        if now < self.resume && self.resume < self.asked {
            return Err(self.asked - now);
        }
        Ok(now.max(self.resume).max(self.next))
    }

    /// A request goes out.
    pub(super) fn record_sent(&mut self, now: Instant, random: f64) {
        let gap = match self.rate {
            Some(rate) => Duration::from_secs_f64(1.0 / rate.rate()),
            None => self.spread(now).mul_f64(random.midpoint(1.0)),
        };
        let late = now.saturating_duration_since(self.next).min(MAX_LATENESS);
        self.next = later(now - late, gap.max(self.gap));
    }

    /// The longest gap between two requests while no rate is known.
    fn spread(&self, now: Instant) -> Duration {
        let since = now.saturating_duration_since(self.resume);
        if self.paused && since < SPREAD_PERIOD {
            FIRST_GAP.mul_f64((-since.as_secs_f64()).exp2())
        } else {
            Duration::ZERO
        }
    }

    /// No request goes out for `wait`, or for `longest`, where that is shorter.
    pub(super) fn pause(&mut self, now: Instant, wait: Duration, longest: Duration) {
        let asked = later(now, wait);
        // A pause that is over ends what was asked for before it, however long that was.
        self.asked = if now < self.resume { self.asked.max(asked) } else { asked };
        let resume = asked.min(later(now, longest));
        // Replies that came together ask for one pause.
        #[cfg(feature = "tracing")]
        if now >= self.resume || resume >= self.resume + MIN_PAUSE_EXTENSION {
            crate::log::paused(resume - now, wait);
        }
        self.resume = self.resume.max(resume);
        self.paused = true;
    }

    /// A request that was sent at `sent` was refused with 429.
    pub(super) fn record_throttled(&mut self, sent: Instant, now: Instant) {
        // One decrease for all requests that were under way at the last one: they say nothing about the lower rate.
        if self.refused.is_some_and(|refused| sent <= refused) {
            return;
        }
        let seen = self.successes.a_second(now);
        let suspected = self.refused.is_some_and(|refused| now - refused < SUSPICION_PERIOD);
        self.refused = Some(now);
        let slow_start = self.rate.is_none() && seen < MIN_EVIDENCE;
        let rate = match self.rate {
            Some(rate) => rate.rate(),
            // One refusal out of few requests may be chance.
            None if slow_start && !suspected => return,
            None => f64::from(seen.max(1)),
        };
        let slower = Cubic::after_refusal(rate, slow_start);
        #[cfg(feature = "tracing")]
        crate::log::slowed(rate, slower.rate());
        self.rate = Some(slower);
        self.grown = self.resume;
    }

    /// A request was answered, and not with 429.
    pub(super) fn record_success(&mut self, now: Instant) {
        self.successes.count(now);
        let Some(rate) = &mut self.rate else { return };
        rate.grow(now.saturating_duration_since(self.grown).min(MAX_GROWTH_STEP).as_secs_f64());
        self.grown = self.grown.max(now);
        if rate.rate() >= MAX_RATE {
            #[cfg(feature = "tracing")]
            crate::log::unlimited();
            self.rate = None;
        }
    }
}

/// An instant so much later.
fn later(instant: Instant, wait: Duration) -> Instant {
    instant.checked_add(wait).unwrap_or_else(|| instant + FAR_FUTURE)
}

/// The ceiling: the most requests in a period.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MaxRate {
    pub(crate) requests: u32,
    pub(crate) period: Duration,
}

impl MaxRate {
    /// The time between two slots. No period holds more requests, even where the first of them was late and the last was
    /// not.
    fn gap(self) -> Duration {
        self.period.saturating_add(MAX_LATENESS) / self.requests.max(1)
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

    /// What is sent now is refused, with a pause of a second.
    fn throttle(pace: &mut Pace, now: Instant) {
        pace.pause(now, SECOND, SECOND * 60);
        pace.record_throttled(now, now);
    }

    /// A service that takes so many requests a second, and so many in a burst, and asks for a pause of a second.
    struct Service {
        limit: f64,
        burst: f64,
        tokens: f64,
        at: Instant,
    }

    impl Service {
        fn takes(&mut self, now: Instant) -> bool {
            self.tokens = (self.tokens + (now - self.at).as_secs_f64() * self.limit).min(self.burst);
            self.at = now;
            let takes = self.tokens >= 1.0;
            if takes {
                self.tokens -= 1.0;
            }
            takes
        }
    }

    /// The share of the limit that is used after `warm_up`, and the share of requests that are refused.
    fn shares(limit: f64, burst: f64, warm_up: Duration) -> (f64, f64) {
        let start = SystemClock.now();
        let mut service = Service { limit, burst, tokens: burst, at: start };
        let mut pace = Pace::new(start, None);
        let (mut now, mut done, mut refused, mut warm) = (start, 0, 0, 0);
        while now < start + SECOND * 300 {
            now = pace.next_slot(now).unwrap();
            pace.record_sent(now, 0.5);
            if service.takes(now) {
                pace.record_success(now);
                done += 1;
                warm += u32::from(now >= start + warm_up);
            } else {
                throttle(&mut pace, now);
                refused += 1;
            }
        }
        let used = f64::from(warm) / ((now - (start + warm_up)).as_secs_f64() * limit);
        (used, f64::from(refused) / f64::from(done + refused))
    }

    #[test]
    fn a_limit_is_used_without_being_overrun_whatever_its_burst() {
        for (limit, burst) in [(10.0, 10.0), (10.0, 1.0), (10.0, 5.0), (100.0, 100.0)] {
            let (used, refused) = shares(limit, burst, Duration::ZERO);
            assert!(used >= 0.85, "{limit}/s, burst {burst}: {used:.3} of the limit was used");
            assert!(refused < 0.05, "{limit}/s, burst {burst}: {refused:.3} were refused");
        }
    }

    #[test]
    fn a_limit_of_twenty_a_second_is_used_up_after_a_minute() {
        let (used, refused) = shares(20.0, 20.0, SECOND * 60);
        assert!(used >= 0.95, "{used:.3} of the limit was used");
        assert!(refused < 0.05, "{refused:.3} were refused");
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
        assert_eq!(pace.rate.map(|rate| rate.rate().round()), Some(80.0));
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
    fn no_period_holds_more_than_the_most_however_late_the_slots_come() {
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
            let crowded = sent.windows(most + 1).find(|slots| slots[most] < slots[0] + SECOND);
            assert_eq!(crowded, None, "{requests} a second");
            assert!(sent.len() > most * 5 / 2, "{requests} a second are used: {}", sent.len());
        }
    }

    #[test]
    fn one_refusal_without_evidence_sets_no_pace_and_a_second_one_does() {
        let start = SystemClock.now();
        let mut pace = Pace::new(start, None);
        throttle(&mut pace, start);
        assert!(pace.rate.is_none());
        assert_eq!(pace.next_slot(start), Ok(start + SECOND));
        throttle(&mut pace, start + SECOND * 2);
        assert_eq!(pace.rate.map(Cubic::rate), Some(0.8));
    }
}
