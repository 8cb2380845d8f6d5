//! Waiting for turns on nobody's time, until somebody ends it.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::sync::Semaphore;

/// What the clones of a patient client share. A semaphore without permits, of which nothing but its end is heard.
pub(crate) struct Patience(Semaphore);

impl Patience {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(0))
    }

    /// Ends it, for those who wait and for those who come.
    pub(crate) fn end(&self) {
        self.0.close();
    }

    /// What a future gives, unless it has to wait and patience ends.
    pub(crate) async fn bound<F: Future>(&self, future: F) -> Option<F::Output> {
        let (mut end, mut future) = (pin!(self.0.acquire()), pin!(future));
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            end.as_mut().poll(context).map(|_| None)
        })
        .await
    }
}
