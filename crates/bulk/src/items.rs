//! From the rows of a table to the items of a run.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use avepoint_elements_rows::{Checked, Entries, Entry, Finding, InputError, Original, Problem, Table};
use futures_core::Stream;
use self_cell::{MutBorrow, self_cell};

use crate::error::listed;
use crate::hash::Proof;
use crate::history::Claim;
use crate::outcome::{Outcome, State};
use crate::run::Item;
use crate::shard::Shard;
use crate::times;

/// Checks the rows of a table as [`avepoint_elements_rows::check`] does; with a shard, its rows alone.
///
/// # Errors
/// The input cannot be read to its end. Findings are no errors of this kind.
pub fn check(
    table: &mut Table,
    shard: Option<Shard>,
    found: impl FnMut(Finding),
) -> Result<Checked, InputError> {
    match shard {
        None => avepoint_elements_rows::check(table, found),
        Some(shard) => avepoint_elements_rows::check_selected(table, |user| shard.has_row_of(user), found),
    }
}

/// The rows of a table that was [checked](crate::check), as a [run](crate::BulkOptions::run) takes them: those that are invalid
/// or name a user twice with their results, those that the input calls done or unchanged with what proves it.
///
/// It ends where reading fails; [`error`](Self::error) then says why.
#[must_use]
pub struct Items {
    entries: OwnedEntries,
    checked: Arc<Checked>,
    shard: Option<Shard>,
    error: Option<InputError>,
}

self_cell! {
    /// A table that is being read.
    struct OwnedEntries {
        owner: MutBorrow<Table>,
        #[covariant]
        dependent: Entries,
    }
}

impl Items {
    /// The items of a table, from its beginning.
    ///
    /// # Errors
    /// The file was changed since it was opened, or reading fails.
    pub fn new(table: Table, checked: impl Into<Arc<Checked>>) -> Result<Self, InputError> {
        let entries = OwnedEntries::try_new(MutBorrow::new(table), |table| table.borrow_mut().entries())?;
        Ok(Self { entries, checked: checked.into(), shard: None, error: None })
    }

    /// The table.
    pub fn into_table(self) -> Table {
        self.entries.into_owner().into_inner()
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
        let claim = claim(&entry);
        let Entry { line, original, row, .. } = entry;
        let row = match (row, self.checked.duplicates.problem(line)) {
            (Ok(row), None) => row,
            (Ok(_), Some(twice)) => {
                return Item::Settled(original, invalid(line, &[twice]).because("duplicate"));
            }
            (Err(row), _) => return Item::Settled(original, invalid(line, &row.problems)),
        };
        match claim {
            Some(claim) => Item::Claimed(original, row, claim),
            None => Item::Send(original, row),
        }
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("shard", &self.shard)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Iterator for Items {
    type Item = Item<Original>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = self.entries.with_dependent_mut(|_, entries| entries.next())?;
            let entry = entry.map_err(|error| self.error = Some(error)).ok()?;
            if self.shard.is_none_or(|shard| shard.has_row_of(entry.user())) {
                return Some(self.item(entry));
            }
        }
    }
}

/// The next row is read where it is polled for: it is always ready.
impl Stream for Items {
    type Item = Item<Original>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.next())
    }
}

/// What results say of a row that was done; none where the proof or the time is not there.
fn claim(entry: &Entry) -> Option<Claim> {
    let state = State::parse(entry.result.as_deref()?)?;
    let proof = Proof::parse(entry.proof.as_deref()?)?;
    let at = times::parse(entry.time.as_deref()?)?;
    state.is_success().then_some(Claim { proof, at })
}

/// The outcome of a row that cannot be sent.
fn invalid(line: u64, problems: &[Problem]) -> Outcome {
    Outcome::new(State::Invalid, reasons(line, problems))
}

/// All that is wrong with a row, in one text.
pub(crate) fn reasons(line: u64, problems: &[Problem]) -> String {
    let reasons: Vec<_> = problems.iter().map(Problem::within_row).collect();
    format!("line {line}: {}", listed(&reasons))
}

#[cfg(test)]
mod tests {
    use super::*;
    use avepoint_elements_rows::{InputOptions, Source};

    #[test]
    fn each_row_is_checked_and_sent_in_exactly_one_shard() {
        let row = |user: usize| format!("c,t,u{user},2121,Angola,Luanda,Dande\n");
        let rows: String = (0..100).map(row).collect();
        let file =
            format!("customer,tenant,user,zip,country,state,address\n{rows}c,t,,2121,Angola,Luanda,Dande\n");
        let mut table =
            Table::open(Source::reader(file.as_bytes()).unwrap(), InputOptions::default()).unwrap();
        let mut sum = 0;
        for number in 1..=3 {
            let shard: Shard = format!("{number}/3").parse().unwrap();
            let checked = Arc::new(check(&mut table, Some(shard), |_| ()).unwrap());
            let mut items = Items::new(table, checked.clone()).unwrap().shard(shard);
            let count = items.by_ref().count() as u64;
            assert_eq!(checked.rows, count);
            assert_eq!(checked.invalid, u64::from(number == 1), "a row without a user is the first shard's");
            sum += count;
            table = items.into_table();
        }
        assert_eq!(sum, 101);
    }
}
