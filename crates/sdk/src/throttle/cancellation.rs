//! Cancels calls that wait in the queue.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::sync::Semaphore;

/// A cancellation token, shared by the clones of a client: a semaphore without permits, of which only the closing
/// matters.
pub(crate) struct CancellationToken(Semaphore);

impl CancellationToken {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(0))
    }

    /// Cancels waits under way and later ones.
    pub(crate) fn cancel(&self) {
        self.0.close();
    }

    /// The output of a future; none where it has to wait and the token is cancelled.
    pub(crate) async fn run_until_cancelled<F: Future>(&self, future: F) -> Option<F::Output> {
        let (mut cancelled, mut future) = (pin!(self.0.acquire()), pin!(future));
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            cancelled.as_mut().poll(context).map(|_| None)
        })
        .await
    }
}
