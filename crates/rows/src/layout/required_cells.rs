//! Cells that every row must have, and rows that end before them.

use crate::columns::Column;
use crate::options::{Blank, InputOptions, Purpose};
use crate::problem::excerpt;

/// The places of those cells, in their order.
///
/// A cell that is not there says nothing, while one that is blank may clear a value or leave it out. A file that was
/// cut off must not clear what it does not name.
#[derive(Debug, Default)]
pub(crate) struct RequiredCells {
    places: Vec<usize>,
    /// The place of the last one that a blank makes a mistake.
    last_filled: Option<usize>,
    /// Whether one of them is a value, and no id.
    needs_values: bool,
}

impl RequiredCells {
    /// Of a header that has the columns at these places.
    pub(crate) fn new(places: &[Option<usize>], options: &InputOptions) -> Self {
        let clears =
            |column: &Column| options.meaning_of_blank() == Blank::Clear && column.office().is_some();
        let needs_value = |column: &Column| column.is_required() && options.filling(*column).is_none();
        let is_required = |column: &Column| match options.purpose {
            Purpose::Update => clears(column) || needs_value(column),
            // The last cell of a complete row may be left out, and nowhere else is anything kept by that.
            Purpose::Plan => *column != Column::City || options.meaning_of_blank() != Blank::Keep,
        };
        let required = Column::ALL.into_iter().filter(is_required);
        let mut required: Vec<_> = required.filter_map(|column| places[column as usize]).collect();
        required.sort_unstable();
        let is_never_blank =
            |column: &Column| options.purpose == Purpose::Update && needs_value(column) && !clears(column);
        let never_blank = Column::ALL.into_iter().filter(is_never_blank);
        let never_blank =
            || never_blank.clone().filter_map(|column| Some((column, places[column as usize]?)));
        let last_filled = never_blank().map(|(_, place)| place).max();
        let needs_values = never_blank().any(|(column, _)| column.is_value());
        Self { places: required, last_filled, needs_values }
    }

    /// Whether a row needs a value anywhere.
    pub(crate) fn need_values(&self) -> bool {
        self.needs_values
    }

    /// Whether a row in which the first `count` cells are filled has a value in the last one that needs it.
    pub(crate) fn are_filled_in(&self, count: usize) -> bool {
        self.last_filled.is_none_or(|place| place < count)
    }

    /// Those that a row of `count` cells ends before.
    pub(crate) fn missing(&self, count: usize) -> &[usize] {
        match self.places.last() {
            Some(last) if *last >= count => {
                &self.places[self.places.partition_point(|place| *place < count)..]
            }
            _ => &[],
        }
    }

    /// Whether a row of `count` cells has all of them.
    pub(crate) fn are_in(&self, count: usize) -> bool {
        self.missing(count).is_empty()
    }

    /// What to say of a row of `count` cells, if it ends before one of them.
    pub(crate) fn problem(&self, count: usize, header: &[String]) -> Option<String> {
        let missing = self.missing(count);
        (!missing.is_empty()).then(|| {
            let names: Vec<_> = missing.iter().map(|place| excerpt(&header[*place])).collect();
            let cells = if count == 1 { "cell" } else { "cells" };
            let are = if missing.len() == 1 { "is" } else { "are" };
            format!(
                "the row has {count} {cells} and the header {}: {} {are} missing; the row or the file may be \
                 cut off, or have another delimiter than the header. Write every cell, a blank one with its delimiter",
                header.len(),
                names.join(", ")
            )
        })
    }
}
