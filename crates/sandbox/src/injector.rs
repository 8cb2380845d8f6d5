//! The faults at work, which can be replaced at any time.

use std::sync::Mutex;

use fastrand::Rng;
use tokio::time::Instant;
use uuid::Uuid;

use crate::fault::Fault;
use crate::faults::{ExpiresIn, Faults};
use crate::gate::Gate;
use crate::plan::Lane;
use crate::state::lock;

/// Says which fault the next request gets.
pub(crate) struct Injector(Mutex<Running>);

struct Running {
    seed: u64,
    api: Lane,
    token: Lane,
    gate: Option<Gate>,
    expires_in: ExpiresIn,
    revoke_after: Option<u64>,
}

/// What a token request goes through.
pub(crate) struct TokenTreatment {
    pub(crate) fault: Fault,
    pub(crate) gate: Option<Gate>,
    pub(crate) expires_in: ExpiresIn,
}

impl Injector {
    /// Takes settings that were checked.
    pub(crate) fn new(faults: Faults) -> Self {
        Self(Mutex::new(Running::new(faults)))
    }

    pub(crate) fn replace(&self, faults: Faults) {
        *lock(&self.0) = Running::new(faults);
    }

    pub(crate) fn seed(&self) -> u64 {
        lock(&self.0).seed
    }

    pub(crate) fn api_request(&self, path: &str) -> Fault {
        lock(&self.0).api.next(path, Instant::now())
    }

    /// How many requests a token is good for.
    pub(crate) fn revoke_after(&self) -> Option<u64> {
        lock(&self.0).revoke_after
    }

    pub(crate) fn token_request(&self) -> TokenTreatment {
        let mut running = lock(&self.0);
        TokenTreatment {
            fault: running.token.next("", Instant::now()),
            gate: running.gate.clone(),
            expires_in: running.expires_in.clone(),
        }
    }
}

impl Running {
    fn new(faults: Faults) -> Self {
        let seed = faults.seed.unwrap_or_else(random_seed);
        let mut random = Rng::with_seed(seed);
        let token = random.fork();
        Self {
            seed,
            api: Lane::new(faults.api, random),
            token: Lane::new(faults.token, token),
            gate: faults.gate,
            expires_in: faults.expires_in,
            revoke_after: faults.revoke_after,
        }
    }
}

/// Below 2^32: somebody may have to type it.
fn random_seed() -> u64 {
    Uuid::new_v4().as_u64_pair().1 & u64::from(u32::MAX)
}
