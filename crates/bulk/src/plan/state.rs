//! What planning came to, row by row and in numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

avepoint_elements::named_enum! {
    /// What planning a row came to.
    pub enum PlanState {
        /// The user differs from the row: the plan changes that.
        Change = "change",
        /// The user is as the row wants it.
        Equal = "equal",
        /// No user in reach has the keys of the row.
        NotFound = "not found",
        /// The keys of the row belong to several users.
        KeysDisagree = "keys disagree",
        /// Several users have all keys of the row.
        Ambiguous = "ambiguous",
        /// Another row comes to the same user. None of them is planned.
        Duplicate = "duplicate",
        /// The customer or the tenant of the row is not in reach, or not among those that are planned for.
        OutOfScope = "out of scope",
        /// A list of users or customers was incomplete: the user may exist or not.
        CouldNotBeTold = "could not be told",
        /// The service holds an office field that is no text, or answered with another user or with no user.
        Unreadable = "unreadable",
        /// The update could not carry a value that is to be kept.
        TooLong = "too long",
        /// The row cannot be planned as it is.
        Invalid = "invalid",
        /// The service refused the reading.
        Refused = "refused",
        /// The user could not be read, for a reason that may pass.
        Failed = "failed",
        /// Planning ended before the row's turn came.
        NotAttempted = "not attempted",
    }
}

impl PlanState {
    /// The code of its reason where there is no closer one.
    pub(super) const fn reason_code(self) -> &'static str {
        match self {
            Self::Change | Self::Equal => "",
            Self::NotFound => "not-found",
            Self::KeysDisagree => "keys-disagree",
            Self::OutOfScope => "out-of-scope",
            Self::CouldNotBeTold => "could-not-be-told",
            Self::TooLong => "too-long",
            Self::NotAttempted => "not-attempted",
            other => other.name(),
        }
    }

    /// Whether the row was planned: there is nothing to correct about it.
    pub const fn is_planned(self) -> bool {
        matches!(self, Self::Change | Self::Equal)
    }
}

/// As its name.
impl Serialize for PlanState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateCounts([u64; PlanState::ALL.len()]);

impl StateCounts {
    /// How many rows came to a state.
    pub const fn of(&self, state: PlanState) -> u64 {
        self.0[state as usize]
    }

    /// How many rows there are.
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    pub(super) fn add(&mut self, state: PlanState) {
        self.0[state as usize] += 1;
    }
}

/// By name, without those that are 0.
impl Serialize for StateCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let states = PlanState::ALL.into_iter().filter(|state| self.of(*state) > 0);
        serializer.collect_map(states.map(|state| (state.name(), self.of(state))))
    }
}

impl<'de> Deserialize<'de> for StateCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut counts = Self::default();
        for (name, count) in BTreeMap::<String, u64>::deserialize(deserializer)? {
            let state =
                PlanState::parse(&name).ok_or_else(|| de::Error::custom("a count of an unknown state"))?;
            counts.0[state as usize] = count;
        }
        Ok(counts)
    }
}
