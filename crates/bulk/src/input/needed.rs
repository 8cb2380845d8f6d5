//! Cells that every row must have, and rows that end before them.

use super::problem::shown;
use super::{Blank, InputOptions};
use crate::columns::Column;

/// The places of those cells, in their order.
///
/// A cell that is not there says nothing, while one that is blank may clear a value or leave it out. A file that was
/// cut off must not clear what it does not name.
#[derive(Debug, Default)]
pub(super) struct Needed(Vec<usize>);

impl Needed {
    /// Of a header that has the columns at these places.
    pub(super) fn new(places: &[Option<usize>], options: &InputOptions) -> Self {
        let is_needed = |column: &Column| {
            let clears = options.blank == Blank::Clear && column.office().is_some();
            clears || (column.is_required() && options.filling(*column).is_none())
        };
        let needed = Column::ALL.into_iter().filter(is_needed);
        let mut needed: Vec<_> = needed.filter_map(|column| places[column as usize]).collect();
        needed.sort_unstable();
        Self(needed)
    }

    /// Those that a row of `count` cells ends before.
    pub(super) fn missing(&self, count: usize) -> &[usize] {
        match self.0.last() {
            Some(last) if *last >= count => &self.0[self.0.partition_point(|place| *place < count)..],
            _ => &[],
        }
    }

    /// What to say of a row of `count` cells, if it ends before one of them.
    pub(super) fn problem(&self, count: usize, header: &[String]) -> Option<String> {
        let missing = self.missing(count);
        (!missing.is_empty()).then(|| {
            let names: Vec<_> = missing.iter().map(|place| shown(&header[*place])).collect();
            let cells = if count == 1 { "cell" } else { "cells" };
            let are = if missing.len() == 1 { "is" } else { "are" };
            format!(
                "the row has {count} {cells} and the header {}, so that {} {are} missing; the row or the file may be \
                 cut off, or have another delimiter than the header. Write every cell, a blank one with its delimiter",
                header.len(),
                names.join(", ")
            )
        })
    }
}
