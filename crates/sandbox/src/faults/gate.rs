//! A gate where requests wait.

use std::sync::Arc;

use tokio::sync::watch;

/// A gate where token requests wait until it is opened. A test then looks at what a client does in the
/// meantime, without sleeping. Clones are the same gate.
///
/// ```no_run
/// use avepoint_elements_sandbox::{Faults, Gate, Sandbox};
///
/// # async fn test(sandbox: Sandbox) -> std::io::Result<()> {
/// let gate = Gate::new();
/// sandbox.set_faults(Faults::new().token_gate(&gate))?;
/// // Start calls that need a token …
/// gate.arrived(1).await;
/// // … start more, and see that they do not ask for another.
/// gate.open();
/// assert_eq!(sandbox.token_requests(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Gate(Arc<watch::Sender<GateState>>);

#[derive(Debug, Default)]
struct GateState {
    arrivals: usize,
    open: bool,
}

impl Gate {
    /// A closed gate, at which nothing has arrived.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::default()))
    }

    /// Waits until at least this many requests have arrived at the gate since it was made, those that have
    /// passed or were given up by their client included. Waits forever if they do not come.
    pub async fn arrived(&self, count: usize) {
        self.wait(|state| state.arrivals >= count).await;
    }

    /// How many requests have arrived so far.
    pub fn arrivals(&self) -> usize {
        self.0.borrow().arrivals
    }

    /// Lets those pass that wait, and those that come later. It cannot be closed again: take a new gate.
    pub fn open(&self) {
        self.0.send_modify(|state| state.open = true);
    }

    pub(crate) async fn pass(&self) {
        self.0.send_modify(|state| state.arrivals += 1);
        self.wait(|state| state.open).await;
    }

    async fn wait(&self, until: impl FnMut(&GateState) -> bool) {
        // It fails only once the sender is gone, which this gate holds.
        let _ = self.0.subscribe().wait_for(until).await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}
