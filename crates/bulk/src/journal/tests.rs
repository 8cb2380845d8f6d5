//! Promises of the journal, on files and on storage that fails.

mod damage;
mod format_1;
mod full_disk;
mod many_callers;
mod reader;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::*;
use crate::hash::tests::user;
use crate::history::History;
use crate::outcome::State;

const URL: &str = "https://elements.example/api";

struct JournalFolder(TempDir);

impl JournalFolder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("offices.csv.journal")
    }

    fn open(&self) -> Journal {
        Journal::open(&self.path(), URL).unwrap()
    }

    fn error(&self) -> FileError {
        self.error_of(URL)
    }

    fn error_of(&self, base_url: &str) -> FileError {
        Journal::open(&self.path(), base_url).unwrap_err()
    }
}

fn hash(number: usize) -> UserHash {
    UserHash::of(&user(&format!("user-{number}")))
}

fn office(text: &str) -> OfficeHash {
    OfficeHash::parse(&format!("{text:0>32}")).unwrap()
}

fn outcome(state: State) -> Outcome {
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_764_000_000_123);
    Outcome {
        status: Some(204),
        request_id: Some("r\"é\n1".to_owned()),
        attempts: 2,
        at,
        ..Outcome::new(state, "")
    }
}

fn record(journal: &Journal, number: usize, text: &str, state: State) {
    journal.record(&hash(number), &office(text), &outcome(state)).unwrap();
}

fn done(journal: &Journal, number: usize) {
    record(journal, number, "1", State::Done);
}

/// A journal that was closed, with these users done.
async fn written(users: usize) -> (JournalFolder, Vec<u8>) {
    let folder = JournalFolder::new();
    let journal = folder.open();
    for number in 0..users {
        done(&journal, number);
    }
    journal.close().await.unwrap();
    let bytes = fs::read(folder.path()).unwrap();
    (folder, bytes)
}

fn earlier(journal: &Journal, number: usize, city: &str) -> History {
    History::of(Some(journal.snapshot()), URL, &hash(number), &office(city), None).unwrap()
}

fn is_done(journal: &Journal, number: usize) -> bool {
    matches!(earlier(journal, number, "1"), History::Done(_))
}

#[tokio::test]
async fn records_are_read_as_they_were_written() {
    let folder = JournalFolder::new();
    for state in [State::Refused, State::Failed, State::Unknown, State::Done] {
        let journal = folder.open();
        record(&journal, 1, "a", state);
        journal.close().await.unwrap();
        let entry = folder.open().snapshot().newest(&hash(1)).unwrap().unwrap();
        assert_eq!(entry.office, office("a"));
        assert_eq!(entry.outcome, outcome(state));
    }
    assert_eq!(folder.open().snapshot().newest(&hash(2)).unwrap(), None);
}

#[tokio::test]
async fn only_a_users_newest_record_counts() {
    let folder = JournalFolder::new();
    for state in [State::Done, State::Failed] {
        let journal = folder.open();
        record(&journal, 1, "1", state);
        journal.close().await.unwrap();
    }
    assert!(!is_done(&folder.open(), 1));
    let snapshot = Snapshot::read(&folder.path()).unwrap();
    assert_eq!((snapshot.count(State::Done), snapshot.count(State::Failed)), (0, 1));
}

#[tokio::test]
async fn rows_that_were_not_sent_leave_no_record() {
    let (folder, before) = written(1).await;
    let journal = folder.open();
    for state in [State::Unchanged, State::Invalid, State::NotAttempted] {
        record(&journal, 0, "1", state);
    }
    journal.close().await.unwrap();
    assert_eq!(fs::read(folder.path()).unwrap(), before);
}

#[tokio::test]
async fn after_an_intent_the_older_done_does_not_stand() {
    let (folder, _) = written(1).await;
    let journal = folder.open();
    assert_eq!(earlier(&journal, 0, "2"), History::DoneWithOther);
    journal.intent(&hash(0), &office("2")).await.unwrap();
    let after_intent = fs::metadata(folder.path()).unwrap().len();
    record(&journal, 0, "2", State::Done);
    journal.close().await.unwrap();
    let file = fs::OpenOptions::new().write(true).open(folder.path()).unwrap();
    file.set_len(after_intent + 1).unwrap();
    let entry = folder.open().snapshot().newest(&hash(0)).unwrap().unwrap();
    assert_eq!((entry.outcome.state, entry.office), (State::Unknown, office("2")));
}

