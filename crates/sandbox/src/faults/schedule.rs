//! The faults of one endpoint: their settings, and the schedule that gives each request one.

use std::collections::VecDeque;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use crate::faults::fault::Fault;
use crate::faults::rate_limit::{Limiter, RateLimit};

/// Room for what adding decimal fractions in binary brings beyond 1.
const ROUNDING: f64 = 1e-9;

/// What goes wrong at one endpoint, as it was set.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultSettings {
    pub(crate) script: VecDeque<Fault>,
    /// Faults of all requests whose path holds a text.
    pub(crate) paths: Vec<(String, Fault)>,
    pub(crate) rate: Option<RateLimit>,
    pub(crate) shares: Vec<(f64, Fault)>,
    pub(crate) latency: Duration,
}

impl FaultSettings {
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(rate) = &self.rate {
            rate.check()?;
        }
        for (share, _) in &self.shares {
            if !(0.0..=1.0).contains(share) {
                return Err(format!("the share of a fault is {share}; allowed are 0 to 1"));
            }
        }
        let sum: f64 = self.shares.iter().map(|(share, _)| share).sum();
        if sum > 1.0 + ROUNDING {
            return Err(format!("the shares of the faults add up to {sum}; allowed is at most 1"));
        }
        let by_path = self.paths.iter().map(|(_, fault)| fault);
        let by_chance = self.shares.iter().map(|(_, fault)| fault);
        self.script.iter().chain(by_path).chain(by_chance).try_for_each(Fault::check)
    }
}

/// The faults of one endpoint at work: which fault each request gets.
pub(crate) struct FaultSchedule {
    settings: FaultSettings,
    limiter: Option<Limiter>,
    random: Rng,
}

impl FaultSchedule {
    pub(crate) fn new(settings: FaultSettings, random: Rng) -> Self {
        let limiter = settings.rate.map(Limiter::new);
        Self { settings, limiter, random }
    }

    /// The treatment of the request for a path that arrives now, the latency included.
    pub(crate) fn next(&mut self, path: &str, now: Instant) -> Fault {
        let scripted = self.settings.script.pop_front().or_else(|| self.by_path(path));
        let mut fault = scripted.unwrap_or_else(|| self.by_chance(now));
        fault.delay = fault.delay.saturating_add(self.settings.latency);
        fault
    }

    fn by_path(&self, path: &str) -> Option<Fault> {
        self.settings.paths.iter().find(|(part, _)| path.contains(part)).map(|(_, fault)| fault.clone())
    }

    fn by_chance(&mut self, now: Instant) -> Fault {
        // Drawn for refused requests too: the n-th request's draw must not hang on the time of others.
        let drawn = self.draw();
        match self.limiter.as_mut().map(|limiter| limiter.admit(now)) {
            Some(Err(retry_after)) => Fault::rate_limited(retry_after),
            _ => drawn,
        }
    }

    fn draw(&mut self) -> Fault {
        if self.settings.shares.is_empty() {
            return Fault::none();
        }
        let mut rest = self.random.f64();
        for (share, fault) in &self.settings.shares {
            if rest < *share {
                return fault.clone();
            }
            rest -= share;
        }
        Fault::none()
    }
}

#[cfg(test)]
mod tests {
    use super::{FaultSchedule, FaultSettings};
    use crate::faults::fault::{Fault, FaultKind};
    use crate::faults::rate_limit::RateLimit;
    use fastrand::Rng;
    use std::time::Duration;
    use tokio::time::{Instant, advance};

    fn settings(shares: &[f64]) -> FaultSettings {
        let statuses = 500..;
        let shares = shares.iter().zip(statuses).map(|(share, status)| (*share, Fault::status(status)));
        FaultSettings { shares: shares.collect(), ..FaultSettings::default() }
    }

    /// The statuses of the next requests; 0 where there is no fault.
    fn statuses(schedule: &mut FaultSchedule, count: usize) -> Vec<u16> {
        let now = Instant::now();
        let status = |fault: Fault| fault.replaced_status().map_or(0, |status| status.as_u16());
        (0..count).map(|_| status(schedule.next("", now))).collect()
    }

