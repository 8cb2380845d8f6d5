//! From rows whose users were looked for to the items of a sync.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::{PlanRow, PlanState, PlanTarget, PlanningItems, SyncPlan};
use crate::error::FileError;
use crate::hash::UserHash;
use crate::outcome::Outcome;
use crate::run::Item;

/// A user who was found, what the user's row wants, and the plan in which the change is recorded.
#[derive(Clone, Debug)]
pub struct SyncTarget {
    pub(crate) target: PlanTarget,
    pub(crate) plan: Arc<SyncPlan>,
}

/// The rows of a sync, in their order, as a [run](crate::BulkOptions::run) takes them: each user that a row came to is
/// [to be synced](Item::Sync), one whose change an interrupted sync recorded is [to be changed so](Item::Apply), and the
/// other rows have their results.
///
/// It ends where the plan cannot be read; [`error`](Self::error) then says why.
#[derive(Debug)]
#[must_use]
pub struct SyncItems<R> {
    items: PlanningItems<R>,
    plan: Arc<SyncPlan>,
    error: Option<FileError>,
}

impl<R> SyncItems<R> {
    /// These rows, with a plan that was opened for them.
    pub fn new(items: PlanningItems<R>, plan: Arc<SyncPlan>) -> Self {
        Self { items, plan, error: None }
    }

    /// Why the rows ended before the end of the input, if the plan is the reason.
    pub fn error(&self) -> Option<&FileError> {
        self.error.as_ref()
    }

    /// The rows that are left.
    pub fn into_rows(self) -> R {
        self.items.into_rows()
    }

    fn item<T>(&mut self, item: Item<T>) -> Result<Item<T>, FileError> {
        let Item::Plan(tag, target) = item else { return Ok(item) };
        Ok(match self.plan.earlier(&UserHash::of(target.user()))? {
            None => Item::Sync(tag, SyncTarget { target, plan: Arc::clone(&self.plan) }),
            Some(planned) if planned.line == target.keys.line => Item::Apply(tag, planned),
            Some(planned) => Item::Settled(tag, duplicate(&target, planned.line)),
        })
    }
}

/// The row that came to the user before the interruption was another one.
fn duplicate(target: &PlanTarget, line: u64) -> Outcome {
    target.hold(
        PlanState::Duplicate,
        format!("the row of line {line} came to the same user before the sync was interrupted"),
    )
}

impl<T, R: Iterator<Item = PlanRow<T>>> Iterator for SyncItems<R> {
    type Item = Item<T>;

    fn next(&mut self) -> Option<Item<T>> {
        if self.error.is_some() {
            return None;
        }
        let item = self.items.next()?;
        self.item(item).map_err(|error| self.error = Some(error)).ok()
    }
}

/// The next row is read where it is polled for: it is always ready.
impl<T, R: Iterator<Item = PlanRow<T>> + Unpin> Stream for SyncItems<R> {
    type Item = Item<T>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Item<T>>> {
        Poll::Ready(self.next())
    }
}
