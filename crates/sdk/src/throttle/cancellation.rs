//! Cancels calls that wait in the queue.

use tokio::sync::Semaphore;

use crate::call::deadline::unless;

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
        unless(self.0.acquire(), future).await
    }
}
