//! Environments by name.

use std::fmt;
use std::str::FromStr;

use crate::Environment;

impl Default for Environment {
    /// The first of the contract.
    fn default() -> Self {
        Self::ALL[0]
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(name: &str) -> Result<Self, UnknownEnvironment> {
        let known = Self::ALL.iter().find(|environment| environment.name().eq_ignore_ascii_case(name));
        known.copied().ok_or_else(|| UnknownEnvironment(name.to_owned()))
    }
}

/// A name that is not one of [`Environment::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEnvironment(String);

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Environment::ALL.iter().map(|environment| environment.name()).collect();
        write!(f, "unknown environment {:?}; known are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownEnvironment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_environment_is_found_by_its_name() {
        for environment in Environment::ALL {
            assert_eq!(environment.to_string().to_uppercase().parse(), Ok(*environment));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let message = "mars".parse::<Environment>().unwrap_err().to_string();
        for environment in Environment::ALL {
            assert!(message.contains(environment.name()), "{message}");
        }
    }
}
