//! A row on its way through a run.

use tokio::time::Instant;

use crate::{Earlier, FileError, Journal, OfficeHash, Outcome, Proof, Row, UserHash};

/// A row with what is known of it so far.
pub(super) struct Task {
    /// Its place among the results.
    pub(super) place: u64,
    pub(super) row: Row,
    pub(super) user: UserHash,
    pub(super) office: OfficeHash,
    /// Whether another value is on record as done, which must not stand if this one may have been sent.
    pub(super) replaces: bool,
    /// Calls made for it that the service did not refuse to look at.
    pub(super) tries: u32,
    /// Requests sent for it.
    pub(super) attempts: u32,
    /// Whether one of them may have been applied.
    pub(super) unknown: bool,
    /// What is known of it where the service did not answer it.
    pub(super) unanswered: Option<Box<Unanswered>>,
}

/// What is known of a row that the service did not answer.
pub(super) struct Unanswered {
    /// How many rows had been answered when it first was not, outages that are over left out.
    pub(super) answers: Option<u64>,
    /// How many outages were left out.
    pub(super) outages: u32,
    /// When it is tried again while others are answered.
    pub(super) again: Instant,
    /// What its last call came to.
    pub(super) last: Outcome,
}

impl Task {
    pub(super) fn new(place: u64, row: Row) -> Self {
        let (user, office) = (UserHash::of(&row.user), OfficeHash::of(&row.office));
        Self {
            place,
            row,
            user,
            office,
            replaces: false,
            tries: 0,
            attempts: 0,
            unknown: false,
            unanswered: None,
        }
    }

    /// An outcome with what proves it, where it is a success.
    pub(super) fn proven(&self, outcome: Outcome, journal: Option<&Journal>) -> Outcome {
        let journal = journal.filter(|_| outcome.state.is_success());
        Outcome { proof: journal.and_then(|journal| journal.prove(&self.user, &self.office)), ..outcome }
    }

    /// The outcome of the row, where an earlier run has done it.
    pub(super) fn look_up(
        &mut self,
        journal: Option<&Journal>,
        base_url: &str,
        claim: Option<Proof>,
    ) -> Result<Option<Outcome>, FileError> {
        let earlier = match journal {
            Some(journal) => journal.earlier(&self.user, &self.office, claim.as_ref())?,
            None => Earlier::of_input(base_url, &self.user, &self.office, claim.as_ref()),
        };
        self.replaces = earlier.needs_intent();
        Ok(earlier.unchanged())
    }
}
