//! Which customers the app may reach, by what the service says of their rows.

use std::collections::HashMap;

use avepoint_elements::CustomerId;

use crate::service_error::ServiceError;

/// What the service says where an app's scope leaves a customer out.
const FORBIDDEN: u16 = 403;

/// As many refusals of a customer tell that its other rows would be refused, too, at most.
const MAX_REFUSALS: usize = 4;

/// What requests for each customer were answered with in a run.
#[derive(Debug)]
pub(super) struct CustomerScopes {
    enough: u32,
    customers: HashMap<CustomerId, Answers>,
}

#[derive(Debug)]
enum Answers {
    /// 403 so many times, and nothing else; with the last of these errors.
    Forbidden(u32, Option<ServiceError>),
    /// Something else, too.
    Mixed,
}

impl CustomerScopes {
    pub(super) fn new(concurrency: usize) -> Self {
        let enough = u32::try_from(concurrency.min(MAX_REFUSALS)).unwrap_or(1);
        Self { enough, customers: HashMap::new() }
    }

    /// A row of a customer was answered; where its user was read before, that was another answer.
    pub(super) fn record(
        &mut self,
        customer: &CustomerId,
        status: u16,
        was_read: bool,
        error: Option<ServiceError>,
    ) {
        if status != FORBIDDEN || was_read {
            self.customers.insert(customer.clone(), Answers::Mixed);
        } else if let Answers::Forbidden(refusals, last) =
            self.customers.entry(customer.clone()).or_insert(Answers::Forbidden(0, None))
        {
            (*refusals, *last) = (*refusals + 1, error);
        }
    }

    /// Whether the app's scope leaves a customer out, as far as it is known.
    pub(super) fn is_out_of_scope(&self, customer: &CustomerId) -> bool {
        matches!(self.customers.get(customer), Some(Answers::Forbidden(refusals, _)) if *refusals >= self.enough)
    }

    /// The last refusal of a customer that is out of scope.
    pub(super) fn refusal(&self, customer: &CustomerId) -> Option<ServiceError> {
        match self.customers.get(customer)? {
            Answers::Forbidden(_, error) => error.clone(),
            Answers::Mixed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_out_of_scope_once_it_was_refused_often_enough_and_never_answered() {
        let (one, other): (CustomerId, CustomerId) = ("c1".parse().unwrap(), "c2".parse().unwrap());
        let mut scopes = CustomerScopes::new(16);
        let refuse = |scopes: &mut CustomerScopes, customer, times| {
            (0..times).for_each(|_| scopes.record(customer, 403, false, None));
            scopes.is_out_of_scope(customer)
        };
        assert!(!refuse(&mut scopes, &one, 3) && refuse(&mut scopes, &one, 1));
        assert!(!scopes.is_out_of_scope(&other));
        scopes.record(&other, 404, false, None);
        assert!(!refuse(&mut scopes, &other, 10));
        // A call that was under way may still be answered.
        scopes.record(&one, 204, false, None);
        assert!(!scopes.is_out_of_scope(&one));
        assert!(refuse(&mut CustomerScopes::new(1), &one, 1));
    }
}
