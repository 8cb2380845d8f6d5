//! The plan of a sync: its whole lines count, and nothing else does.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use avepoint_elements::{OfficeField, UserKey};
use tempfile::TempDir;

use super::*;
use crate::plan::{Change, Edit};
use crate::{Journal, OfficeHash, Outcome, State, journal_name};

fn header() -> PlanHeader {
    PlanHeader::new("https://elements.example/partner", UNIX_EPOCH)
}

/// The n-th user, who moves to Pirna.
fn moves(number: u64) -> PlannedUser {
    let user =
        UserKey::new("c".parse().unwrap(), "t".parse().unwrap(), format!("u{number}").parse().unwrap());
    let edit = Edit { old: Some(" Dresden".to_owned()), new: Some("Pirna".to_owned()) };
    PlannedUser::new(number + 2, user, Change::default().with(OfficeField::City, edit))
}

fn read(plan: &Plan) -> Vec<PlannedUser> {
    plan.users().map(Result::unwrap).collect()
}

struct Files {
    _folder: TempDir,
    path: PathBuf,
}

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.plan");
        Self { _folder: folder, path }
    }

    fn partial(&self) -> PathBuf {
        partial_name(&self.path)
    }

    fn open(&self) -> SyncPlan {
        SyncPlan::open(&self.path, &header()).unwrap()
    }
}

/// Three users who move.
fn users() -> Vec<PlannedUser> {
    (0..3).map(moves).collect()
}

/// What a sync of these users leaves when it is killed.
async fn left_by(users: &[PlannedUser]) -> (Files, Vec<u8>) {
    let files = Files::new();
    let plan = files.open();
    for planned in users {
        plan.record(planned).await.unwrap();
    }
    drop(plan);
    let bytes = fs::read(files.partial()).unwrap();
    (files, bytes)
}

fn opened(path: &Path, bytes: &[u8]) -> Result<Vec<PlannedUser>, String> {
    fs::write(path, bytes).unwrap();
    Plan::open_incomplete(path).map(|plan| read(&plan)).map_err(|error| error.to_string())
}

#[tokio::test]
async fn cut_anywhere_its_whole_lines_count_and_changed_anywhere_a_line_is_named() {
    let (files, whole) = left_by(&users()).await;
    let path = files.partial();
    let ends: Vec<_> = (0..whole.len()).filter(|place| whole[*place] == b'\n').collect();
    for length in (ends[0] + 1..whole.len()).step_by(3).chain([whole.len()]) {
        let lines = ends.iter().filter(|end| **end < length).count();
        assert_eq!(opened(&path, &whole[..length]).unwrap(), users()[..lines - 1], "{length}");
        // A crash may leave zeros.
        let torn = [&whole[..length], &[0; 600]].concat();
        assert_eq!(opened(&path, &torn).unwrap(), users()[..lines - 1], "{length}");
    }
    for place in (17..whole.len()).step_by(3).chain([whole.len() - 1]) {
        let mut changed = whole.clone();
        changed[place] ^= 1 << (place % 8);
        let is_last_end = place == whole.len() - 1;
        let found = opened(&path, &changed);
        // Without its line feed, the last line is half a line.
        assert!(
            if is_last_end { found.is_ok_and(|users| users.len() == 2) } else { found.is_err() },
            "{place}"
        );
    }
    let lines: Vec<_> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    for (order, line) in [([0, 2, 1, 3], 2), ([0, 1, 1, 2], 3), ([0, 1, 3, 3], 3)] {
        let bytes = order.map(|number| lines[number]).concat();
        let error = opened(&path, &bytes).unwrap_err();
        assert!(error.starts_with(&format!("line {line} of the plan")), "{error}");
    }
}

#[tokio::test]
async fn the_next_sync_goes_on_behind_the_whole_lines_and_the_plan_is_then_one_as_any_other() {
    for torn in [&b""[..], b"{\"line\":4,", &[0; 600]] {
        let (files, whole) = left_by(&users()[..2]).await;
        fs::write(files.partial(), [&whole, torn].concat()).unwrap();
        let plan = files.open();
        assert_eq!(plan.earlier_changes(), Some(2));
        let id = plan.journal_id();
        assert!(plan.record(&users()[0]).await.is_err(), "what was recorded is not replaced");
        plan.record(&users()[2]).await.unwrap();
        assert_eq!(plan.counts().changes(), 3);
        let finished = plan.finish().unwrap();
        assert_eq!((finished.path(), finished.journal_id()), (&*files.path, id));
        assert!(finished.is_of_sync() && !finished.is_interrupted_sync());
        assert_eq!(read(&Plan::open(&files.path).unwrap()), users());
        assert!(fs::read(&files.path).unwrap().starts_with(&whole) && !files.partial().exists());
        assert!(plan.finish().unwrap_err().is_closed());
    }
}

