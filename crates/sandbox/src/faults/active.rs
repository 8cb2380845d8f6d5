//! The faults at work, which can be replaced at any time.

use std::mem;
use std::sync::Mutex;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;
use uuid::Uuid;

use crate::faults::fault::Fault;
use crate::faults::gate::Gate;
use crate::faults::schedule::FaultSchedule;
use crate::faults::{ExpiresIn, Faults};
use crate::lock::lock;

/// Says which fault the next request gets.
pub(crate) struct ActiveFaults(Mutex<Active>);

struct Active {
    seed: u64,
    /// The settings; those of the endpoints are with their schedules.
    faults: Faults,
    api: FaultSchedule,
    token: FaultSchedule,
    /// How many pages were asked for.
    pages: i64,
}

/// What a token request goes through.
pub(crate) struct TokenTreatment {
    pub(crate) fault: Fault,
    pub(crate) gate: Option<Gate>,
    pub(crate) expires_in: ExpiresIn,
}

impl ActiveFaults {
    /// Takes settings that were checked.
    pub(crate) fn new(faults: Faults) -> Self {
        Self(Mutex::new(Active::new(faults)))
    }

    pub(crate) fn replace(&self, faults: Faults) {
        *lock(&self.0) = Active::new(faults);
    }

    pub(crate) fn seed(&self) -> u64 {
        lock(&self.0).seed
    }

    pub(crate) fn api_request(&self, path: &str) -> Fault {
        lock(&self.0).api.next(path, Instant::now())
    }

    /// How long it takes until an update shows.
    pub(crate) fn update_delay(&self) -> Duration {
        lock(&self.0).faults.update_delay
    }

    /// How many places the entries of lists have moved by the page that is asked for now.
    pub(crate) fn page_shift(&self) -> i64 {
        let mut active = lock(&self.0);
        let shift = active.faults.shift_pages.wrapping_mul(active.pages);
        active.pages += 1;
        shift
    }

    pub(crate) fn hides_local_users(&self) -> bool {
        lock(&self.0).faults.hide_local_users
    }

    /// How many requests a token is good for.
    pub(crate) fn revoke_after(&self) -> Option<u64> {
        lock(&self.0).faults.revoke_after
    }

    pub(crate) fn token_request(&self) -> TokenTreatment {
        let mut active = lock(&self.0);
        TokenTreatment {
            fault: active.token.next("", Instant::now()),
            gate: active.faults.gate.clone(),
            expires_in: active.faults.expires_in.clone(),
        }
    }
}

impl Active {
    fn new(mut faults: Faults) -> Self {
        let seed = faults.seed.unwrap_or_else(random_seed);
        let mut random = Rng::with_seed(seed);
        let token = FaultSchedule::new(mem::take(&mut faults.token), random.fork());
        let api = FaultSchedule::new(mem::take(&mut faults.api), random);
        Self { seed, faults, api, token, pages: 0 }
    }
}

/// Below 2^32: short enough to type.
fn random_seed() -> u64 {
    Uuid::new_v4().as_u64_pair().1 & u64::from(u32::MAX)
}
