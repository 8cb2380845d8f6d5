//! The list of the customers in reach.

use avepoint_elements::{Customer, Elements, ListSummary};

use super::list_breaker::ListBreaker;
use super::{ListError, ListOptions, ListWait};
use crate::service_error::is_no_response;

/// Lists the customers in reach, and says whether these are all. A page that fails in a way that may pass is asked for again;
/// `waiting` is told once a second what is waited for, and that nothing is once the page has come.
///
/// # Errors
/// The service refuses the list or the token, or was down for too long.
pub async fn list_customers(
    elements: &Elements,
    options: ListOptions,
    mut waiting: impl FnMut(Option<ListWait>),
) -> Result<(Vec<Customer>, ListSummary), ListError> {
    let breaker = ListBreaker::new(options.max_outage.unwrap_or_default());
    let mut list = elements.customers().stream();
    let mut customers = Vec::new();
    let mut is_waiting = false;
    loop {
        let (sent_at, pages) = (breaker.now(), list.summary().pages);
        let next = list.next().await;
        if list.summary().pages > pages {
            breaker.record_answer(sent_at);
            if std::mem::take(&mut is_waiting) {
                waiting(None);
            }
        }
        match next {
            None => return Ok((customers, list.summary().clone())),
            Some(Ok(customer)) => customers.push(customer),
            Some(Err(error)) if options.max_outage.is_some() && is_no_response(&error) => {
                breaker.record_failure(&error);
                if breaker.is_in_doubt() {
                    breaker.open();
                }
                if let Some(end) = breaker.end(&error) {
                    return Err(end);
                }
                is_waiting |= wait(&breaker, &mut waiting).await;
                list.resume();
            }
            Some(Err(error)) => return Err(ListError::Service(error)),
        }
    }
}

/// Waits for the next probe, if there is one.
async fn wait(breaker: &ListBreaker, waiting: &mut impl FnMut(Option<ListWait>)) -> bool {
    while let Some(wait) = breaker.wait() {
        waiting(Some(wait));
        if wait.left.is_zero() {
            breaker.probe_sent();
            return true;
        }
        ListBreaker::sleep(wait).await;
    }
    false
}
