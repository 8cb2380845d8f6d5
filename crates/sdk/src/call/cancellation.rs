//! Ends the waits of calls.

use tokio::sync::Semaphore;

use super::deadline::unless;

/// A cancellation token, shared by calls: a semaphore without permits, of which only the closing matters.
pub(crate) struct CancellationToken(Semaphore);

impl Default for CancellationToken {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl CancellationToken {
    /// Cancels waits under way and later ones.
    pub(crate) fn cancel(&self) {
        self.0.close();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.is_closed()
    }

    /// The output of a future; none where it has to wait and the token is cancelled.
    pub(crate) async fn run_until_cancelled<F: Future>(&self, future: F) -> Option<F::Output> {
        unless(self.0.acquire(), future).await
    }
}
