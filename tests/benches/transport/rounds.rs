//! Calls in flight, whatever they go through.

use tokio::runtime::Runtime;

/// Calls in flight at any time.
pub(crate) const IN_FLIGHT: u32 = 32;

/// One of the places from which a call is in flight.
pub(crate) trait Lane: Send + Sized + 'static {
    /// Makes one call and waits for its success.
    fn call(&mut self) -> impl Future<Output = ()> + Send;
}

/// A loop over a layer.
pub(crate) trait Loop {
    /// Makes so many calls, rounded down to the same number in every lane.
    fn run(&mut self, runtime: &Runtime, calls: u32);
}

impl<L: Lane> Loop for Vec<L> {
    fn run(&mut self, runtime: &Runtime, calls: u32) {
        runtime.block_on(drive(self, calls / IN_FLIGHT));
    }
}

/// Every lane is a task of its own while it runs.
async fn drive<L: Lane>(lanes: &mut Vec<L>, calls: u32) {
    let drive_one = |mut lane: L| async move {
        for _ in 0..calls {
            lane.call().await;
        }
        lane
    };
    let tasks: Vec<_> = lanes.drain(..).map(|lane| tokio::spawn(drive_one(lane))).collect();
    for task in tasks {
        lanes.push(task.await.expect("a lane ends with its calls"));
    }
}
