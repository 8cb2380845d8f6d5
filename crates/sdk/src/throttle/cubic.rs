//! CUBIC (RFC 9438) with a rate in the place of the window, as AWS' SDKs use it in their adaptive retry mode.
//!
//! After a refusal the rate drops to a share of what was seen, grows fast back to it, stays near it for some seconds, and
//! grows ever faster where no refusal comes.

/// What is left of the rate after a refusal: β of RFC 9438, section 4.6, which has 0.7. Here each refusal costs a pause as
/// well.
const DECREASE_FACTOR: f64 = 0.8;
/// How steep the curve is, in requests a second per second cubed: C of RFC 9438, section 4.2. With it, a limit of ten a
/// second is met again after 19 s, and ten thousand a second are reached in six minutes. A larger value is refused more
/// often.
const STEEPNESS: f64 = 0.0003;
/// By how much the rate grows each second while the limit is not known, as a factor.
const SLOW_START_FACTOR: f64 = 1.5;
/// The slowest rate, in requests a second.
const MIN_RATE: f64 = 0.5;

/// The rate since the last refusal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cubic {
    /// The rate at which requests were refused, in requests a second.
    max_rate: f64,
    /// The seconds since then that count: those in which requests succeeded.
    seconds: f64,
    /// Whether too few successes were seen to tell the rate: it grows exponentially up to the next refusal.
    slow_start: bool,
}

impl Cubic {
    /// The rate after a refusal at `rate` requests a second.
    pub(super) fn after_refusal(rate: f64, slow_start: bool) -> Self {
        Self { max_rate: rate.max(MIN_RATE), seconds: 0.0, slow_start }
    }

    /// Requests a second.
    pub(super) fn rate(self) -> f64 {
        let rate = if self.slow_start {
            DECREASE_FACTOR * self.max_rate * SLOW_START_FACTOR.powf(self.seconds)
        } else {
            let plateau = (self.max_rate * (1.0 - DECREASE_FACTOR) / STEEPNESS).cbrt();
            self.max_rate + STEEPNESS * (self.seconds - plateau).powi(3)
        };
        rate.max(MIN_RATE)
    }

    /// So much time passed with successes.
    pub(super) fn grow(&mut self, seconds: f64) {
        self.seconds += seconds;
    }
}
