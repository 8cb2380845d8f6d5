//! What the lines of a journal say: the header, and what became of a user's update.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::framing::Line;
use crate::hash::{OfficeHash, UserHash};
use crate::outcome::{Outcome, State};
use crate::plan::Sha256Sum;
use crate::times;

/// The format of a journal of a plan, and the newest that is read: its runs have [ends](RunEnd).
pub(super) const FORMAT_OF_PLANS: u32 = 3;
/// The format of every other journal.
pub(super) const FORMAT: u32 = 2;
/// The oldest format that is read: its lines are not chained.
pub(super) const UNCHAINED: u32 = 1;

/// How the object of each header begins, in every format.
const HEADER_START: &[u8] = br#"{"format":"#;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: u32,
    pub(super) base_url: String,
    time: String,
    host: String,
    /// Whether every row was to be sent again, whatever other files say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not", alias = "anew")]
    pub(super) fresh: bool,
    /// The plan that its runs apply, in a journal of a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) plan: Option<Sha256Sum>,
}

/// What a header says in every format.
#[derive(Deserialize)]
pub(super) struct AnyHeader {
    pub(super) format: u32,
}

impl Header {
    pub(super) fn new(
        base_url: &str,
        host: &str,
        at: SystemTime,
        fresh: bool,
        plan: Option<Sha256Sum>,
    ) -> Self {
        let (time, format) = (times::text(at).to_string(), plan.map_or(FORMAT, |_| FORMAT_OF_PLANS));
        Self { format, base_url: base_url.to_owned(), time, host: host.to_owned(), fresh, plan }
    }

    pub(super) fn in_todays_format(&self) -> Self {
        Self { format: FORMAT, ..self.clone() }
    }
}

/// How many bytes show whether they begin a header.
pub(super) const HEADER_PROBE_LENGTH: usize = 9 + HEADER_START.len();

/// Whether bytes begin as a header does, in whatever format and however it goes on, and as no other file would.
/// Zeros are what a crash leaves of one.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let object = bytes.get(9..).unwrap_or_default();
    let sum = bytes.get(..8).unwrap_or_default();
    let is_header = object.starts_with(HEADER_START) && sum.iter().all(u8::is_ascii_hexdigit);
    is_header || bytes.iter().all(|byte| *byte == 0)
}

/// The name of the state of a user who is about to be sent.
const INTENT: &str = "intent";

/// The most of an id of a request that is kept, in bytes.
const MAX_ID_LENGTH: usize = 128;

/// A record as it is written.
#[derive(Serialize)]
pub(super) struct Written<'a> {
    user: &'a UserHash,
    office: &'a OfficeHash,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<&'a str>,
    #[serde(serialize_with = "times::serialize")]
    time: SystemTime,
    host: &'a str,
}

impl<'a> Written<'a> {
    pub(super) fn outcome(user: &'a UserHash, office: &'a OfficeHash, outcome: &'a Outcome) -> Self {
        Self {
            user,
            office,
            state: outcome.state.name(),
            status: outcome.status,
            attempts: outcome.attempts,
            request_id: outcome.request_id.as_deref().map(shortened),
            time: outcome.at,
            host: &outcome.host,
        }
    }

    pub(super) fn intent(
        user: &'a UserHash,
        office: &'a OfficeHash,
        time: SystemTime,
        host: &'a str,
    ) -> Self {
        Self { user, office, state: INTENT, status: None, attempts: 0, request_id: None, time, host }
    }
}

/// The end of a run over a plan. What it did is read again by the next run.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunEnd {
    ended: String,
    host: String,
}

impl RunEnd {
    pub(super) fn new(at: SystemTime, host: &str) -> Self {
        Self { ended: times::text(at).to_string(), host: host.to_owned() }
    }
}

/// As much of an id as is kept, cut between characters.
fn shortened(id: &str) -> &str {
    let ends = (0..=MAX_ID_LENGTH.min(id.len())).rev();
    ends.map(|end| id.split_at_checked(end)).find_map(|halves| Some(halves?.0)).unwrap_or_default()
}

/// A record as it is read.
#[derive(Deserialize)]
struct ReadRecord<'a> {
    #[serde(borrow)]
    user: &'a str,
    #[serde(borrow)]
    office: &'a str,
    #[serde(borrow)]
    state: &'a str,
    status: Option<u16>,
    attempts: u32,
    request_id: Option<String>,
    #[serde(borrow)]
    time: &'a str,
    host: String,
}

/// A user and what became of the update, from a line; nothing if it is no record.
pub(super) fn read(line: &Line<'_>) -> Option<(UserHash, Recorded)> {
    let read: ReadRecord<'_> = line.read()?;
    let state = match read.state {
        // What was about to be sent may have been applied.
        INTENT => State::Unknown,
        name => State::parse(name).filter(|state| state.is_recorded())?,
    };
    let outcome = Outcome {
        state,
        status: read.status,
        request_id: read.request_id,
        attempts: read.attempts,
        reason: String::new(),
        reason_code: state.reason_code(),
        at: times::parse(read.time)?,
        host: read.host.into(),
        proof: None,
        plan: None,
        exported: None,
        error: None,
    };
    let entry = Recorded { office: OfficeHash::parse(read.office)?, outcome };
    Some((UserHash::parse(read.user)?, entry))
}

/// What a journal says of a user: the newest record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// Which office information was sent.
    pub office: OfficeHash,
    /// What became of it: [`State::Done`], [`State::Refused`], [`State::Failed`] or [`State::Unknown`], the
    /// latter too where a run ended between the decision to send and the answer. Journals hold no reasons.
    pub outcome: Outcome,
}
