//! Slots of the rate limiter that were queued for ahead of their requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// At most one slot, shared by the clones of a client.
#[derive(Clone, Default)]
pub(crate) struct Reserved(Option<Arc<AtomicBool>>);

impl Reserved {
    /// One slot.
    pub(crate) fn one() -> Self {
        Self(Some(Arc::new(AtomicBool::new(true))))
    }

    /// Takes the slot, if it is still there.
    pub(crate) fn take(&self) -> bool {
        self.0.as_ref().is_some_and(|slot| slot.swap(false, Ordering::Relaxed))
    }
}
