//! Disks that take no more.

use std::sync::Mutex;

use super::*;

/// A file whose n-th write takes some bytes and then fails, or whose n-th sync does.
struct Full {
    file: Arc<File>,
    /// Writes that succeed, and the bytes of the one after them.
    writes: Mutex<(usize, usize)>,
    syncs: Mutex<usize>,
}

impl Storage for Full {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut left = self.writes.lock().unwrap();
        if left.0 > 0 {
            left.0 -= 1;
            return self.file.write(bytes);
        }
        self.file.write(&bytes[..left.1.min(bytes.len())])?;
        Err(io::ErrorKind::StorageFull.into())
    }

    fn sync(&self) -> io::Result<()> {
        let mut left = self.syncs.lock().unwrap();
        *left = left.checked_sub(1).ok_or(io::ErrorKind::StorageFull)?;
        self.file.sync()
    }
}

fn open_full(folder: &JournalFolder, writes: (usize, usize), syncs: usize) -> Result<Journal, FileError> {
    Journal::open_on(&folder.path(), URL, None, false, |file| {
        Arc::new(Full { file, writes: writes.into(), syncs: syncs.into() })
    })
}

/// What is said of each of some users.
fn run(journal: &Journal, users: usize) -> Vec<bool> {
    (0..users).map(|number| try_done(journal, number).is_ok()).collect()
}

fn try_done(journal: &Journal, number: usize) -> Result<(), FileError> {
    journal.record(&hash(number), &office("1"), &outcome(State::Done))
}

#[tokio::test]
async fn whatever_was_reported_as_written_is_there_after_a_full_disk() {
    for writes in 0..=5 {
        for bytes in [0, 1, 8, 9, 40, 150, usize::MAX] {
            let folder = JournalFolder::new();
            let Ok(journal) = open_full(&folder, (writes, bytes), 9) else {
                assert_eq!((writes, fs::metadata(folder.path()).unwrap().len()), (0, 0));
                continue;
            };
            let told = run(&journal, 5);
            // The header is the first write.
            assert_eq!(told, (0..5).map(|number| number + 1 < writes).collect::<Vec<_>>());
            assert_eq!(journal.close().await.is_err(), writes < 6);
            let journal = folder.open();
            for (number, written) in told.into_iter().enumerate() {
                let whole = number + 1 == writes && bytes == usize::MAX;
                assert_eq!(is_done(&journal, number), written || whole, "{writes} {bytes} {number}");
            }
        }
    }
}

#[tokio::test]
async fn after_a_failure_every_record_fails_with_the_same_words() {
    let folder = JournalFolder::new();
    let journal = open_full(&folder, (1, 3), 9).unwrap();
    let first = try_done(&journal, 1).unwrap_err();
    let later = journal.intent(&hash(2), &office("1")).await.unwrap_err();
    assert!(first.is_io());
    assert_eq!(format!("{first:?}"), format!("{later:?}"));
}

#[tokio::test]
async fn an_intent_that_is_not_synced_is_refused() {
    let folder = JournalFolder::new();
    let journal = open_full(&folder, (9, 0), 1).unwrap();
    assert!(journal.intent(&hash(1), &office("1")).await.is_err());
    assert!(journal.close().await.unwrap_err().to_string().starts_with("cannot sync the journal"));
}
