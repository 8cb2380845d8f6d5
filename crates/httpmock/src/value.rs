//! Values of the contract, made of what tests have.

use std::fmt::Display;

/// The contract's value.
///
/// # Panics
/// With a value that the contract refuses.
#[track_caller]
pub(crate) fn converted<T>(name: &str, value: impl TryInto<T, Error: Display>) -> T {
    match value.try_into() {
        Ok(value) => value,
        Err(error) => panic!("the contract refuses this `{name}`: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use avepoint_elements_client::types::UserId;

    use super::*;

    #[test]
    #[should_panic = "the contract refuses this `user_id`: doesn't match pattern"]
    fn what_the_contract_refuses_fails_the_test_that_says_it() {
        converted::<UserId>("user_id", "a/b");
    }
}
