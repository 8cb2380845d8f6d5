//! Files that are changed under a run: no run over them ends with exit code 0.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use avepoint_elements_sandbox::{Faults, Sandbox};
use serde_json::Value;

use crate::apply::{Folder, count};
use crate::{at, text};

const ROWS: usize = 300;

/// Applies a file, changes something in the middle, and gives what the run said.
async fn changed(folder: &Folder, sandbox: &Sandbox, change: impl FnOnce()) -> (Output, Value) {
    let mut apply = folder.apply("offices.csv");
    at(apply.args(["--yes", "--output", "json", "--concurrency", "2"]), sandbox);
    let child = apply.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sandbox.wait_for_requests(ROWS / 10).await;
    change();
    let output = child.wait_with_output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap();
    (output, report)
}

async fn slow() -> Sandbox {
    let slow = Faults::new().latency(Duration::from_millis(5));
    Sandbox::builder().faults(slow).start().await.unwrap()
}

fn cut(path: &Path) {
    OpenOptions::new().write(true).open(path).unwrap().set_len(10).unwrap();
}

/// Puts a file with the same text in the place of one.
fn replace(path: &Path) {
    let text = fs::read(path).unwrap();
    fs::remove_file(path).unwrap();
    fs::write(path, text).unwrap();
}

fn remove(path: &Path) {
    fs::remove_file(path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_or_results_that_were_removed_replaced_or_cut_are_named() {
    let changes = [("removed", remove as fn(&Path)), ("replaced", replace), ("cut", cut)];
    for (name, code) in [("offices.csv.journal", "journal"), ("offices.results.csv.partial", "results")] {
        for (how, change) in changes {
            let (sandbox, folder) = (slow().await, Folder::with_users(ROWS));
            let path = folder.path(name);
            let (output, report) = changed(&folder, &sandbox, || change(&path)).await;
            let message = report["message"].as_str().unwrap_or_default();
            assert_eq!(
                (output.status.code(), &report["stopped"]),
                (Some(4), &Value::from(code)),
                "{how} {message}"
            );
            assert!(message.contains(how) && message.contains(name), "{message}");
        }
    }
}

/// Writes another byte over one in the middle.
fn overwrite(path: &Path) {
    let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    let middle = fs::metadata(path).unwrap().len() / 2;
    let byte = fs::read(path).unwrap()[usize::try_from(middle).unwrap()];
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.write_all(&[byte ^ 1]).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_byte_that_was_overwritten_in_a_journal_or_results_is_noticed() {
    for (name, code) in [("offices.csv.journal", "journal"), ("offices.results.csv.partial", "results")] {
        let (sandbox, folder) = (slow().await, Folder::with_users(ROWS));
        let path = folder.path(name);
        let (output, report) = changed(&folder, &sandbox, || overwrite(&path)).await;
        let message = report["message"].as_str().unwrap_or_default();
        assert_eq!((output.status.code(), &report["stopped"]), (Some(4), &Value::from(code)), "{report}");
        assert!(message.contains("was written to by something else"), "{message}");
        assert!(!folder.path("offices.results.csv").exists() || code == "journal");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_of_ours_in_the_place_of_results_stays_where_it_is() {
    let plant = [
        (|path| fs::create_dir(path).unwrap()) as fn(&Path),
        #[cfg(unix)]
        |path| std::os::unix::fs::symlink("elsewhere", path).unwrap(),
    ];
    for plant in plant {
        let (sandbox, folder) = (slow().await, Folder::with_users(ROWS));
        let path = folder.path("offices.results.csv");
        let (output, report) = changed(&folder, &sandbox, || plant(&path)).await;
        let found = (output.status.code(), &report["stopped"]);
        assert_eq!(found, (Some(4), &"results".into()), "{report}");
        assert!(!folder.path("offices.results.csv.old").is_symlink());
        assert!(!folder.path("offices.results.csv.old").exists());
        assert_eq!(count(&folder.read("offices.results.csv.partial"), "done"), ROWS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_was_replaced_by_another_of_its_length_and_time_is_noticed() {
    let (sandbox, folder) = (slow().await, Folder::with_users(ROWS));
    let (path, other) = (folder.path("offices.csv"), folder.path("other.csv"));
    let replace = || {
        fs::copy(&path, &other).unwrap();
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        rewrite(&other);
        OpenOptions::new().write(true).open(&other).unwrap().set_modified(modified).unwrap();
        fs::rename(&other, &path).unwrap();
    };
    let (output, report) = changed(&folder, &sandbox, replace).await;
    assert_eq!((output.status.code(), &report["stopped"]), (Some(4), &"input".into()), "{report}");
    assert!(report["message"].as_str().unwrap().contains("was replaced"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_was_touched_stops_nothing() {
    let (sandbox, folder) = (slow().await, Folder::with_users(ROWS));
    let later = std::time::SystemTime::now() + Duration::from_secs(9);
    let touch = || fs::File::open(folder.path("offices.csv")).unwrap().set_modified(later).unwrap();
    let (output, report) = changed(&folder, &sandbox, touch).await;
    assert_eq!((output.status.code(), &report["stopped"]), (Some(0), &Value::Null), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_was_rewritten_with_its_old_length_and_time_is_noticed() {
    let (sandbox, folder) = (slow().await, Folder::with_users(ROWS));
    let path = folder.path("offices.csv");
    let (output, report) = changed(&folder, &sandbox, || rewrite(&path)).await;
    assert_eq!((output.status.code(), &report["stopped"]), (Some(4), &"input".into()), "{report}");
    assert!(!folder.path("offices.results.csv").exists());
}

/// Writes other text over the last row, and sets the time back.
fn rewrite(path: &Path) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::End(-8)).unwrap();
    file.write_all(b"dresden\n").unwrap();
    file.set_modified(modified).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_makes_a_hard_link_stops_nothing() {
    let (sandbox, folder) = (slow().await, Folder::with_users(ROWS));
    let link = || fs::hard_link(folder.path("offices.csv"), folder.path("backup.csv")).unwrap();
    let (output, report) = changed(&folder, &sandbox, link).await;
    assert_eq!((output.status.code(), &report["stopped"]), (Some(0), &Value::Null), "{report}");
    assert_eq!(count(&folder.read("offices.results.csv"), "done"), ROWS);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_was_rewritten_behind_its_last_row_is_noticed_before_the_end_is_told() {
    let hour = Faults::new().latency(Duration::from_millis(300));
    let (sandbox, folder) = (Sandbox::builder().faults(hour).start().await.unwrap(), Folder::with_users(2));
    let mut apply = folder.apply("offices.csv");
    at(apply.args(["--yes", "--quiet"]), &sandbox);
    let child = apply.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // All rows are read by now, and none is answered.
    sandbox.wait_for_requests(2).await;
    rewrite(&folder.path("offices.csv"));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("was changed"), "{}", text(&output.stderr));
}