#[tokio::test]
async fn one_that_has_its_end_but_not_its_name_is_gone_on_with_too() {
    let files = Files::new();
    let plan = files.open();
    plan.record(&users()[0]).await.unwrap();
    let id = plan.finish().unwrap().journal_id();
    drop(plan);
    fs::rename(&files.path, files.partial()).unwrap();
    let plan = files.open();
    assert_eq!((plan.earlier_changes(), plan.journal_id()), (Some(1), id));
    plan.record(&users()[1]).await.unwrap();
    assert_eq!(read(&plan.finish().unwrap()), users()[..2]);
}

#[tokio::test]
async fn what_it_recorded_is_replaced_by_nothing_and_what_recorded_nothing_is() {
    let (files, whole) = left_by(&users()).await;
    let mut other = header();
    other.rules.insert("blank".to_owned(), "clear".to_owned());
    for error in [
        SyncPlan::open(&files.path, &other).unwrap_err(),
        PlanWriter::create(&files.path, &header()).unwrap_err(),
        PlanWriter::check(&files.path).unwrap_err(),
    ] {
        assert!(error.is_unsuitable() && error.to_string().contains("old values"), "{error}");
    }
    assert_eq!(fs::read(files.partial()).unwrap(), whole);
    let plan = files.open();
    assert!(SyncPlan::open(&files.path, &header()).unwrap_err().is_in_use());
    drop(plan);

    let (empty, first) = left_by(&[]).await;
    let plan = SyncPlan::open(&empty.path, &other).unwrap();
    assert_eq!(plan.earlier_changes(), None);
    assert_ne!(fs::read(empty.partial()).unwrap(), first);
    drop(plan);
    PlanWriter::create(&empty.path, &header()).unwrap();
}

#[tokio::test]
async fn a_draft_that_lacks_users_of_the_journal_stays_as_it_is() {
    let (files, whole) = left_by(&users()).await;
    let id = files.open().journal_id();
    let office = OfficeHash::parse(&"1".repeat(32)).unwrap();
    let journal = Journal::open_for_plan(&journal_name(&files.path, None), &header().base_url, id).unwrap();
    for planned in users() {
        journal.record(&UserHash::of(&planned.user), &office, &Outcome::new(State::Done, "")).unwrap();
    }
    journal.close().await.unwrap();
    drop(files.open());
    let mut other = header();
    other.rules.insert("blank".to_owned(), "clear".to_owned());
    let lines: Vec<_> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    for (left, header, lacks) in [
        ([&lines[..3].concat(), &b"{\"line\":4,"[..]].concat(), &header(), "lacks 1 user whom"),
        (lines[..2].concat(), &header(), "lacks 2 users whom"),
        (lines[0].to_vec(), &other, "lacks 3 users whom"),
    ] {
        fs::write(files.partial(), &left).unwrap();
        let error = SyncPlan::open(&files.path, header).unwrap_err();
        assert!(error.is_damaged() && error.to_string().contains(lacks), "{error}");
        assert_eq!(fs::read(files.partial()).unwrap(), left);
    }
    assert!(PlanWriter::create(&files.path, &header()).unwrap_err().is_damaged());
    fs::write(files.partial(), &lines[0][..60]).unwrap();
    assert!(SyncPlan::open(&files.path, &header()).unwrap_err().is_unsuitable());
}

#[test]
fn a_file_that_is_no_beginning_of_a_plan_is_not_replaced_however_long_its_first_line_is() {
    let files = Files::new();
    for mine in [b"mine".to_vec(), vec![b'x'; 2 << 20], b"{\"elements_".iter().chain(b"x").copied().collect()]
    {
        fs::write(files.partial(), &mine).unwrap();
        assert!(SyncPlan::open(&files.path, &header()).unwrap_err().is_unsuitable());
        assert!(PlanWriter::create(&files.path, &header()).unwrap_err().is_unsuitable());
        assert_eq!(fs::read(files.partial()).unwrap(), mine);
    }
    for torn in ["", "{\"elem", "{\"elements_plan\":1,\"base_u"] {
        fs::write(files.partial(), torn).unwrap();
        drop(files.open());
    }
}

#[tokio::test]
async fn a_change_is_on_the_disk_when_it_is_recorded_and_changes_at_a_time_share_a_sync() {
    let files = Files::new();
    let plan = Arc::new(files.open().max_changes(20));
    let record = |number: u64| {
        let (plan, partial) = (Arc::clone(&plan), files.partial());
        tokio::spawn(async move {
            let planned = moves(number);
            let recorded = plan.record(&planned).await;
            let place = read(&Plan::open_incomplete(&partial).unwrap()).iter().position(|it| *it == planned);
            let synced = *plan.synced.lock().await;
            match (recorded, place) {
                (Ok(()), Some(place)) => assert!(synced > place as u64, "{number}"),
                (Err(Unrecorded::TooMany(20)), None) => {}
                other => panic!("{other:?}"),
            }
            synced
        })
    };
    let all: Vec<_> = (0..24).map(record).collect();
    let mut synced = HashSet::new();
    for each in all {
        synced.insert(each.await.unwrap());
    }
    // The first one by itself, and all that were written meanwhile.
    assert!(synced.len() <= 3, "{synced:?}");
    assert_eq!(read(&plan.finish().unwrap()).len(), 20);
}
