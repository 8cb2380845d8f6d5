//! From rows whose users were looked for to the items of a run.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::fresh_lists::FreshLists;
use super::{EarlierReading, PlanOutcome, PlanRow, PlanState, PlanTarget};
use crate::directory::{Found, Resolution, Resolved};
use crate::run::Item;

/// The rows that were [resolved](crate::directory::resolve), in their order, as a [run](crate::BulkOptions::run) takes them:
/// each user that a row came to is [to be planned](Item::Plan), and the other rows have their results.
///
/// What a row came to is a [`PlanOutcome`] made from the run's [`Outcome`](crate::Outcome).
#[derive(Debug)]
#[must_use]
pub struct PlanningItems<R> {
    rows: R,
    resolved: Arc<FreshLists>,
    /// The number of the next row.
    number: usize,
}

impl<R> PlanningItems<R> {
    /// The items of these rows.
    pub fn new(rows: R, resolved: Resolved) -> Self {
        Self { rows, resolved: Arc::new(FreshLists::new(resolved)), number: 0 }
    }

    /// The rows that are left.
    pub fn into_rows(self) -> R {
        self.rows
    }

    fn item<T>(&mut self, row: PlanRow<T>) -> Item<T> {
        let PlanRow { original, keys, wanted, warnings, earlier } = row;
        let number = self.number;
        let resolution = self.resolved.of(number);
        self.number += 1;
        let settled = match (wanted, resolution) {
            (Err(mistake), _) => PlanOutcome::unresolved(PlanState::Invalid, mistake),
            (Ok(wanted), Resolution::Resolved(found)) => {
                match earlier.and_then(|earlier| repeated(&found, earlier, &warnings)) {
                    None => {
                        let directory =
                            self.resolved.may_be_old().then(|| (Arc::clone(&self.resolved), number));
                        let target = PlanTarget { found, keys, wanted, warnings, directory };
                        return Item::Plan(original, target);
                    }
                    Some(outcome) => outcome,
                }
            }
            (Ok(_), resolution) => PlanOutcome::of_resolution(&resolution),
        };
        Item::Settled(original, settled.into_run())
    }
}

/// What an earlier reading of the user says of a row.
fn repeated(found: &Found, earlier: EarlierReading, warnings: &str) -> Option<PlanOutcome> {
    let outcome = |state| PlanOutcome::of(found, state, warnings.to_owned());
    match earlier {
        EarlierReading::Equal => Some(outcome(PlanState::Equal)),
        EarlierReading::Change(planned) => (planned.user == found.user).then(|| PlanOutcome {
            names: planned.names.clone(),
            planned: Some(*planned),
            ..outcome(PlanState::Change)
        }),
    }
}

impl<T, R: Iterator<Item = PlanRow<T>>> Iterator for PlanningItems<R> {
    type Item = Item<T>;

    fn next(&mut self) -> Option<Item<T>> {
        let row = self.rows.next()?;
        Some(self.item(row))
    }
}

/// The next row is read where it is polled for: it is always ready.
impl<T, R: Iterator<Item = PlanRow<T>> + Unpin> Stream for PlanningItems<R> {
    type Item = Item<T>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Item<T>>> {
        Poll::Ready(self.next())
    }
}
