//! Whether a list that came in pages holds everything.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::ids::{UUID, counted};

/// Checks the pages of a list.
///
/// A list is complete if every page gave the same total and the distinct entries come to it: pages may shift while they are
/// read, or be repeated. It takes some 16 bytes an entry.
#[derive(Debug, Default)]
pub struct Completeness {
    total: Option<u64>,
    hasher: RandomState,
    ids: HashSet<u64>,
    /// How many entries there were, with those that came again.
    entries: u64,
    is_broken: bool,
}

impl Completeness {
    /// Takes a page: the total that it gave, if it gave one, and the id of each entry; one that has none is empty.
    pub fn page<'a>(&mut self, total: Option<u64>, ids: impl IntoIterator<Item = &'a str>) {
        let is_first = self.entries == 0 && self.total.is_none();
        self.is_broken |= total.is_none() || (!is_first && total != self.total);
        self.total = total;
        for id in ids {
            self.entries += 1;
            if id.is_empty() {
                self.is_broken = true;
            } else {
                self.ids.insert(self.hasher.hash_one(counted(id, &mut [0; UUID])));
            }
        }
    }

    /// Whether there were as many entries as there are in all, so that no other page is asked for.
    pub fn is_at_end(&self) -> bool {
        self.total.is_some_and(|total| self.entries >= total)
    }

    /// Whether the pages so far hold everything.
    pub fn is_complete(&self) -> bool {
        !self.is_broken && self.total == Some(self.ids.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_complete(pages: &[(Option<u64>, &[&str])]) -> bool {
        let mut list = Completeness::default();
        for (total, ids) in pages {
            list.page(*total, ids.iter().copied());
        }
        list.is_complete()
    }

    #[test]
    fn a_list_is_complete_if_every_page_gives_the_number_of_distinct_entries() {
        assert!(is_complete(&[(Some(3), &["a", "b"]), (Some(3), &["c"])]));
        assert!(is_complete(&[(Some(0), &[])]));
        // Shifted: an entry comes again, and another one is missing.
        assert!(!is_complete(&[(Some(3), &["a", "b"]), (Some(3), &["b"])]));
        // An entry that comes again does no harm where none is missing.
        assert!(is_complete(&[(Some(3), &["a", "b"]), (Some(3), &["b", "c"])]));
        assert!(!is_complete(&[(Some(3), &["a", "b"]), (Some(4), &["c"])]));
        assert!(!is_complete(&[(Some(4), &["a", "b"]), (Some(3), &["c"])]));
        assert!(!is_complete(&[(Some(2), &["a"]), (None, &["b"])]));
        assert!(!is_complete(&[(None, &[])]) && !is_complete(&[]));
        assert!(!is_complete(&[(Some(2), &["a", ""])]));
        assert!(!is_complete(&[(Some(1), &["a", "b"])]));
        // Two spellings of one id.
        let uuid = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
        assert!(!is_complete(&[(Some(2), &[uuid, &uuid.to_uppercase()])]));
    }
}