#[tokio::test]
async fn two_runs_cannot_have_one_journal() {
    let folder = JournalFolder::new();
    let journal = folder.open();
    let error = folder.error();
    assert!(error.is_in_use());
    assert!(error.to_string().starts_with("another run uses the journal"), "{error}");
    assert!(Journal::fresh(&folder.path(), URL).unwrap_err().is_in_use());
    assert_eq!(Snapshot::read(&folder.path()).unwrap().base_url(), Some(URL));
    journal.close().await.unwrap();
    folder.open();
}

#[tokio::test]
async fn a_journal_belongs_to_one_base_url() {
    let (folder, before) = written(1).await;
    let error = Journal::open(&folder.path(), "https://other.example").unwrap_err();
    assert!(error.is_other_service());
    assert!(
        error.to_string().contains(URL) && error.to_string().contains("https://other.example"),
        "{error}"
    );
    assert_eq!(fs::read(folder.path()).unwrap(), before);
    Journal::open(&folder.path(), &format!("{URL}/")).unwrap();
}

#[tokio::test]
async fn a_journal_of_no_service_is_none() {
    let (folder, before) = written(1).await;
    for base_url in ["", "/"] {
        let open = |path: PathBuf| Journal::open(&path, base_url).unwrap_err();
        let fresh = Journal::fresh(&folder.path(), base_url).unwrap_err();
        for error in [open(folder.path()), open(folder.0.path().join("new")), fresh] {
            assert!(error.is_unsuitable(), "{error}");
            assert!(
                error
                    .to_string()
                    .ends_with("needs the base URL of the service that it tells of, which is empty")
            );
        }
        assert_eq!(fs::read(folder.path()).unwrap(), before);
        assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_fresh_journal_loses_no_older_one() {
    let (folder, _) = written(1).await;
    for aside in ["offices.csv.journal.old", "offices.csv.journal.old.2"] {
        let (aside, before) = (folder.0.path().join(aside), fs::read(folder.path()).unwrap());
        let journal = Journal::fresh(&folder.path(), URL).unwrap();
        assert_eq!(journal.previous_path(), Some(&*aside));
        assert!(!is_done(&journal, 0));
        assert_eq!(fs::read(aside).unwrap(), before);
    }
}

#[tokio::test]
async fn a_journal_that_is_discarded_leaves_what_was_there() {
    let (folder, before) = written(1).await;
    let files = || fs::read_dir(folder.0.path()).unwrap().count();
    folder.open().discard();
    Journal::fresh(&folder.path(), URL).unwrap().discard();
    assert_eq!((fs::read(folder.path()).unwrap(), files()), (before, 1));
    let journal = folder.open();
    done(&journal, 2);
    journal.discard();
    assert!(is_done(&folder.open(), 2), "what was recorded stays");
    fs::remove_file(folder.path()).unwrap();
    for journal in [Journal::open, Journal::fresh] {
        journal(&folder.path(), URL).unwrap().discard();
        assert_eq!(files(), 0);
    }
}

#[tokio::test]
async fn a_fresh_journal_replaces_nothing_but_a_journal() {
    for bytes in
        [&b"customer,tenant,user\n1,2,3\n"[..], b"x", b"12345678 {\"user\":1}\n", b"{\"format\":1}\n"]
    {
        let folder = JournalFolder::new();
        fs::write(folder.path(), bytes).unwrap();
        let error = Journal::fresh(&folder.path(), URL).unwrap_err();
        assert!(error.is_damaged() && error.to_string().contains("is no journal"), "{error}");
        assert_eq!(fs::read(folder.path()).unwrap(), bytes);
        assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_fresh_journal_sets_a_damaged_one_aside() {
    let (folder, whole) = written(3).await;
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for at in [header - 2, header + 20] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(folder.path(), &changed).unwrap();
        assert!(folder.error().is_damaged());
        let journal = Journal::fresh(&folder.path(), URL).unwrap();
        assert_eq!(fs::read(journal.previous_path().unwrap()).unwrap(), changed);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _) = written(0).await;
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_temporary_journal_works_like_any() {
    let journal = Journal::temporary().unwrap();
    done(&journal, 1);
    journal.close().await.unwrap();
}
