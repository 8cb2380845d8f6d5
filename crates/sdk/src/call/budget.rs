//! The retry budget: how many more requests than calls a failing service gets.

use std::sync::atomic::{AtomicU32, Ordering};

/// What a retry takes. A success earns one: a service that fails one request in five needs a quarter of a retry for
/// each success; twice that keeps such a run going.
const RETRY_COST: u32 = 2;
/// Retries that can be made without any success: a lone call, and a burst of the usual size, may retry, while
/// a thousand calls to a service that is down cause 1,050 requests.
const MAX_BALANCE: u32 = 50 * RETRY_COST;

/// The retries that all calls of one client share.
///
/// A retry takes one, but for those after 429, whose number the throttle keeps down; a success gives back half a one,
/// up to the reserve. A service that is down gives no success: it soon gets one request for each call.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(MAX_BALANCE))
    }
}

impl Budget {
    /// Takes a retry, if there is one left.
    pub(crate) fn take(&self) -> bool {
        self.change(|left| left.checked_sub(RETRY_COST))
    }

    /// Takes note of a success.
    pub(crate) fn earn(&self) {
        self.change(|left| (left < MAX_BALANCE).then_some(left + 1));
    }

    /// Says whether there was a change. Nothing else depends on what the number says.
    fn change(&self, next: impl Fn(u32) -> Option<u32>) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_success_only_the_reserve_is_spent() {
        let budget = Budget::default();
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 50);
    }

    #[test]
    fn two_successes_earn_a_retry_and_no_more_than_the_reserve_is_kept() {
        let budget = Budget::default();
        while budget.take() {}
        budget.earn();
        assert!(!budget.take());
        budget.earn();
        assert!(budget.take() && !budget.take());
        (0..1000).for_each(|_| budget.earn());
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 50);
    }
}
