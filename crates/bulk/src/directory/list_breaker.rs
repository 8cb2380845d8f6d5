//! Tells a service that is down from lists that fail.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use avepoint_elements::{CustomerId, Error, TenantId};

use super::{ListError, ListWait};
use crate::clock;
use crate::run::circuit_breaker::{CircuitBreaker, NoResponse};

/// How often at least what lists wait for is said.
const WAIT_STEP: Duration = Duration::from_secs(1);

/// The [circuit breaker](CircuitBreaker) of a run, for lists: pages are answers.
#[derive(Clone, Debug)]
pub(super) struct ListBreaker(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    breaker: CircuitBreaker,
    /// The tenant whose list was answered last.
    answered: Option<(CustomerId, TenantId)>,
}

impl ListBreaker {
    pub(super) fn new(max_outage: Duration) -> Self {
        Self(Arc::new(Mutex::new(Inner { breaker: CircuitBreaker::new(max_outage), answered: None })))
    }

    /// The number that a request has which is sent now.
    pub(super) fn now(&self) -> u64 {
        self.inner().breaker.now()
    }

    /// The service answered a request of this number.
    pub(super) fn record_answer(&self, sent_at: u64) {
        self.inner().breaker.record_answer(sent_at);
    }

    /// The service answered a request of this number, for the list of a tenant.
    pub(super) fn record_answer_of(&self, sent_at: u64, customer: &CustomerId, tenant: &TenantId) {
        let mut inner = self.inner();
        inner.breaker.record_answer(sent_at);
        inner.answered = Some((customer.clone(), tenant.clone()));
    }

    /// A request was not answered. Gives the number of the failure.
    pub(super) fn record_failure(&self, error: &Error) -> u64 {
        self.inner().breaker.record_failure(clock::now(), NoResponse::from(error))
    }

    /// The tenant to ask for again where the service is doubted; none where no list was answered.
    pub(super) fn control(&self) -> Option<(CustomerId, TenantId)> {
        self.inner().answered.clone()
    }

    pub(super) fn confirms(&self, failure: u64) -> bool {
        self.inner().breaker.confirms(failure)
    }

    pub(super) fn is_in_doubt(&self) -> bool {
        self.inner().breaker.is_in_doubt()
    }

    pub(super) fn is_open(&self) -> bool {
        self.inner().breaker.next_probe().is_some()
    }

    /// The service that was doubted is up.
    pub(super) fn tolerate_more(&self) {
        self.inner().breaker.tolerate_more();
    }

    /// The service that was doubted is down.
    pub(super) fn open(&self) {
        self.inner().breaker.open(clock::now());
    }

    pub(super) fn probe_sent(&self) {
        self.inner().breaker.probe_sent(clock::now());
    }

    /// The number of the outage that failures since the last answer are to be blamed on, if there is one.
    pub(super) fn outage(&self) -> Option<u64> {
        self.inner().breaker.outage()
    }

    /// What is waited for; none where requests are sent at will.
    pub(super) fn wait(&self) -> Option<ListWait> {
        let inner = self.inner();
        let left = inner.breaker.next_probe()?.saturating_duration_since(clock::now());
        Some(ListWait { left, is_throttled: inner.breaker.is_throttled() })
    }

    /// Ends with the wait, or after a step of it.
    pub(super) async fn sleep(wait: ListWait) {
        clock::sleep_until(clock::now() + wait.left.min(WAIT_STEP)).await;
    }

    /// Why nothing more is to be asked for, after an error, if so.
    pub(super) fn end(&self, error: &Error) -> Option<ListError> {
        let inner = self.inner();
        if !inner.breaker.is_exhausted() {
            return None;
        }
        #[cfg(feature = "tracing")]
        inner.breaker.log_exhausted(clock::now());
        Some(ListError::Outage { error: error.clone(), wait: inner.breaker.last().asked })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
