//! Whether a change may be sent, and whether it is there.

use std::fmt;

use avepoint_elements::{OfficeField, OfficeInformation, ViolationKind};

use super::equality::are_equal;
use super::{Change, Current};

/// What becomes of a change, by a fresh reading.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "whoever applies a plan handles each")]
pub enum Decision {
    /// Every planned field holds its new value. Nothing is to be sent.
    Already,
    /// Every planned field holds its old value. This is the update: new values in these, and what was read in the others.
    Send(OfficeInformation),
    /// Some planned fields hold something else than their old value. Nothing may be sent.
    Conflict(Vec<Conflict>),
    /// The update would exceed the contract's limits. Nothing can be sent.
    TooLong(Vec<TooLong>),
}

/// A planned field that does not hold its old value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// Which field.
    pub field: OfficeField,
    /// The value that the plan starts from.
    pub old: Option<String>,
    /// The value that the plan leads to.
    pub new: Option<String>,
    /// The value that the service holds.
    pub found: Option<String>,
}

/// A value that is too long to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooLong {
    /// Which field.
    pub field: OfficeField,
    /// In Unicode code points.
    pub length: usize,
    /// In Unicode code points.
    pub limit: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, length, limit } = self;
        write!(
            f,
            "the {field} that the service holds has {length} characters, of which at most {limit} are possible"
        )
    }
}

/// Decides what becomes of a change.
///
/// Old and new values are compared as [`are_equal`](super::are_equal) does. Fields that are not planned take no part,
/// and are sent byte for byte as they were read: an absent city is left out, and the others, which the contract
/// requires, are sent empty where they are absent.
pub fn decide(change: &Change, current: &Current) -> Decision {
    let all = |value: Value| change.edits().all(|(field, _)| holds(change, current, field, value));
    if all(Value::New) {
        return Decision::Already;
    }
    if !all(Value::Old) {
        return Decision::Conflict(conflicts(change, current));
    }
    match merged(change, current) {
        Ok(office) => Decision::Send(office),
        Err(too_long) => Decision::TooLong(too_long),
    }
}

/// What a reading after an update says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "whoever verifies a plan handles each")]
pub enum Verdict {
    /// Every planned field holds its new value.
    Confirmed,
    /// Some planned fields still hold their old value, and the others their new one.
    Pending,
    /// Some planned fields hold neither.
    Differs(Vec<Conflict>),
}

/// Says whether a change is there.
pub fn verify(change: &Change, current: &Current) -> Verdict {
    let is = |field, value| holds(change, current, field, value);
    if change.edits().all(|(field, _)| is(field, Value::New)) {
        Verdict::Confirmed
    } else if change.edits().all(|(field, _)| is(field, Value::New) || is(field, Value::Old)) {
        Verdict::Pending
    } else {
        let mut differing = conflicts(change, current);
        differing.retain(|conflict| !is(conflict.field, Value::New));
        Verdict::Differs(differing)
    }
}

#[derive(Clone, Copy)]
enum Value {
    Old,
    New,
}

/// Whether a field that is planned holds its old or its new value.
fn holds(change: &Change, current: &Current, field: OfficeField, value: Value) -> bool {
    change.get(field).is_none_or(|edit| {
        let expected = match value {
            Value::Old => &edit.old,
            Value::New => &edit.new,
        };
        are_equal(field, expected.as_deref(), current.get(field))
    })
}

fn conflicts(change: &Change, current: &Current) -> Vec<Conflict> {
    let differing = change.edits().filter(|(field, _)| !holds(change, current, *field, Value::Old));
    let conflict = |(field, edit): (OfficeField, &super::Edit)| Conflict {
        field,
        old: edit.old.clone(),
        new: edit.new.clone(),
        found: current.get(field).map(str::to_owned),
    };
    differing.map(conflict).collect()
}

/// The new values over what was read.
pub(super) fn merged(change: &Change, current: &Current) -> Result<OfficeInformation, Vec<TooLong>> {
    let mut builder = OfficeInformation::builder();
    for field in OfficeField::ALL {
        let text = match change.get(field) {
            Some(edit) => Some(edit.new.as_deref().unwrap_or_default()),
            None => current.get(field).or_else(|| field.contract().required.then_some("")),
        };
        if let Some(text) = text {
            builder = builder.verbatim(field, text);
        }
    }
    builder.build().map_err(|error| {
        let too_long = |violation: &avepoint_elements::Violation| match violation.kind {
            ViolationKind::TooLong { length, limit } => {
                Some(TooLong { field: violation.field, length, limit })
            }
            _ => None,
        };
        error.violations().iter().filter_map(too_long).collect()
    })
}
