//! Ids that were met before, since customers and tenants repeat.

use std::str::FromStr;

use crate::ids::is_uuid;

/// How many are kept; a power of two.
const SLOTS: usize = 256;

/// Ids by the place that their text tells; a new one takes the place of an old one.
#[derive(Debug)]
pub(crate) struct IdCache<Id> {
    slots: Vec<Option<Id>>,
    /// The place of the last, which is often the next row's, too.
    last: usize,
    /// Whether that one has the shape of a UUID.
    is_uuid: bool,
}

impl<Id: FromStr + AsRef<str>> IdCache<Id> {
    pub(crate) fn new() -> Self {
        Self { slots: (0..SLOTS).map(|_| None).collect(), last: 0, is_uuid: false }
    }

    /// The place of an id, which it keeps until the next call at least.
    pub(crate) fn place(&mut self, text: &str) -> Result<usize, Id::Err> {
        if !self.is_last(text) {
            self.last = place(text);
            if !self.holds(self.last, text) {
                self.slots[self.last] = Some(text.parse()?);
            }
            self.is_uuid = is_uuid(text);
        }
        Ok(self.last)
    }

    /// Whether an id is the last for which a place was asked.
    pub(crate) fn is_last(&self, text: &str) -> bool {
        self.holds(self.last, text)
    }

    /// Whether the last id for which a place was asked has the shape of a UUID.
    pub(crate) fn is_uuid(&self) -> bool {
        self.is_uuid
    }

    fn holds(&self, place: usize, text: &str) -> bool {
        self.at(place).is_some_and(|id| id.as_ref() == text)
    }

    pub(crate) fn at(&self, place: usize) -> Option<&Id> {
        self.slots[place].as_ref()
    }
}

/// A place by the last bytes, in which ids differ most.
fn place(text: &str) -> usize {
    let last = text.bytes().rev().take(8);
    last.fold(text.len(), |place, byte| place.wrapping_mul(31).wrapping_add(usize::from(byte))) % SLOTS
}
