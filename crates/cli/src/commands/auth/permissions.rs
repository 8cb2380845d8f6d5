//! The permissions of the contract, and whether a credential has them.

use std::time::Duration;

use avepoint_elements::{Authentication, Elements, Error, Operation, operations};

use crate::failure::Failure;

/// A permission, and what came of asking for a token with it.
pub(crate) struct Permission {
    /// One that needs it.
    pub(crate) operation: &'static Operation,
    pub(crate) name: String,
    pub(crate) outcome: Result<Authentication, Error>,
}

/// Whether an app has a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantState {
    Granted,
    /// A token that was given does not say.
    NotKnown,
    Refused,
}

impl GrantState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::NotKnown => "not known",
            Self::Refused => "refused",
        }
    }
}

/// An operation for each permission.
pub(crate) fn distinct() -> Vec<&'static Operation> {
    operations::ALL.iter().fold(Vec::new(), |mut distinct: Vec<&Operation>, operation| {
        if distinct.iter().all(|known| known.scopes != operation.scopes) {
            distinct.push(operation);
        }
        distinct
    })
}

/// How long all tokens are still valid, in whole seconds, where that is known.
pub(crate) fn time_left(permissions: &[Permission]) -> Option<Duration> {
    let left =
        permissions.iter().filter_map(|permission| permission.outcome.as_ref().ok()?.expires_in).min()?;
    Some(Duration::from_secs(left.as_secs()))
}

impl Permission {
    /// Asks for a token. A refusal is an answer; that there is none is a failure.
    pub(crate) async fn ask(elements: &Elements, operation: &'static Operation) -> Result<Self, Failure> {
        let name = operation.scopes.join(" ");
        match elements.authenticate_for(operation).await {
            Err(error) if !error.is_authentication() => Err(error.into()),
            outcome => Ok(Self { operation, name, outcome }),
        }
    }

    pub(crate) fn grant(&self) -> GrantState {
        let is_granted = |granted: &Authentication| {
            self.operation.scopes.iter().all(|name| granted.scopes.iter().any(|it| it == name))
        };
        match &self.outcome {
            Ok(granted) if granted.scopes.is_empty() => GrantState::NotKnown,
            Ok(granted) if is_granted(granted) => GrantState::Granted,
            Ok(_) | Err(_) => GrantState::Refused,
        }
    }
}
