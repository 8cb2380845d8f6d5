//! Allocations of a call through each layer: a benchmark of its own, since counting takes time.

mod layers;
mod rounds;
mod sample;
mod server;

use alloc_tracker::{Allocator, Session};

#[global_allocator]
static ALLOCATOR: Allocator<std::alloc::System> = Allocator::system();

/// Calls that open the connections and fill the buffers before anything is counted.
const WARM_UP: u32 = 3200;
/// Calls that are counted.
const CALLS: u32 = 32_000;

fn main() {
    if std::env::args().any(|argument| argument == server::ARGUMENT) {
        return server::serve(0);
    }
    let server = server::Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be made");
    println!("{:10} {:>18} {:>12}", "layer", "allocations a call", "bytes a call");
    for name in layers::NAMES {
        let mut layer = layers::layer(name, &runtime, server.address);
        layer.run(&runtime, WARM_UP);
        let (allocations, bytes) = counted(|| layer.run(&runtime, CALLS));
        let a_call = |total: f64| total / f64::from(CALLS);
        println!("{name:10} {:>18.1} {:>12.0}", a_call(allocations), a_call(bytes));
    }
}

/// What this thread allocates meanwhile: how often, and bytes in all.
fn counted(work: impl FnOnce()) -> (f64, f64) {
    let session = Session::new();
    {
        let operation = session.operation("calls");
        let _span = operation.measure_thread();
        work();
    }
    let report = session.to_report();
    let (_, operation) = report.operations().next().expect("one operation was measured");
    let number = |total: u64| f64::from(u32::try_from(total).expect("a run this short fits"));
    (number(operation.total_allocations_count()), number(operation.total_bytes_allocated()))
}
