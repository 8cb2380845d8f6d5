//! What a crash at any moment would have a run send again.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::{Builder, Runtime};

use super::*;

const ROWS: usize = 4_000;
const CONCURRENCY: usize = 16;

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn threads(count: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(count).enable_all().build().unwrap()
}

#[test]
fn at_no_moment_does_the_journal_miss_more_rows_than_there_are_calls_at_a_time() {
    let server = threads(1);
    for runtime in [one_thread(), threads(3)] {
        let sandbox = server.block_on(Sandbox::start()).unwrap();
        watch(&sandbox, &client_of_sandbox(&sandbox), &runtime);
    }
}

/// Requests then go out at once, and not when the thread of the run gets to it.
#[test]
fn nor_does_it_where_other_threads_drive_the_connections() {
    let (server, other) = (threads(1), threads(2));
    let sandbox = server.block_on(Sandbox::start()).unwrap();
    let elements = client_of_sandbox(&sandbox);
    other.block_on(async {
        let mut run = BulkOptions::new().concurrency(CONCURRENCY).run(&elements, rows(CONCURRENCY * 10, "1"));
        results(&mut run).await;
    });
    watch(&sandbox, &elements, &one_thread());
}

/// Makes a run, and looks at the journal and the requests again and again.
fn watch(sandbox: &Sandbox, elements: &Elements, runtime: &Runtime) {
    let (files, before) = (Files::new(), sandbox.counters().requests);
    let is_over = AtomicBool::new(false);
    let observe = || {
        let (mut most, mut looks) = (0, 0);
        while !is_over.load(Ordering::Relaxed) {
            // What is asked for or written in between makes less of it, never more.
            let asked = sandbox.counters().requests - before;
            most = most.max(asked.saturating_sub(files.records()));
            looks += 1;
        }
        (most, looks)
    };
    let (most, looks) = thread::scope(|scope| {
        let observer = scope.spawn(observe);
        let over = Over(&is_over);
        let bulk = BulkOptions::new().concurrency(CONCURRENCY);
        let (results, _) = runtime.block_on(files.run(bulk, elements, rows(ROWS, "1")));
        drop(over);
        assert_eq!((count(&results, State::Done), files.records()), (ROWS, ROWS));
        observer.join().unwrap()
    });
    assert!(most <= CONCURRENCY, "{most} rows had been asked for and not been written down");
    assert!(looks > 10, "only {looks} looks");
}

/// Ends the observer, also where the run panics.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_journal_that_fails_ends_the_run_with_as_few_rows_left_open() {
    let server = threads(1);
    for runtime in [one_thread(), threads(3)] {
        let sandbox = server.block_on(Sandbox::start()).unwrap();
        let (files, elements) = (Files::new(), client_of_sandbox(&sandbox));
        let unknown = runtime.block_on(async {
            let journal = files.journal(&elements);
            let bulk = BulkOptions::new().concurrency(CONCURRENCY).journal(journal.clone());
            let mut run = bulk.run(&elements, rows(1_000, "1"));
            let mut results: Vec<_> = run.by_ref().take(80).map(|(_, outcome)| outcome).collect().await;
            journal.close().await.unwrap();
            results.extend(run.map(|(_, outcome)| outcome).collect::<Vec<_>>().await);
            count(&results, State::Unknown)
        });
        let open = sandbox.counters().requests - files.records();
        assert_eq!(unknown, open, "what is not written down is not called done");
        assert!((1..=CONCURRENCY).contains(&open), "{open} rows are left open");
    }
}

impl Files {
    /// How many records the journal has, behind its header: the lines that end.
    fn records(&self) -> usize {
        let journal = fs::read(self.path()).unwrap_or_default();
        journal.split(|byte| *byte == b'\n').count().saturating_sub(2)
    }
}
