//! Whose rows an input holds.

use std::collections::HashMap;

use crate::ids::{UUID_LENGTH, canonical};

/// How many names are kept.
const MAX_IDS: usize = 1000;

/// The customers or tenants of rows, each with its number of rows, in the order in which they were met.
///
/// The first 1000 are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdCounts {
    listed: Vec<(String, u64)>,
    places: HashMap<Vec<u8>, usize>,
    /// Where the last row was counted, which is often where the next is.
    last: usize,
    unlisted: u64,
}

impl IdCounts {
    /// Each name, as its first row writes it, with its number of rows.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.listed.iter().map(|(name, rows)| (name.as_str(), *rows))
    }

    /// How many names there are among the first 1000.
    pub fn len(&self) -> usize {
        self.listed.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The number of rows of those that are not named.
    pub fn unlisted_rows(&self) -> u64 {
        self.unlisted
    }

    /// Counts a row.
    pub fn count(&mut self, name: &str) {
        if let Some((last, rows)) = self.listed.get_mut(self.last)
            && last == name
        {
            *rows += 1;
            return;
        }
        match self.index(name) {
            Some(index) => {
                self.listed[index].1 += 1;
                self.last = index;
            }
            None => self.unlisted += 1,
        }
    }

    /// The index of a name, which gets one while there is room.
    fn index(&mut self, name: &str) -> Option<usize> {
        let mut room = [0; UUID_LENGTH];
        let key = canonical(name, &mut room);
        if let Some(place) = self.places.get(key) {
            return Some(*place);
        }
        let place = self.listed.len();
        (place < MAX_IDS).then(|| {
            self.places.insert(key.to_owned(), place);
            self.listed.push((name.to_owned(), 0));
            place
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_name_and_those_without_a_place_together() {
        let mut names = IdCounts::default();
        let uuid = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
        for name in ["a", "b", "a", uuid, &uuid.to_uppercase(), "A"] {
            names.count(name);
        }
        assert_eq!(names.iter().collect::<Vec<_>>(), [("a", 2), ("b", 1), (uuid, 2), ("A", 1)]);
        for number in 0..1000 {
            names.count(&number.to_string());
        }
        assert_eq!((names.len(), names.unlisted_rows()), (1000, 4));
    }
}
