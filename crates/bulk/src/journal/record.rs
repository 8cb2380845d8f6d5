//! One record: what became of a user's update.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::line;
use crate::times::Times;
use crate::{OfficeHash, Outcome, State, UserHash};

/// The name of the state of a user who is about to be sent.
const INTENT: &str = "intent";

/// The most of an id of a request that is kept, in bytes.
const LONGEST_ID: usize = 128;

/// A record as it is written.
pub(super) struct Written<'a> {
    pub(super) user: &'a UserHash,
    pub(super) office: &'a OfficeHash,
    pub(super) state: &'static str,
    pub(super) status: Option<u16>,
    pub(super) attempts: u32,
    pub(super) request_id: Option<&'a str>,
    pub(super) time: SystemTime,
    pub(super) host: &'a str,
}

impl<'a> Written<'a> {
    pub(super) fn outcome(user: &'a UserHash, office: &'a OfficeHash, outcome: &'a Outcome) -> Self {
        Self {
            status: outcome.status,
            attempts: outcome.attempts,
            request_id: outcome.request_id.as_deref().map(shortened),
            ..Self::new(user, office, outcome.state.name(), outcome.at, &outcome.host)
        }
    }

    pub(super) fn intent(
        user: &'a UserHash,
        office: &'a OfficeHash,
        time: SystemTime,
        host: &'a str,
    ) -> Self {
        Self::new(user, office, INTENT, time, host)
    }

    fn new(
        user: &'a UserHash,
        office: &'a OfficeHash,
        state: &'static str,
        time: SystemTime,
        host: &'a str,
    ) -> Self {
        Self { user, office, state, status: None, attempts: 0, request_id: None, time, host }
    }

    /// Appends it as a JSON object. Names, digits and times need no escapes, and are not looked at for any: a record is
    /// written for every row.
    pub(super) fn push(&self, out: &mut Vec<u8>, times: &mut Times) {
        let texts: [&[u8]; 6] = [
            br#"{"user":""#,
            &self.user.digits(),
            br#"","office":""#,
            &self.office.digits(),
            br#"","state":""#,
            self.state.as_bytes(),
        ];
        for text in texts {
            out.extend_from_slice(text);
        }
        out.push(b'"');
        if let Some(status) = self.status {
            push_member(out, "status", &status);
        }
        push_member(out, "attempts", &self.attempts);
        if let Some(id) = self.request_id {
            push_member(out, "request_id", id);
        }
        out.extend_from_slice(br#","time":""#);
        out.extend_from_slice(times.text(self.time).as_bytes());
        out.push(b'"');
        push_member(out, "host", self.host);
        out.push(b'}');
    }
}

/// Appends a member behind others.
fn push_member(out: &mut Vec<u8>, name: &str, value: &(impl Serialize + ?Sized)) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    line::push_json(out, value);
}

/// As much of an id as is kept, cut between characters.
fn shortened(id: &str) -> &str {
    let ends = (0..=LONGEST_ID.min(id.len())).rev();
    ends.map(|end| id.split_at_checked(end)).find_map(|halves| Some(halves?.0)).unwrap_or_default()
}

/// A record as it is read.
#[derive(Deserialize)]
struct Read<'a> {
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

/// A user and what became of the update, from a line without its end; nothing if it is no record.
pub(super) fn read(line: &[u8]) -> Option<(UserHash, Recorded)> {
    let read: Read<'_> = line::read(line)?;
    let outcome = Outcome {
        state: state(read.state)?,
        status: read.status,
        request_id: read.request_id,
        attempts: read.attempts,
        reason: String::new(),
        at: humantime::parse_rfc3339(read.time).ok()?,
        host: read.host.into(),
        proof: None,
    };
    let entry = Recorded { office: OfficeHash::parse(read.office)?, outcome };
    Some((UserHash::parse(read.user)?, entry))
}

/// The state that a name stands for. What was about to be sent may have been applied.
fn state(name: &str) -> Option<State> {
    match name {
        INTENT => Some(State::Unknown),
        _ => State::parse(name).filter(|state| state.is_recorded()),
    }
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
