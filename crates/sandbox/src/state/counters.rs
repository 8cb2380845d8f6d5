//! What a sandbox counts.

use tokio::sync::watch;

use crate::faults::fault::{Fault, FaultKind};

/// What a sandbox has seen and done since its start.
///
/// A request to the API is counted as soon as it is clear what comes of it, and before any latency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Requests that the API has received, those that got a fault included. A request that breaks off before
    /// its end is none.
    pub requests: usize,
    /// Those that were carried out, whether their client was told or not.
    pub applied: usize,
    /// Those that were beyond the rate limit.
    pub rate_limited: usize,
    /// Those that got a reply of [`Fault::status`] or [`Fault::reply`].
    pub failed: usize,
    /// Those that got [`Fault::dropped_before_applying`].
    pub dropped_before_applying: usize,
    /// Those that got [`Fault::dropped_after_applying`].
    pub dropped_after_applying: usize,
    /// Those that got [`Fault::truncated`].
    pub truncated: usize,
    /// Those that got [`Fault::garbled`].
    pub garbled: usize,
    /// Requests that the token endpoint has received, counted as they arrive.
    pub token_requests: usize,
    /// Those that got a fault of any kind but a delay.
    pub token_faults: usize,
}

/// The counters, which callers can wait for.
#[derive(Default)]
pub(crate) struct CounterWatch(watch::Sender<Counters>);

impl CounterWatch {
    pub(crate) fn counters(&self) -> Counters {
        *self.0.borrow()
    }

    pub(crate) async fn reached(&self, reached: impl FnMut(&Counters) -> bool) {
        // It fails only once the sender is gone, which these counters hold.
        let _ = self.0.subscribe().wait_for(reached).await;
    }

    pub(crate) fn api_request(&self, fault: &Fault, applied: bool) {
        self.0.send_modify(|counters| {
            counters.requests += 1;
            counters.applied += usize::from(applied);
            if let Some(counter) = counters.of(&fault.kind) {
                *counter += 1;
            }
        });
    }

    pub(crate) fn token_request(&self, fault: &Fault) {
        self.0.send_modify(|counters| {
            counters.token_requests += 1;
            counters.token_faults += usize::from(!matches!(fault.kind, FaultKind::None));
        });
    }
}

impl Counters {
    fn of(&mut self, kind: &FaultKind) -> Option<&mut usize> {
        match kind {
            FaultKind::None => None,
            FaultKind::RateLimited => Some(&mut self.rate_limited),
            FaultKind::Status(_) | FaultKind::Reply(..) => Some(&mut self.failed),
            FaultKind::DroppedBefore => Some(&mut self.dropped_before_applying),
            FaultKind::DroppedAfter => Some(&mut self.dropped_after_applying),
            FaultKind::Truncated => Some(&mut self.truncated),
            FaultKind::Garbled => Some(&mut self.garbled),
        }
    }
}
