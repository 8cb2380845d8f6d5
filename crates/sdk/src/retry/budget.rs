//! How many more requests than calls a service in trouble has to bear.

use std::sync::{Mutex, PoisonError};

/// Retries that can be made without any success: a lone call, and a burst of the usual size, may retry, while
/// a thousand calls to a service that is down cause 1,050 requests.
const RESERVE: f64 = 50.0;
/// Retries that a success earns. A service that fails one request in five needs a quarter of a retry for each
/// success; twice that keeps such a run going.
const EARNED: f64 = 0.5;

/// The retries that all calls of one client share.
///
/// A retry takes one, but for those after 429, whose number the throttle keeps down; a success gives back half a one, up to the reserve. A service that is down gives no
/// success, so that it soon sees each call once only.
#[derive(Debug)]
pub(crate) struct Budget(Mutex<f64>);

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(RESERVE))
    }
}

impl Budget {
    /// Takes a retry, if there is one left.
    pub(crate) fn take(&self) -> bool {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let granted = *left >= 1.0;
        if granted {
            *left -= 1.0;
        }
        granted
    }

    /// Takes note of a success.
    pub(crate) fn earn(&self) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + EARNED).min(RESERVE);
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
