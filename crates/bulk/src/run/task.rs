//! A row on its way through a run.

use tokio::time::Instant;

use crate::{FileError, Journal, OfficeHash, Outcome, Proof, Row, State, UserHash};

/// A row with what is known of it so far.
pub(super) struct Task {
    /// Its place among the results.
    pub(super) place: u64,
    pub(super) row: Row,
    pub(super) user: UserHash,
    pub(super) office: OfficeHash,
    /// Whether the journal says that another value was done, which must not stand if this one may have been sent.
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
    /// How many rows had been answered when it first was not.
    pub(super) answers: u64,
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

    /// What the journal says of the row, where it says that it is done; where it says nothing of the user, the proof.
    pub(super) fn look_up(
        &mut self,
        journal: Option<&Journal>,
        proof: Option<Proof>,
    ) -> Result<Option<Outcome>, FileError> {
        let newest = journal.map(|journal| journal.newest(&self.user)).transpose()?.flatten();
        let Some(newest) = newest else {
            let believed = proof.filter(|_| journal.is_none_or(Journal::believes_proofs));
            return Ok(believed.map(passed_over));
        };
        self.replaces = newest.is_done_with_other(&self.office);
        Ok(newest.is_done_with(&self.office).then(|| self.proven(newest.unchanged(), journal)))
    }
}

/// The outcome of a row that an earlier run has done. Its proof is carried on.
fn passed_over(proof: Proof) -> Outcome {
    let unchanged = Outcome::new(State::Unchanged, "the input proves that it was done before");
    Outcome { proof: Some(proof), ..unchanged }
}
