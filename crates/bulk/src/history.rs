//! What earlier runs say of an update before it is sent.

use std::fmt;
use std::time::SystemTime;

use crate::error::FileError;
use crate::hash::{OfficeHash, Proof, UserHash};
use crate::journal::{Recorded, Snapshot};
use crate::outcome::{Outcome, State};
use crate::run::Item;
use crate::times;

/// What results that are read as input say of a row that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What proves it.
    pub proof: Proof,
    /// When it was done.
    pub at: SystemTime,
}

/// What earlier runs say of an update: by a journal, which is believed first, or by an input that is their results.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum History {
    /// The newest record says that it was done. The outcome is [unchanged](State::Unchanged).
    Done(Outcome),
    /// The input proves that it was done, and no record says anything of the user.
    Proven(Outcome),
    /// The newest record says that the user was done with other office information.
    DoneWithOther,
    /// The newest effort came to this: [`State::Refused`], [`State::Failed`] or [`State::Unknown`].
    Tried(State),
    /// The input says that the user was done, and does not prove that it was with this office information on this
    /// service. It may be older than it looks, or was corrected, or comes from elsewhere.
    Claimed,
    /// Nothing.
    Nothing,
}

impl History {
    /// What is known of an item that is to be sent to a service, by a journal or, where there is none, by the input: as a
    /// run asks before it sends it. None of any other item.
    ///
    /// # Errors
    /// The journal cannot be read, or was changed meanwhile.
    pub fn of_item<T>(
        item: &Item<T>,
        journal: Option<&Snapshot>,
        base_url: &str,
    ) -> Result<Option<Self>, FileError> {
        let (row, claim) = match item {
            Item::Send(_, row) => (row, None),
            Item::Claimed(_, row, claim) => (row, Some(claim)),
            _ => return Ok(None),
        };
        let (user, office) = (UserHash::of(&row.user), OfficeHash::of(&row.office));
        Self::of(journal, base_url, &user, &office, claim).map(Some)
    }

    pub(crate) fn of(
        journal: Option<&Snapshot>,
        base_url: &str,
        user: &UserHash,
        office: &OfficeHash,
        claim: Option<&Claim>,
    ) -> Result<Self, FileError> {
        let Some(journal) = journal else {
            let of_claim = |claim: &Claim| Self::of_claim(*claim, Proof::of(base_url, user, office));
            return Ok(claim.map_or(Self::Nothing, of_claim));
        };
        let own = || journal.prove(user, office);
        Ok(match (journal.newest(user)?, claim.filter(|_| !journal.is_fresh())) {
            (Some(newest), _) => Self::of_record(newest, office, own),
            (None, Some(claim)) => own().map_or(Self::Nothing, |own| Self::of_claim(*claim, own)),
            (None, None) => Self::Nothing,
        })
    }

    /// What a claim is worth, beside the proof that the service's own update would have.
    fn of_claim(Claim { proof, at }: Claim, own: Proof) -> Self {
        if proof != own {
            return Self::Claimed;
        }
        let reason = format!("done {}, as the input proves; the service was not asked", times::days(at, at));
        Self::Proven(Outcome { proof: Some(proof), at, ..Outcome::new(State::Unchanged, reason) })
    }

    /// What the newest record of a user says of a row.
    fn of_record(newest: Recorded, office: &OfficeHash, proof: impl FnOnce() -> Option<Proof>) -> Self {
        let Recorded { office: recorded, outcome } = newest;
        match outcome.state {
            State::Done if recorded == *office => {
                let days = times::days(outcome.at, outcome.at);
                let reason = format!("done by this journal {days}; the service was not asked");
                let unchanged = Outcome::new(State::Unchanged, reason);
                let Outcome { status, request_id, attempts, at, host, .. } = outcome;
                Self::Done(Outcome { status, request_id, attempts, at, host, proof: proof(), ..unchanged })
            }
            State::Done => Self::DoneWithOther,
            state => Self::Tried(state),
        }
    }

    /// The outcome of the update, if it was done and needs not be sent.
    pub fn unchanged(self) -> Option<Outcome> {
        match self {
            Self::Done(outcome) | Self::Proven(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Whether another value is, or may be, on record as done: it must not stand, or a later run could believe it
    /// although this update was sent.
    pub(crate) fn needs_intent(&self) -> bool {
        matches!(self, Self::DoneWithOther | Self::Claimed)
    }
}

/// How it is known of rows that are [unchanged](State::Unchanged) that they were done: by the journal, and when, or by the
/// input. The service was not asked.
///
/// As text: `done by this journal on 20 November 2026`, or `done on 20 November 2026, as the input proves`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoneBefore {
    recorded: Option<(SystemTime, SystemTime)>,
    proven: Option<(SystemTime, SystemTime)>,
}

impl DoneBefore {
    /// Takes note of a row that is unchanged.
    pub fn add(&mut self, outcome: &Outcome) {
        let times = if outcome.attempts == 0 { &mut self.proven } else { &mut self.recorded };
        let (first, last) = times.unwrap_or((outcome.at, outcome.at));
        *times = Some((first.min(outcome.at), last.max(outcome.at)));
    }

    /// When the first and the last of them were done, of those that the journal recorded.
    pub fn recorded(&self) -> Option<(SystemTime, SystemTime)> {
        self.recorded
    }
}

impl fmt::Display for DoneBefore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = |(first, last)| times::days(first, last);
        match (self.recorded.map(days), self.proven.map(days)) {
            (Some(recorded), None) => write!(f, "done by this journal {recorded}"),
            (None, Some(proven)) => write!(f, "done {proven}, as the input proves"),
            (Some(recorded), Some(proven)) => {
                write!(f, "done by this journal {recorded}, or {proven}, as the input proves")
            }
            (None, None) => f.write_str("done before"),
        }
    }
}
