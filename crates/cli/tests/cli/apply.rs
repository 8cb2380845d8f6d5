//! `office apply` and its siblings: files in, results out.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

use crate::{at, elements, interrupt, run};

/// A folder with a file of users in it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn with(name: &str, text: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::write(folder.path(name), text).unwrap();
        folder
    }

    /// With as many users as asked for in `offices.csv`.
    pub(crate) fn with_users(users: usize) -> Self {
        let rows = (0..users)
            .map(|number| format!("c{},t,u{number},01067,DE,Saxony,Street {number},Dresden\n", number % 3));
        let header = "customer,tenant,user,postalCode,countryRegion,state,address,city\n".to_owned();
        Self::with("offices.csv", &rows.fold(header, |text, row| text + &row))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// `office apply` of a file here.
    pub(crate) fn apply(&self, name: &str) -> Command {
        let mut command = elements();
        command.args(["office", "apply"]).arg(self.path(name)).stdin(Stdio::null());
        command
    }
}

/// A column of results.
pub(crate) fn column<'r>(results: &'r str, name: &str) -> Vec<&'r str> {
    let mut lines = results.lines();
    let header = lines.next().unwrap().split(',').position(|other| other == name).unwrap();
    lines.map(|line| line.split(',').nth(header).unwrap()).collect()
}

/// What became of each row.
pub(crate) fn states(results: &str) -> Vec<&str> {
    column(results, "elements_result")
}

pub(crate) fn count(results: &str, state: &str) -> usize {
    states(results).iter().filter(|other| **other == state).count()
}

#[test]
fn the_example_is_applied_to_the_embedded_sandbox_without_a_question() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/offices.csv");
    let folder = Folder::with("offices.csv", &fs::read_to_string(example).unwrap());
    let (stdout, stderr) = run(folder.apply("offices.csv").arg("--sandbox"), 0);
    assert!(stdout.contains("done     40\n") && stdout.contains("offices.sandbox.results.csv"), "{stdout}");
    assert!(stdout.starts_with("a rehearsal in the sandbox (http://127.0.0.1:"), "{stdout}");
    assert!(stdout.lines().next().unwrap().ends_with("which accepts every id:"), "{stdout}");
    assert!(
        stdout.ends_with("a rehearsal: nothing real was changed, and every id was accepted\n"),
        "{stdout}"
    );
    assert!(stderr.contains("Customer Name, Name") && !stderr.contains("warning"), "{stderr}");
    let results = folder.read("offices.sandbox.results.csv");
    assert!(results.contains("\"Marienplatz 8, 3. OG\"") && results.contains(",01067,"), "{results}");
    assert!(!folder.path("offices.csv.journal").exists(), "a rehearsal leaves no journal");
}

