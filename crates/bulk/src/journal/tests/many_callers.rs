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
fn counting(place: &Place) -> (Arc<Journal>, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (writes, syncs) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let (of_writes, of_syncs) = (writes.clone(), syncs.clone());
    let storage = |file| Arc::new(Counting { file, writes: of_writes, syncs: of_syncs });
    let journal = Journal::open_on(&place.path(), URL, storage).unwrap();
    writes.store(0, Ordering::SeqCst);
    syncs.store(0, Ordering::SeqCst);
    (Arc::new(journal), writes, syncs)
}

async fn at_once(journal: &Arc<Journal>, users: std::ops::Range<usize>) {
    let mut calls = JoinSet::new();
    for number in users {
        let journal = journal.clone();
        calls.spawn(async move { done(&journal, number).await });
    }
    calls.join_all().await;
}

async fn close(journal: Arc<Journal>) {
    Arc::into_inner(journal).unwrap().close().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn records_of_many_callers_share_their_writes() {
    let place = Place::new();
    let (journal, writes, syncs) = counting(&place);
    for round in 0..8 {
        at_once(&journal, round * 64..(round + 1) * 64).await;
    }
    assert!(writes.load(Ordering::SeqCst) <= 16, "{writes:?}");
    assert_eq!(syncs.load(Ordering::SeqCst), 0);
    close(journal).await;
    let journal = place.open();
    assert!((0..512).all(|number| is_done(&journal, number)));
}

#[tokio::test]
async fn intents_of_many_callers_share_their_syncs() {
    let place = Place::new();
    let (journal, _, syncs) = counting(&place);
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
    let place = Place::new();
    let (journal, _, syncs) = counting(&place);
    done(&journal, 0).await;
    assert_eq!(syncs.load(Ordering::SeqCst), 0);
    tokio::time::advance(Duration::from_secs(1)).await;
    done(&journal, 1).await;
    done(&journal, 2).await;
    close(journal).await;
    // Once for the time, and once at the end for what came after.
    assert!((1..=2).contains(&syncs.load(Ordering::SeqCst)), "{syncs:?}");
}

#[tokio::test]
async fn callers_who_go_away_take_no_record_along_and_stop_nobody() {
    for polls in 0..4 {
        let place = Place::new();
        let (journal, ..) = counting(&place);
        {
            let mut leaving = pin!(done(&journal, 0));
            for _ in 0..polls {
                let _ = leaving.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                tokio::task::yield_now().await;
            }
        }
        at_once(&journal, 1..9).await;
        close(journal).await;
        let journal = place.open();
        assert!((1..9).all(|number| is_done(&journal, number)));
        assert_eq!(is_done(&journal, 0), polls > 0);
    }
}

#[tokio::test]
async fn the_record_of_a_caller_who_went_away_is_written_by_closing() {
    let (place, _) = written(0).await;
    let journal = place.open();
    let mut leaving = Box::pin(done(&journal, 0));
    let _ = leaving.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    drop(leaving);
    journal.close().await.unwrap();
    assert!(is_done(&place.open(), 0));
}
