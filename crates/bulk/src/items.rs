//! From the rows of a table to the items of a run.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::{
    Checked, Entries, Entry, Format, InputError, Item, Original, Outcome, Problem, ResultsFormat, Shard,
    State, Table,
};

/// The rows of a table that was [checked](crate::check), as a [run](crate::Bulk::run) takes them: those that are invalid
/// or name a user twice with their results, those that the input calls done or unchanged with what proves it.
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
    /// The items of a table's entries.
    pub fn new(entries: Entries<'t>, checked: &'t Checked) -> Self {
        Self { entries, checked, shard: None, error: None }
    }

    /// The items of one shard alone, where one is given: that of the check.
    pub fn shard(mut self, shard: impl Into<Option<Shard>>) -> Self {
        self.shard = shard.into();
        self
    }

    /// Why the rows ended before the end of the input, if they did.
    pub fn error(&self) -> Option<&InputError> {
        self.error.as_ref()
    }

    fn item(&self, entry: Entry) -> Item<Original> {
        let Entry { line, original, row, earlier, proof, .. } = entry;
        let row = match (row, self.checked.duplicates.problem(line)) {
            (Ok(row), None) => row,
            (Ok(_), Some(twice)) => return Item::Settled(original, invalid(line, &[twice])),
            (Err(row), _) => return Item::Settled(original, invalid(line, &row.problems)),
        };
        match proof.filter(|_| earlier.is_some_and(State::is_success)) {
            Some(proof) => Item::Claimed(original, row, proof),
            None => Item::Send(original, row),
        }
    }
}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("shard", &self.shard)
            .field("error", &self.error)
            .finish_non_exhaustive()
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

/// The outcome of a row that cannot be sent: all that is wrong with it, in one text.
fn invalid(line: u64, problems: &[Problem]) -> Outcome {
    let reasons = problems.iter().map(Problem::within_row).collect::<Vec<_>>().join("; ");
    Outcome::new(State::Invalid, format!("line {line}: {reasons}"))
}