#[test]
fn a_rehearsal_says_in_every_form_which_ids_it_accepts() {
    let folder = Folder::with_users(3);
    let any_id = "accepts every id";
    let json = |flags: &[&str]| {
        let (stdout, _) =
            run(folder.apply("offices.csv").args(["--sandbox", "--output", "json"]).args(flags), 0);
        serde_json::from_str::<Value>(&stdout).unwrap()["idsNote"].as_str().unwrap().to_owned()
    };
    assert!(json(&[]).contains(any_id) && json(&["--dry-run"]).contains(any_id));
    let (stdout, _) = run(folder.apply("offices.csv").args(["--sandbox", "--dry-run"]), 0);
    assert!(stdout.contains(any_id), "{stdout}");
    let rows = folder.read("offices.csv") + "c,t,u9,,DE,Saxony,Street,Dresden\n";
    fs::write(folder.path("offices.csv"), rows).unwrap();
    let (stdout, _) = run(folder.apply("offices.csv").args(["--sandbox", "--skip-invalid"]), 1);
    assert!(stdout.ends_with("and every id that was sent was accepted\n"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_and_without_yes_nothing_is_sent() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let (_, stderr) = run(at(&mut folder.apply("offices.csv"), &sandbox), 2);
    assert!(stderr.contains("--yes") && stderr.contains("nothing was sent"), "{stderr}");
    assert_eq!((sandbox.request_count(), sandbox.token_requests()), (0, 0));
    assert!(!folder.path("offices.csv.journal").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_sends_nothing_and_ends_well() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(30));
    let apply = || at(folder.apply("offices.csv").arg("--yes"), &sandbox).output().unwrap();
    assert_eq!(apply().status.code(), Some(0));
    assert_eq!(sandbox.request_count(), 30);
    assert_eq!(apply().status.code(), Some(0));
    assert_eq!(sandbox.request_count(), 30);
    let results = folder.read("offices.results.csv");
    assert_eq!(count(&results, "unchanged"), 30, "{results}");
    let mut status = elements();
    let (stdout, _) = run(status.args(["office", "status"]).arg(folder.path("offices.csv")), 0);
    assert!(stdout.contains(&sandbox.base_url()) && stdout.contains("30"), "{stdout}");
    let journal = folder.read("offices.csv.journal");
    assert!(!journal.contains("Dresden") && !journal.contains("01067"), "{journal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_row_is_named_and_nothing_is_sent_unless_asked_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let file = "customer,tenant,user,postalCode,countryRegion,state,address\n\
                c,t,u1,01067,Germany,Saxony,A\n\
                c,t,..,,Germany,Saxony,A\n\
                c,t,u2,01067,Germany,Saxony,A\n\
                c,t,u2,01067,Germany,Saxony,A\n";
    let folder = Folder::with("a.csv", file);
    let (_, stderr) = run(at(folder.apply("a.csv").arg("--yes"), &sandbox), 2);
    for part in ["line 3, user \"..\"", "line 3, postalCode", "#CLEAR", "line 4", "line 5", "--skip-invalid"]
    {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    assert_eq!(sandbox.request_count(), 0);
    let mut check = elements();
    let (stdout, again) = run(check.args(["office", "check"]).arg(folder.path("a.csv")), 2);
    assert!(stdout.contains("invalid    3"), "{stdout}");
    let errors = |text: &str| {
        text.lines().filter(|line| line.contains("line ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(errors(&stderr), errors(&again), "check and apply say the same");

    run(at(folder.apply("a.csv").args(["--yes", "--skip-invalid"]), &sandbox), 1);
    assert_eq!(states(&folder.read("a.results.csv")), ["done", "invalid", "invalid", "invalid"]);
    assert_eq!(sandbox.request_count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_exit_code_1_and_the_results_can_be_applied_again() {
    let refusing = Faults::new().path("/users/u7/", Fault::reply(404, r#"{"message":"=cmd()"}"#));
    let (sandbox, folder) =
        (Sandbox::builder().faults(refusing).start().await.unwrap(), Folder::with_users(10));
    let (stdout, stderr) = run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 1);
    assert!(stdout.contains("refused  1") && stderr.contains("1 row is not done"), "{stdout}{stderr}");
    let results = folder.read("offices.results.csv");
    assert_eq!((count(&results, "done"), count(&results, "refused")), (9, 1));
    assert!(results.contains("404") && results.contains("cloud user"), "{results}");

    sandbox.set_faults(Faults::new()).unwrap();
    run(at(folder.apply("offices.results.csv").arg("--yes"), &sandbox), 0);
    assert_eq!(sandbox.request_count(), 11, "only the refused row is sent again");
    let again = folder.read("offices.results.results.csv");
    assert_eq!(again.lines().next(), results.lines().next(), "no column comes twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsals_results_are_all_sent_and_with_fresh_so_are_those_of_the_service() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(4));
    run(folder.apply("offices.csv").arg("--sandbox"), 0);
    run(at(folder.apply("offices.sandbox.results.csv").arg("--yes"), &sandbox), 0);
    assert_eq!(sandbox.request_count(), 4);
    let again = "offices.sandbox.results.results.csv";
    run(at(folder.apply(again).arg("--yes"), &sandbox), 0);
    assert_eq!(sandbox.request_count(), 4);
    run(at(folder.apply(again).args(["--yes", "--fresh"]), &sandbox), 0);
    assert_eq!(sandbox.request_count(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_credential_is_exit_code_3_and_every_row_has_its_result() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(20));
    let mut apply = folder.apply("offices.csv");
    at(apply.arg("--yes"), &sandbox).env("ELEMENTS_CLIENT_SECRET", "wrong");
    let (_, stderr) = run(&mut apply, 3);
    assert!(stderr.contains("refused the credential") && !stderr.contains("wrong"), "{stderr}");
    assert_eq!(count(&folder.read("offices.results.csv"), "not attempted"), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_exit_code_4_and_a_dry_run_sends_and_writes_nothing() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(10));
    let mut apply = folder.apply("offices.csv");
    run(at(apply.args(["--yes", "--limit", "4", "--concurrency", "1"]), &sandbox), 4);
    assert_eq!(sandbox.request_count(), 4);
    let results = folder.read("offices.results.csv");
    let mut rehearsal = folder.apply("offices.csv");
    let (stdout, _) = run(at(rehearsal.args(["--dry-run", "--output", "json"]), &sandbox), 0);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&report["toBeSent"], &report["unchanged"]), (&6.into(), &4.into()));
    assert_eq!(sandbox.request_count(), 4);
    assert_eq!(folder.read("offices.results.csv"), results);
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_share_a_file_without_a_gap_and_without_a_row_twice() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(60));
    for shard in ["1/3", "2/3", "3/3"] {
        run(at(folder.apply("offices.csv").args(["--yes", "--shard", shard]), &sandbox), 0);
    }
    assert_eq!((sandbox.request_count(), sandbox.offices().len()), (60, 60));
    let rows = |number| states(&folder.read(&format!("offices.shard-{number}-of-3.results.csv"))).len();
    assert_eq!(rows(1) + rows(2) + rows(3), 60);
    assert!(folder.path("offices.csv.shard-2-of-3.journal").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_interrupt_lets_requests_end_and_the_second_stops_at_once() {
    let slow = Faults::new().latency(Duration::from_millis(300));
    let (sandbox, folder) = (Sandbox::builder().faults(slow).start().await.unwrap(), Folder::with_users(500));
    let child =
        at(folder.apply("offices.csv").arg("--yes"), &sandbox).stderr(Stdio::piped()).spawn().unwrap();
    sandbox.wait_for_requests(5).await;
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    let results = folder.read("offices.results.csv");
    assert_eq!(states(&results).len(), 500);
    let sent = sandbox.request_count();
    assert_eq!((count(&results, "done"), count(&results, "not attempted")), (sent, 500 - sent));

    // Nothing is answered any more: only a second interrupt ends it.
    sandbox.set_faults(Faults::new().latency(Duration::from_secs(3600))).unwrap();
    let mut child =
        at(folder.apply("offices.csv").arg("--yes"), &sandbox).stderr(Stdio::piped()).spawn().unwrap();
    sandbox.wait_for_requests(sent + 4).await;
    interrupt(&child);
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("Ctrl-C again stops at once"), "{line}");
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_retries_a_row_that_was_not_answered_is_sent_again_by_the_run_and_the_help_says_so() {
    let faults = Faults::new().script([Fault::status(503)]);
    let (sandbox, folder) = (Sandbox::builder().faults(faults).start().await.unwrap(), Folder::with_users(1));
    run(at(folder.apply("offices.csv").args(["--yes", "--retries", "0"]), &sandbox), 0);
    assert_eq!(column(&folder.read("offices.results.csv"), "elements_attempts"), ["2"]);
    let (help, _) = run(elements().args(["office", "apply", "--help"]), 0);
    let words: Vec<_> = help.split_whitespace().collect();
    assert!(words.join(" ").contains("sends a row that fails at least once more"), "{help}");
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_needs_a_named_journal() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(5));
    let stdin = || fs::File::open(folder.path("offices.csv")).unwrap();
    let mut apply = elements();
    at(apply.args(["office", "apply", "-", "--yes"]), &sandbox).current_dir(folder.path(""));
    let (_, stderr) = run(apply.stdin(stdin()), 2);
    assert!(stderr.contains("--journal"), "{stderr}");
    apply.arg("--journal").arg(folder.path("journal"));
    run(apply.stdin(stdin()), 0);
    assert_eq!(sandbox.request_count(), 5);
    assert_eq!(count(&folder.read("rows.results.csv"), "done"), 5);
}

#[test]
fn a_template_is_a_file_without_rows_and_the_schema_is_json() {
    let (template, _) = run(elements().args(["office", "template"]), 0);
    let folder = Folder::with("empty.csv", &template);
    let mut check = elements();
    let (stdout, _) = run(check.args(["office", "check"]).arg(folder.path("empty.csv")), 0);
    assert!(stdout.contains("rows       0"), "{stdout}");
    let (schema, _) = run(elements().arg("schema"), 0);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let limit = avepoint_elements::limits::POSTAL_CODE_MAX_LENGTH;
    assert!(schema.to_string().contains(&format!("\"maxLength\":{limit}")), "{schema}");
}
