//! The rows of a run: a stream of items, or of results of them.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{BoxError, Item};

/// How the next row is taken from a stream.
pub(super) type PollRow<T, S> = fn(Pin<&mut S>, &mut Context<'_>) -> Poll<Option<Result<Item<T>, BoxError>>>;

/// A stream, and how rows come from it.
pub(super) struct Rows<T, S> {
    pub(super) stream: Pin<Box<S>>,
    pub(super) poll: PollRow<T, S>,
}

impl<T, S> Rows<T, S> {
    /// The next row.
    pub(super) fn next(&mut self) -> impl Future<Output = Option<Result<Item<T>, BoxError>>> + use<'_, T, S> {
        poll_fn(|context| (self.poll)(self.stream.as_mut(), context))
    }
}
