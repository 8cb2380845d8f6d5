//! What a run comes to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::FileError;
use crate::history::DoneBefore;
use crate::outcome::{Outcome, State};
use crate::service_error::is_of_another_server;

/// How many rows came to what.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    counts: [u64; State::ALL.len()],
    /// How it is known of the rows that are unchanged that they were done.
    pub done_before: DoneBefore,
    /// Why the run ended before its last row, if it did.
    pub stopped: Option<Stopped>,
    /// Whether rows were left out because of the limit of the run.
    pub limited: bool,
    /// Where the run [ended with an outage](Stopped::Outage), the status of the last reply to a request for a row or
    /// for a token, if there was one.
    pub outage_status: Option<u16>,
    /// Where it did, the wait that the service asked for, if that was longer than the run was to wait.
    pub outage_wait: Option<Duration>,
}

impl Summary {
    /// How many rows came to a state.
    pub fn count(&self, state: State) -> u64 {
        self.counts[state as usize]
    }

    /// How many rows have a result.
    pub fn rows(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Takes over how a run ends that comes to this.
    pub(super) fn end_as(&mut self, run: &Self) {
        self.limited = run.limited;
        if self.stopped.is_none() && run.stopped.is_some() {
            self.stopped.clone_from(&run.stopped);
            (self.outage_status, self.outage_wait) = (run.outage_status, run.outage_wait);
        }
    }

    /// Whether the run ended because rows reached something else than the API: a page, a redirect, or a server that does
    /// not know the request. The settings are wrong, or something stands in between.
    pub fn is_another_server(&self) -> bool {
        self.outage_status.is_some_and(is_of_another_server)
    }

    pub(crate) fn record(&mut self, outcome: &Outcome) {
        self.counts[outcome.state as usize] += 1;
        if outcome.state == State::Unchanged {
            self.done_before.add(outcome);
        }
    }
}

/// Why a run ended before its last row.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Stopped {
    /// It was told to.
    Requested,
    /// More rows failed than were allowed to.
    MaxFailures,
    /// The credential or the token was refused.
    Authentication(avepoint_elements::Error),
    /// The service was down for longer than the run's `max_outage`, or asked for a wait that is longer; or rows reached
    /// [another server](Summary::is_another_server). [`Summary::outage_status`] and [`Summary::outage_wait`] tell which.
    Outage,
    /// The journal cannot be written or read, or the plan of a sync cannot: no further row could count as done.
    Journal(FileError),
    /// The stream of rows [failed](crate::BulkOptions::try_run). Rows that came before the error and were not sent are "not
    /// attempted".
    Input(Arc<dyn std::error::Error + Send + Sync>),
    /// A sync would change more users than it may; it may change so many.
    MaxChanges(u64),
}

impl std::error::Error for Stopped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Authentication(error) => error.source(),
            Self::Journal(error) => error.source(),
            Self::Input(error) => Some(&**error),
            Self::Requested | Self::MaxFailures | Self::Outage | Self::MaxChanges(_) => None,
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested => f.write_str("the run was told to stop"),
            Self::MaxFailures => f.write_str("more rows failed than were allowed to"),
            Self::Authentication(error) => error.fmt(f),
            Self::Outage => {
                f.write_str("the service was down, or asked for a wait, for longer than the run was to wait")
            }
            Self::Journal(error) => error.fmt(f),
            Self::Input(_) => f.write_str("the rows could not be read to their end"),
            Self::MaxChanges(most) => write!(f, "more than {most} users would change"),
        }
    }
}
