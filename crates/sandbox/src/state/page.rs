//! Pages of a list.

use std::fmt::Write;

/// Which page is asked for, and what a fault does to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRequest {
    /// From 1.
    pub(crate) index: usize,
    pub(crate) size: usize,
    /// How many places the entries have moved towards the end; those that leave it come back at the beginning.
    pub(crate) shift: i64,
    /// Whether the page before this one is given once more.
    pub(crate) repeats: bool,
}

impl PageRequest {
    /// The page of a list of so many entries, as JSON.
    pub(crate) fn page(&self, total: usize, entry: impl Fn(usize) -> String) -> String {
        let entries: Vec<String> = self.positions(total).map(entry).collect();
        let mut page = format!(r#"{{"data":[{}],"metadata":{{"#, entries.join(","));
        // Writing to a text cannot fail.
        let _ =
            write!(page, r#""pageIndex":{},"pageSize":{},"totalCount":{total}}}}}"#, self.index, self.size);
        page
    }

    fn positions(&self, total: usize) -> impl Iterator<Item = usize> {
        let before = self.index - 1;
        let before = if self.repeats { before.saturating_sub(1) } else { before };
        let start = before.saturating_mul(self.size).min(total);
        let end = start.saturating_add(self.size).min(total);
        let moved = i64::try_from(total).ok().and_then(|total| self.shift.checked_rem_euclid(total));
        let moved = moved.and_then(|moved| usize::try_from(moved).ok()).unwrap_or_default();
        (start..end).map(move |position| (position + total - moved) % total)
    }
}

#[cfg(test)]
mod tests {
    use super::PageRequest;

    fn positions(index: usize, shift: i64, repeats: bool) -> Vec<usize> {
        PageRequest { index, size: 3, shift, repeats }.positions(7).collect()
    }

    #[test]
    fn pages_follow_each_other_to_the_end_of_the_list() {
        assert_eq!(
            [1, 2, 3, 4].map(|index| positions(index, 0, false)),
            [vec![0, 1, 2], vec![3, 4, 5], vec![6], vec![]]
        );
        assert!(positions(usize::MAX, 0, false).is_empty());
        assert_eq!(PageRequest { index: 1, size: 3, shift: 5, repeats: false }.positions(0).count(), 0);
    }

    #[test]
    fn entries_that_move_towards_the_end_are_seen_twice_and_the_other_way_are_missed() {
        assert_eq!(positions(2, 1, false), [2, 3, 4]);
        assert_eq!(positions(1, 1, false), [6, 0, 1]);
        assert_eq!(positions(2, -1, false), [4, 5, 6]);
        assert_eq!(positions(2, 8, false), [2, 3, 4]);
    }

    #[test]
    fn a_repeated_page_is_the_one_before() {
        assert_eq!(positions(2, 0, true), positions(1, 0, false));
        assert_eq!(positions(1, 0, true), positions(1, 0, false));
    }
}
