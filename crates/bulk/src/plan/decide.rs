//! Whether a change may be sent, and whether it is there.

use std::borrow::Cow;
use std::fmt;

use avepoint_elements::{
    Error, LocalOfficeInformation, OfficeField, OfficeInformation, Violation, ViolationKind, terminal,
};

use super::equality::are_equal;
use super::{Change, Current, LocalFields, PlannedUser};

/// What becomes of a change, by a fresh reading.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a program that applies plans handles each")]
pub enum Decision<U = OfficeInformation> {
    /// Every planned field holds its new value. Nothing is to be sent.
    Already,
    /// Every planned field holds its old value. This is the update: new values in these, and what was read in the others.
    Send(U),
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

/// As in `the state is "Bengo", and the plan leads from "Luanda" to "Bie"`.
impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |value: &Option<String>| match value.as_deref() {
            None | Some("") => "nothing".to_owned(),
            Some(text) => format!("\"{}\"", terminal::escape(&cut(text))),
        };
        let (found, old, new) = (quoted(&self.found), quoted(&self.old), quoted(&self.new));
        write!(f, "the {} is {found}, and the plan leads from {old} to {new}", self.field)
    }
}

/// As much of a value as a message holds.
fn cut(text: &str) -> Cow<'_, str> {
    const MAX_LENGTH: usize = 256;
    match text.char_indices().nth(MAX_LENGTH) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
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
/// Old and new values are compared as [`are_equal`] does. Fields that are not planned take no part,
/// and are sent byte for byte as they were read: an absent city is left out, and the others, which the contract
/// requires, are sent empty where they are absent.
pub fn decide(change: &Change, current: &Current) -> Decision {
    decide_with(change, current, true, || merged(change, current))
}

impl PlannedUser {
    /// Decides what becomes of the change of this user, as [`decide`] does.
    ///
    /// What no reading returns of a local user takes no part: it is sent with whatever else changes, and also where
    /// nothing else does, unless this plan `has_sent` it.
    pub fn decide(&self, current: &Current, has_sent: bool) -> Decision<Update> {
        let Self { change, local, .. } = self;
        match local {
            None => decide_with(change, current, true, || merged(change, current).map(Update::Cloud)),
            Some(local) => decide_with(change, current, has_sent, || {
                merged_with(change, current, local).map(Update::Local)
            }),
        }
    }

    /// The new values that no update can carry.
    pub(super) fn too_long(&self) -> Vec<TooLong> {
        let (change, nothing) = (&self.change, Current::default());
        let too_long = match &self.local {
            None => merged(change, &nothing).err(),
            Some(local) => merged_with(change, &nothing, local).err(),
        };
        too_long.unwrap_or_default()
    }
}

/// An update of a user, cloud or local.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "there are two operations")]
pub enum Update {
    /// Of a cloud user.
    Cloud(OfficeInformation),
    /// Of a hybrid or local user.
    Local(LocalOfficeInformation),
}

/// Decides, where an update is not needed if all is there and the rest `is_settled`.
fn decide_with<U>(
    change: &Change,
    current: &Current,
    is_settled: bool,
    update: impl FnOnce() -> Result<U, Vec<TooLong>>,
) -> Decision<U> {
    let all = |side: Side| change.edits().all(|(field, _)| holds(change, current, field, side));
    let is_there = all(Side::New);
    if is_there && is_settled {
        return Decision::Already;
    }
    if !is_there && !all(Side::Old) {
        return Decision::Conflict(differing(change, current, Side::Old));
    }
    update().map_or_else(Decision::TooLong, Decision::Send)
}

/// What a reading after an update says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a program that verifies plans handles each")]
pub enum Verification {
    /// Every planned field holds its new value.
    Confirmed,
    /// These planned fields still hold their old value, and the others their new one.
    Pending(Vec<Conflict>),
    /// Some planned fields hold neither.
    Differs(Vec<Conflict>),
}

/// Says whether a change is there.
pub fn verify(change: &Change, current: &Current) -> Verification {
    let mut missing = differing(change, current, Side::New);
    let is_old = |conflict: &Conflict| holds(change, current, conflict.field, Side::Old);
    if missing.is_empty() {
        Verification::Confirmed
    } else if missing.iter().all(is_old) {
        Verification::Pending(missing)
    } else {
        missing.retain(|conflict| !is_old(conflict));
        Verification::Differs(missing)
    }
}

/// Which of the two values of a planned field is meant.
#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

/// Whether a field that is planned holds its old or its new value.
fn holds(change: &Change, current: &Current, field: OfficeField, side: Side) -> bool {
    change.get(field).is_none_or(|edit| {
        let expected = match side {
            Side::Old => &edit.old,
            Side::New => &edit.new,
        };
        are_equal(field, expected.as_deref(), current.get(field))
    })
}

/// The planned fields that do not hold a value.
fn differing(change: &Change, current: &Current, side: Side) -> Vec<Conflict> {
    let differing = change.edits().filter(|(field, _)| !holds(change, current, *field, side));
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
    let texts = texts(change, current, |field| field.contract().required);
    let builder =
        texts.fold(OfficeInformation::builder(), |builder, (field, text)| builder.verbatim(field, text));
    builder.build().map_err(|error| too_long(&error))
}

/// The new values over what was read, and beside what no reading returns.
fn merged_with(
    change: &Change,
    current: &Current,
    local: &LocalFields,
) -> Result<LocalOfficeInformation, Vec<TooLong>> {
    let texts = texts(change, current, |_| true).chain(local.fields());
    let builder =
        texts.fold(LocalOfficeInformation::builder(), |builder, (field, text)| builder.verbatim(field, text));
    builder.build().map_err(|error| too_long(&error))
}

/// What an update says of each field. What is absent is left out, unless it is required.
fn texts<'v>(
    change: &'v Change,
    current: &'v Current,
    is_required: impl Fn(OfficeField) -> bool,
) -> impl Iterator<Item = (OfficeField, &'v str)> {
    OfficeField::ALL.into_iter().filter_map(move |field| {
        let text = match change.get(field) {
            Some(edit) => Some(edit.new.as_deref().unwrap_or_default()),
            None => current.get(field).or_else(|| is_required(field).then_some("")),
        };
        Some((field, text?))
    })
}

/// The values that are over the contract's limit. An update has a text for each required field; only lengths can be wrong.
fn too_long(error: &Error) -> Vec<TooLong> {
    let too_long = |violation: &Violation| match violation.kind {
        ViolationKind::TooLong { length, limit } => Some(TooLong { field: violation.field, length, limit }),
        _ => None,
    };
    error.violations().iter().filter_map(too_long).collect()
}
