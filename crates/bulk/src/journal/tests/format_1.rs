//! A journal that was written before lines were chained.

use super::*;

/// Three users are done; one of them twice, with another value each time.
const WRITTEN: &[u8] = include_bytes!("format-1.journal");
const URL: &str = "http://127.0.0.1:8089/partner";

fn user_of(id: &str) -> UserHash {
    UserHash::of(&user(id))
}

fn folder() -> JournalFolder {
    let folder = JournalFolder::new();
    fs::write(folder.path(), WRITTEN).unwrap();
    folder
}

fn is_whole(snapshot: &Snapshot) -> bool {
    let newest = |id| snapshot.newest(&user_of(id)).unwrap().unwrap();
    let changed = newest("u3");
    snapshot.count(State::Done) == 3
        && ["u1", "u2", "u3"].into_iter().all(|id| newest(id).outcome.state == State::Done)
        && changed.office != newest("u1").office
        && changed.outcome.request_id.as_deref() == Some("fc424827-d1a3-49eb-9440-d3fd24fd03d8")
}

#[tokio::test]
async fn it_is_read_as_it_is() {
    let folder = folder();
    let snapshot = Snapshot::read(&folder.path()).unwrap();
    assert!(is_whole(&snapshot));
    assert_eq!(snapshot.base_url(), Some(URL));
    assert_eq!(fs::read(folder.path()).unwrap(), WRITTEN);
}

#[tokio::test]
async fn a_run_that_goes_on_with_it_writes_today_s_format() {
    let folder = folder();
    let journal = Journal::open(&folder.path(), URL).unwrap();
    assert!(folder.error_of(URL).is_in_use(), "the new file is locked as well");
    done(&journal, 4);
    journal.close().await.unwrap();
    let snapshot = Snapshot::read(&folder.path()).unwrap();
    assert_eq!(snapshot.count(State::Done), 4);
    let written = fs::read(folder.path()).unwrap();
    assert!(written[9..].starts_with(br#"{"format":2,"base_url":"http://127.0.0.1:8089/partner","#));
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1, "nothing is left beside it");
    // Lines are chained now.
    let lines: Vec<&[u8]> = written.split_inclusive(|byte| *byte == b'\n').collect();
    fs::write(folder.path(), [lines[0], lines[2], lines[1]].concat()).unwrap();
    assert!(Snapshot::read(&folder.path()).is_err_and(|error| error.is_damaged()));
}

#[tokio::test]
async fn what_a_crash_left_of_its_last_record_is_left_out() {
    let folder = JournalFolder::new();
    fs::write(folder.path(), &WRITTEN[..WRITTEN.len() - 20]).unwrap();
    let journal = Journal::open(&folder.path(), URL).unwrap();
    assert_eq!(journal.torn_tail().map(|torn| torn.line), Some(6));
    let newest = journal.snapshot().newest(&user_of("u3")).unwrap().unwrap();
    assert_eq!(newest.outcome.state, State::Unknown, "the intent is the newest record");
    drop(journal);
    assert!(Journal::open(&folder.path(), URL).unwrap().torn_tail().is_none());
}

#[tokio::test]
async fn a_journal_of_another_service_stays_in_its_format() {
    let folder = folder();
    assert!(folder.error().is_other_service());
    assert_eq!(fs::read(folder.path()).unwrap(), WRITTEN);
}

#[cfg(unix)]
#[tokio::test]
async fn behind_a_link_the_file_is_replaced_and_not_the_link() {
    let folder = folder();
    let link = folder.0.path().join("link");
    std::os::unix::fs::symlink(folder.path(), &link).unwrap();
    Journal::open(&link, URL).unwrap().close().await.unwrap();
    assert!(link.is_symlink() && is_whole(&Snapshot::read(&folder.path()).unwrap()));
    assert_ne!(fs::read(folder.path()).unwrap(), WRITTEN);
}
