//! `office status`: the journal, held against the file.

use std::fs;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::apply::Folder;
use crate::{at, elements, run};

/// What it says of a file, for programs, and what it notes.
fn status(folder: &Folder, flags: &[&str]) -> (Value, String) {
    let mut status = elements();
    status.args(["office", "status", "--output", "json"]).arg(folder.path("offices.csv")).args(flags);
    let (stdout, stderr) = run(&mut status, 0);
    (serde_json::from_str(&stdout).unwrap(), stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_file_is_held_against_the_journal() {
    let refusing = Faults::new().path("/users/u7/", Fault::reply(404, "{}"));
    let (sandbox, folder) =
        (Sandbox::builder().faults(refusing).start().await.unwrap(), Folder::with_users(10));
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 1);
    let mut rows: Vec<String> = folder.read("offices.csv").lines().map(str::to_owned).collect();
    rows[1] = rows[1].replace("Street 0", "Elsewhere 1");
    rows.remove(3);
    rows.push("c,t,new,01067,DE,Saxony,Street,Dresden".to_owned());
    rows.push("c,t,bad,,DE,Saxony,Street,Dresden".to_owned());
    fs::write(folder.path("offices.csv"), rows.join("\n")).unwrap();

    let (report, _) = status(&folder, &[]);
    let expected = json!({
        "done": 7, "doneWithAnotherValue": 1, "refused": 1, "failed": 0, "unknown": 0, "notTried": 1, "invalid": 1,
    });
    assert_eq!(report["rows"], expected);
    assert_eq!(report["users"], json!({"done": 9, "refused": 1}));
    let mut text = elements();
    let (stdout, _) = run(text.args(["office", "status"]).arg(folder.path("offices.csv")), 0);
    for line in
        ["rows                     11\n", "not tried                1\n", "users without a row      1\n"]
    {
        assert!(stdout.contains(line), "{stdout}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_leaves_the_journal_alone_and_that_is_said() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    fs::remove_file(folder.path("offices.csv")).unwrap();
    let (report, stderr) = status(&folder, &[]);
    assert_eq!((&report["rows"], &report["users"]), (&Value::Null, &json!({"done": 3})));
    assert!(stderr.contains("warning: ") && stderr.contains("the journal alone"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_a_crash_cut_is_said_to_be_sent_again_by_all_who_read_the_journal() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    let journal = folder.read("offices.csv.journal");
    fs::write(folder.path("offices.csv.journal"), &journal[..journal.len() - 9]).unwrap();
    let note = "line 4 of the journal is incomplete";
    let (report, stderr) = status(&folder, &[]);
    assert!(stderr.contains(note) && report["note"].as_str().unwrap().contains(note), "{report} {stderr}");
    let dry = || run(at(folder.apply("offices.csv").args(["--dry-run"]), &sandbox), 0);
    assert!(dry().1.contains(note));
    let (_, stderr) = run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    assert_eq!(stderr.matches(note).count(), 1, "{stderr}");
    assert_eq!((sandbox.request_count(), status(&folder, &[]).0["note"].is_null()), (4, true));
    assert!(!dry().1.contains(note));
}

#[test]
fn an_empty_journal_is_said_to_be_empty() {
    let folder = Folder::with_users(3);
    fs::write(folder.path("offices.csv.journal"), "").unwrap();
    let mut text = elements();
    let (stdout, _) = run(text.args(["office", "status"]).arg(folder.path("offices.csv")), 0);
    assert!(stdout.contains("the journal is empty") && stdout.contains("not tried  3\n"), "{stdout}");
}

#[test]
fn a_journal_that_cannot_be_read_is_exit_code_2_as_it_is_for_apply() {
    let folder = Folder::with_users(3);
    fs::create_dir(folder.path("offices.csv.journal")).unwrap();
    for (command, flag) in [("status", None), ("apply", Some("--dry-run"))] {
        let mut elements = elements();
        elements.args(["office", command]).arg(folder.path("offices.csv")).args(flag);
        elements.env("ELEMENTS_ACCESS_TOKEN", "t");
        let (stdout, stderr) = run(&mut elements, 2);
        assert!(stderr.contains("is no ordinary file"), "{stderr}");
        assert!(stdout.is_empty(), "{stdout}");
    }
}

#[test]
fn standard_input_has_no_journal_beside_it() {
    let mut status = elements();
    let (_, stderr) = run(status.args(["office", "status", "-"]), 2);
    assert!(stderr.contains("--journal"), "{stderr}");
}
