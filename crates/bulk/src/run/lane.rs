//! The memory of a call, for one call after the other.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio_util::sync::ReusableBoxFuture;

use super::attempt::Attempt;

/// Where one call at a time is under way. A call takes some kilobytes, which are slow to come by anew for each.
pub(super) struct Lane<T>(ReusableBoxFuture<'static, Attempt<T>>);

/// A call under way; its lane comes back with what it came to.
pub(super) struct Call<T>(Option<Lane<T>>);

impl<T: Send + 'static> Lane<T> {
    /// Begins a call on a lane, or on a new one.
    pub(super) fn begin(
        lane: Option<Self>,
        call: impl Future<Output = Attempt<T>> + Send + 'static,
    ) -> Call<T> {
        let lane = match lane {
            Some(mut lane) => {
                lane.0.set(call);
                lane
            }
            None => Self(ReusableBoxFuture::new(call)),
        };
        Call(Some(lane))
    }
}

impl<T> Future for Call<T> {
    type Output = (Lane<T>, Attempt<T>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(lane) = &mut self.0 else { return Poll::Pending };
        let attempt = ready!(lane.0.poll(context));
        self.0.take().map_or(Poll::Pending, |lane| Poll::Ready((lane, attempt)))
    }
}
