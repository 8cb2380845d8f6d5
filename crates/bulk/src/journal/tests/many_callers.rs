//! Many callers at once, some of whom go away; and when the disk is asked.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use tokio::task::JoinSet;

use super::*;

/// A file that counts.
struct Counting {
    file: Arc<File>,
    writes: Arc<AtomicUsize>,
    syncs: Arc<AtomicUsize>,
}

impl Storage for Counting {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.file.write(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::SeqCst);
        self.file.sync()
    }
}

/// A journal with its counts of writes and syncs, that of the header left out.
fn counting(folder: &JournalFolder) -> (Journal, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (writes, syncs) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let (of_writes, of_syncs) = (writes.clone(), syncs.clone());
    let storage = |file| Arc::new(Counting { file, writes: of_writes, syncs: of_syncs });
    let journal = Journal::open_on(&folder.path(), URL, None, false, storage).unwrap();
    writes.store(0, Ordering::SeqCst);
    syncs.store(0, Ordering::SeqCst);
    (journal, writes, syncs)
}

#[tokio::test]
async fn what_was_recorded_is_in_the_file_and_not_synced_yet() {
    let folder = JournalFolder::new();
    let (journal, writes, syncs) = counting(&folder);
    for number in 0..64 {
        done(&journal, number);
        assert!(is_done_in(&folder, number));
    }
    assert_eq!((writes.load(Ordering::SeqCst), syncs.load(Ordering::SeqCst)), (64, 0));
}

#[tokio::test]
async fn intents_of_many_callers_share_their_syncs() {
    let folder = JournalFolder::new();
    let (journal, _, syncs) = counting(&folder);
    let journal = Arc::new(journal);
    let mut calls = JoinSet::new();
    for number in 0..64 {
        let journal = journal.clone();
        calls.spawn(async move { journal.intent(&hash(number), &office("1")).await.unwrap() });
    }
    calls.join_all().await;
    assert!((1..=4).contains(&syncs.load(Ordering::SeqCst)), "{syncs:?}");
}

#[tokio::test(start_paused = true)]
async fn records_are_synced_after_a_second_and_at_the_end() {
    let folder = JournalFolder::new();
    let (journal, _, syncs) = counting(&folder);
    let seen = || syncs.load(Ordering::SeqCst);
    done(&journal, 0);
    assert_eq!(seen(), 0);
    tokio::time::advance(Duration::from_secs(1)).await;
    done(&journal, 1);
    while seen() == 0 {
        tokio::task::yield_now().await;
    }
    done(&journal, 2);
    journal.close().await.unwrap();
    assert_eq!(seen(), 2, "once for the time, and once at the end for what came after");
}

#[tokio::test]
async fn callers_that_go_away_take_no_intent_along_and_stop_no_other() {
    for polls in 0..4 {
        let folder = JournalFolder::new();
        let (journal, ..) = counting(&folder);
        {
            let (user, office) = (hash(0), office("1"));
            let mut leaving = pin!(journal.intent(&user, &office));
            for _ in 0..polls {
                let _ = leaving.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                tokio::task::yield_now().await;
            }
        }
        journal.intent(&hash(1), &office("1")).await.unwrap();
        journal.close().await.unwrap();
        let journal = folder.open();
        assert!(journal.snapshot().newest(&hash(1)).unwrap().is_some());
        assert_eq!(journal.snapshot().newest(&hash(0)).unwrap().is_some(), polls > 0);
    }
}

#[test]
fn a_runtime_that_ends_while_it_syncs_keeps_no_caller_waiting() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let folder = JournalFolder::new();
    let first = runtime();
    let journal = folder.open();
    first.block_on(async {
        let (user, office) = (hash(0), office("1"));
        let mut leaving = pin!(journal.intent(&user, &office));
        // It is written, and a task to sync it was spawned, which has no turn any more.
        let _ = leaving.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    });
    drop(first);
    runtime().block_on(async {
        tokio::select! {
            closed = journal.close() => closed.unwrap(),
            () = clock::sleep_until(clock::now() + Duration::from_secs(60)) => unreachable!("no caller syncs"),
        }
    });
    assert!(is_done_in(&folder, 0));
}

fn is_done_in(folder: &JournalFolder, number: usize) -> bool {
    Snapshot::read(&folder.path()).unwrap().newest(&hash(number)).unwrap().is_some()
}

#[tokio::test]
async fn calls_that_outlive_a_journal_hold_no_lock_and_write_nothing_to_it() {
    let folder = JournalFolder::new();
    let journal = folder.open();
    let writer = journal.writer().clone();
    writer.record([(&hash(0), &office("1"), &outcome(State::Done))]).unwrap();
    drop(journal);
    let journal = folder.open();
    let refused = writer.record([(&hash(1), &office("1"), &outcome(State::Done))]).unwrap_err();
    assert!(refused.to_string().contains("was closed"), "{refused}");
    assert!(is_done_in(&folder, 0) && !is_done_in(&folder, 1));
    done(&journal, 1);
    assert!(is_done_in(&folder, 1));
}
