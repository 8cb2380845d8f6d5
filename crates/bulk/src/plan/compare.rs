//! From what is wanted and what is there to a change.

use avepoint_elements::OfficeField;

use super::decide::{TooLong, merged};
use super::equality::{are_equal, is_empty};
use super::{Change, Current, Edit, WantedOffice};

/// What a comparison of wanted values with a reading comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a planner handles each")]
pub enum Comparison {
    /// Every field is as it is wanted.
    Equal,
    /// Some fields differ.
    Change(Change),
    /// Some fields differ, and an update could not carry what is to be kept of the others, or a plan what was read.
    TooLong(Vec<TooLong>),
}

/// Compares what is wanted of a user with what was read.
pub fn compare(wanted: &WantedOffice, current: &Current) -> Comparison {
    let mut change = Change::default();
    for field in OfficeField::ALL {
        if let Some(new) = wanted.get(field).value()
            && !are_equal(field, current.get(field), Some(new))
        {
            let old = current.get(field).map(str::to_owned);
            change = change.with(field, Edit { old, new: Some(new.to_owned()) });
        }
    }
    if change.is_empty() {
        return Comparison::Equal;
    }
    let old_values = too_long_to_hold(&change);
    match merged(&change, current) {
        _ if !old_values.is_empty() => Comparison::TooLong(old_values),
        Ok(_) => Comparison::Change(change),
        Err(too_long) => Comparison::TooLong(too_long),
    }
}

/// The longest old value that a plan holds, in Unicode code points: ten times what an update could restore.
const MAX_OLD_LENGTH: usize = 16 * 1024;

fn too_long_to_hold(change: &Change) -> Vec<TooLong> {
    let old = |edit: &Edit| edit.old.as_ref().map_or(0, |old| old.chars().count());
    let lengths = change.edits().map(|(field, edit)| (field, old(edit)));
    let too_long = lengths.filter(|(_, length)| *length > MAX_OLD_LENGTH);
    too_long.map(|(field, length)| TooLong { field, length, limit: MAX_OLD_LENGTH }).collect()
}

impl Change {
    /// The required fields that are kept although they are empty. Nothing documents that the service takes an empty
    /// text for them.
    pub fn kept_empty(&self, current: &Current) -> impl Iterator<Item = OfficeField> {
        OfficeField::ALL.into_iter().filter(|field| {
            field.contract().required && self.get(*field).is_none() && is_empty(current.get(*field))
        })
    }
}
