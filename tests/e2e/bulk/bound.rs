//! What a crash at any moment would have a run send again.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::{Builder, Runtime};

use super::*;

const ROWS: usize = 4_000;
const CONCURRENCY: usize = 16;

#[test]
fn at_no_moment_does_the_journal_miss_more_rows_than_there_are_calls_at_a_time() {
    let server = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for runtime in [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap(),
    ] {
        let (most, looks) = most_missed(&server, &runtime);
        assert!(most <= CONCURRENCY, "{most} rows had been asked for and not been written down");
        assert!(looks > 10, "nobody looked but {looks} times");
    }
}

/// The most rows that a server had been asked for and that the journal did not have, and how often it was looked.
fn most_missed(server: &Runtime, runtime: &Runtime) -> (usize, usize) {
    let sandbox = server.block_on(Sandbox::start()).unwrap();
    let (files, elements) = (Files::new(), client_of_sandbox(&sandbox));
    let is_over = AtomicBool::new(false);
    let observe = || {
        let (mut most, mut looks) = (0, 0);
        while !is_over.load(Ordering::Relaxed) {
            // What is asked for or written in between makes less of it, never more.
            let asked = sandbox.counters().requests;
            most = most.max(asked.saturating_sub(files.records()));
            looks += 1;
        }
        (most, looks)
    };
    thread::scope(|scope| {
        let observer = scope.spawn(observe);
        let bulk = Bulk::new().concurrency(CONCURRENCY);
        let (results, _) = runtime.block_on(files.run(bulk, &elements, rows(ROWS, "1")));
        is_over.store(true, Ordering::Relaxed);
        assert_eq!((count(&results, State::Done), files.records()), (ROWS, ROWS));
        observer.join().unwrap()
    })
}

impl Files {
    /// How many records the journal has, behind its header.
    fn records(&self) -> usize {
        let journal = fs::read(self.0.path().join("journal")).unwrap_or_default();
        journal.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1)
    }
}
