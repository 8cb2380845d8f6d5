//! From the rows of a table to the items of a run.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::{
    Checked, Entries, Entry, Format, InputError, Item, Original, Outcome, Problem, ResultsFormat, Shard,
    State, Table,
};

/// The rows of a table that was [checked](crate::check), as a [run](crate::Bulk::run) takes them: those that are
/// invalid, that name a user twice, or that an earlier run's results call done, with their results.
///
/// It ends where reading fails; [`error`](Self::error) then says why.
#[must_use]
pub struct Items<'t> {
    entries: Entries<'t>,
    checked: &'t Checked,
    shard: Option<Shard>,
    error: Option<InputError>,
}

impl<'t> Items<'t> {
    /// The items of a table's entries; of one shard, where there is one.
    pub fn new(entries: Entries<'t>, checked: &'t Checked, shard: Option<Shard>) -> Self {
        Self { entries, checked, shard, error: None }
    }

    /// Why the rows ended before the end of the input, if they did.
    pub fn error(&self) -> Option<&InputError> {
        self.error.as_ref()
    }

    fn item(&self, entry: Entry) -> Item<Original> {
        let Entry { line, original, row, earlier, .. } = entry;
        match row {
            Err(invalid) => Item::Settled(original, Outcome::new(State::Invalid, reason(&invalid.problems))),
            Ok(_) if let Some(other) = self.checked.duplicates.other(line) => {
                let reason = format!("the same user stands on line {other} too; keep one of the two");
                Item::Settled(original, Outcome::new(State::Invalid, reason))
            }
            Ok(_) if earlier.is_some_and(State::is_success) => {
                let reason = "the input says that it was done before";
                Item::Settled(original, Outcome::new(State::Unchanged, reason))
            }
            Ok(row) => Item::Send(original, row),
        }
    }
}

impl Iterator for Items<'_> {
    type Item = Item<Original>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.entries.next()? {
                Ok(entry) if self.shard.is_none_or(|shard| entry.is_in(shard)) => {
                    return Some(self.item(entry));
                }
                Ok(_) => {}
                Err(error) => {
                    self.error = Some(error);
                    return None;
                }
            }
        }
    }
}

/// Files are read as fast as they are asked for.
impl Stream for Items<'_> {
    type Item = Item<Original>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.next())
    }
}

impl Table {
    /// How the results of this input are written: as it is, but always in UTF-8, and marked as such where the input
    /// is marked, since its reader is then likely to be Excel.
    pub fn results_format(&self) -> ResultsFormat {
        match self.format() {
            Format::Csv => ResultsFormat::Csv { delimiter: self.delimiter(), bom: self.is_marked() },
            Format::Ndjson => ResultsFormat::Ndjson,
        }
    }
}

/// All that is wrong with a row, in one text.
fn reason(problems: &[Problem]) -> String {
    problems.iter().map(Problem::within_row).collect::<Vec<_>>().join("; ")
}