    #[tokio::test]
    async fn a_seed_decides_every_draw_and_another_seed_decides_otherwise() {
        let draws =
            |seed| statuses(&mut FaultSchedule::new(settings(&[0.3, 0.2]), Rng::with_seed(seed)), 200);
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }

    #[tokio::test]
    async fn every_fault_gets_its_share() {
        let mut schedule = FaultSchedule::new(settings(&[0.05, 0.0, 0.2]), Rng::with_seed(1));
        let drawn = statuses(&mut schedule, 100_000);
        let count = |wanted| drawn.iter().filter(|status| **status == wanted).count();
        assert!(count(500).abs_diff(5_000) < 300, "{}", count(500));
        assert_eq!(count(501), 0);
        assert!(count(502).abs_diff(20_000) < 600, "{}", count(502));
    }

    #[tokio::test]
    async fn shares_of_the_whole_leave_no_request_out() {
        let mut schedule = FaultSchedule::new(settings(&[0.1, 0.2, 0.7]), Rng::with_seed(1));
        assert!(!statuses(&mut schedule, 10_000).contains(&0));
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_limit_changes_no_later_draw() {
        let free = statuses(&mut FaultSchedule::new(settings(&[0.5]), Rng::with_seed(3)), 40);
        let rate = Some(RateLimit::per_second(1));
        let mut schedule = FaultSchedule::new(FaultSettings { rate, ..settings(&[0.5]) }, Rng::with_seed(3));
        let limited = statuses(&mut schedule, 20);
        assert_eq!(limited[0], free[0]);
        assert_eq!(limited[1..], [429; 19]);
        for draw in &free[20..] {
            advance(Duration::from_secs(1)).await;
            assert_eq!(statuses(&mut schedule, 1), [*draw]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_script_goes_before_rate_and_shares_and_spends_neither() {
        let script = [Fault::status(404), Fault::none(), Fault::garbled()].into();
        let rate = Some(RateLimit::per_second(1));
        let mut schedule =
            FaultSchedule::new(FaultSettings { script, rate, ..settings(&[1.0]) }, Rng::with_seed(3));
        assert_eq!(statuses(&mut schedule, 2), [404, 0]);
        assert!(matches!(schedule.next("", Instant::now()).kind, FaultKind::Garbled));
        assert_eq!(statuses(&mut schedule, 2), [500, 429]);
    }

    #[tokio::test]
    async fn a_fault_of_a_path_meets_every_request_for_it_and_no_other() {
        let paths = vec![("users/u7/".to_owned(), Fault::status(500))];
        let mut schedule =
            FaultSchedule::new(FaultSettings { paths, ..FaultSettings::default() }, Rng::with_seed(1));
        let mut status =
            |path| schedule.next(path, Instant::now()).replaced_status().map(|status| status.as_u16());
        assert_eq!(["/users/u7/office", "/users/u7/office"].map(&mut status), [Some(500); 2]);
        assert_eq!(["/users/u77/office", "/users/u/office"].map(&mut status), [None; 2]);
    }

    #[test]
    fn shares_beyond_the_whole_and_statuses_of_no_reply_are_refused() {
        assert_eq!(settings(&[0.1, 0.2, 0.3, 0.4]).check(), Ok(()));
        for shares in [&[1.1][..], &[-0.1], &[f64::NAN], &[0.6, 0.5]] {
            assert!(settings(shares).check().unwrap_err().contains("allowed"), "{shares:?}");
        }
        for fault in [
            Fault::status(199),
            Fault::reply(600, ""),
            Fault::status(503).retry_after("1\n"),
            Fault::status(503).header("a b", ""),
        ] {
            let settings = FaultSettings { script: [fault].into(), ..FaultSettings::default() };
            assert!(settings.check().is_err(), "{settings:?}");
        }
    }
}
