//! Where journal, results and input stand, and what happens where they cannot.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use avepoint_elements_sandbox::{Faults, Sandbox};
use serde_json::Value;

use crate::apply::{Folder, count};
use crate::{at, by, elements, run, text};

#[tokio::test(flavor = "multi_thread")]
async fn no_file_of_a_run_holds_a_secret() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    let token = sandbox.issue_token();
    run(
        folder
            .apply("offices.csv")
            .args(["--yes", "--fresh", "--base-url", &sandbox.base_url()])
            .env("ELEMENTS_ACCESS_TOKEN", &token),
        0,
    );
    let files: Vec<_> = fs::read_dir(folder.path(".")).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() >= 3, "input, journal and results: {files:?}");
    for file in files {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        for secret in [sandbox.client_secret(), token.as_str()] {
            assert!(!text.contains(secret), "{file:?} holds a secret");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_leaves_the_results_of_a_run_alone() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    let (results, journal) = (folder.read("offices.results.csv"), folder.read("offices.csv.journal"));
    let (stdout, _) = run(folder.apply("offices.csv").args(["--sandbox", "--output", "json"]), 0);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["rehearsal"], true);
    run(folder.apply("offices.csv").args(["--sandbox", "--shard", "1/1"]), 0);
    assert_eq!(folder.read("offices.results.csv"), results);
    assert_eq!(folder.read("offices.csv.journal"), journal);
    for name in ["offices.sandbox.results.csv", "offices.sandbox.shard-1-of-1.results.csv"] {
        assert_eq!(count(&folder.read(name), "done"), 3, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_in_results_are_kept_when_the_file_is_applied_again() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let apply = || at(folder.apply("offices.csv").arg("--yes"), &sandbox).output().unwrap();
    assert!(apply().status.success());
    let corrected = folder.read("offices.results.csv").replace("Street 1", "Street 11");
    fs::write(folder.path("offices.results.csv"), &corrected).unwrap();
    assert!(apply().status.success());
    assert_eq!(folder.read("offices.results.csv.old"), corrected);
    assert_eq!(count(&folder.read("offices.results.csv"), "unchanged"), 3);
}

#[test]
fn of_rehearsals_only_the_last_results_are_kept_unless_they_are_named() {
    let folder = Folder::with_users(3);
    for _ in 0..2 {
        run(folder.apply("offices.csv").arg("--sandbox"), 0);
        run(folder.apply("offices.csv").arg("--sandbox").arg("--results").arg(folder.path("r.csv")), 0);
    }
    assert!(!folder.path("offices.sandbox.results.csv.old").exists());
    assert!(folder.path("r.csv.old").exists());
}

#[test]
fn a_rehearsal_says_which_flags_mean_nothing_to_it() {
    let folder = Folder::with_users(1);
    let mut apply = folder.apply("offices.csv");
    apply.args(["--sandbox", "--fresh", "--journal"]).arg(folder.path("j"));
    let (_, stderr) = run(&mut apply, 0);
    for flag in ["--journal", "--fresh"] {
        assert!(stderr.contains(&format!("note: {flag} means nothing with --sandbox")), "{stderr}");
    }
    assert!(!folder.path("j").exists());
}

#[test]
fn standard_output_is_no_file_for_results_or_journal() {
    let folder = Folder::with_users(1);
    for flag in ["--results", "--journal"] {
        let mut apply = folder.apply("offices.csv");
        let (_, stderr) = run(apply.current_dir(folder.path("")).args(["--sandbox", flag, "-"]), 2);
        assert!(stderr.contains(flag) && stderr.contains("./-"), "{stderr}");
        assert!(!folder.path("-").exists());
    }
    run(folder.apply("offices.csv").current_dir(folder.path("")).args(["--sandbox", "--results", "./-"]), 0);
    assert!(folder.path("-").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_another_service_in_which_nothing_is_recorded_can_be_deleted() {
    let (first, second) = (Sandbox::start().await.unwrap(), Sandbox::start().await.unwrap());
    let folder = Folder::with_users(3);
    let mut apply = folder.apply("offices.csv");
    run(at(apply.arg("--yes"), &first).env("ELEMENTS_CLIENT_SECRET", "wrong"), 3);
    for flags in [&["--yes"][..], &["--yes", "--quiet"]] {
        let (_, stderr) = run(at(folder.apply("offices.csv").args(flags), &second), 2);
        assert!(stderr.contains("nothing is recorded in it: delete it"), "{stderr}");
        assert!(stderr.contains(&first.base_url()), "{stderr}");
    }
    fs::remove_file(folder.path("offices.csv.journal")).unwrap();
    run(at(folder.apply("offices.csv").arg("--yes"), &second), 0);
    assert_eq!(second.request_count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_may_be_two_things_and_none_is_touched() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let (input, other) = (folder.read("offices.csv"), folder.path("other"));
    fs::create_dir(folder.path("sub")).unwrap();
    fs::write(&other, "precious").unwrap();
    let other = other.to_str().unwrap();
    let again = folder.path("sub/../offices.csv");
    let again = again.to_str().unwrap();
    let new = ["new", "sub/../new", "new.partial", "new.old"].map(|name| folder.path(name));
    let [new, new_again, partial, older] = [0, 1, 2, 3].map(|place: usize| new[place].to_str().unwrap());
    for (flags, names) in [
        (&["--journal", again][..], ["FILE", "--journal"]),
        (&["--results", again], ["FILE", "--results"]),
        (&["--journal", other, "--results", other], ["--journal", "--results"]),
        (&["--journal", new, "--results", new_again], ["--journal", "--results"]),
        (&["--journal", partial, "--results", new], ["--journal", "--results"]),
        (&["--journal", older, "--results", new], ["--journal", "--results"]),
    ] {
        let mut apply = folder.apply("offices.csv");
        let (_, stderr) = run(at(apply.arg("--yes").args(flags), &sandbox), 2);
        assert!(names.iter().all(|name| stderr.contains(name)), "{flags:?}: {stderr}");
        assert!(stderr.contains("same file"), "{stderr}");
    }
    fs::copy(folder.path("offices.csv"), folder.path("r.csv.partial")).unwrap();
    let mut apply = folder.apply("r.csv.partial");
    let (_, stderr) = run(at(apply.arg("--yes").arg("--results").arg(folder.path("r.csv")), &sandbox), 2);
    assert!(stderr.contains("FILE") && stderr.contains("--results"), "{stderr}");
    assert_eq!((sandbox.request_count(), sandbox.token_requests()), (0, 0));
    assert_eq!((folder.read("offices.csv"), folder.read("other")), (input.clone(), "precious".into()));
    assert_eq!(folder.read("r.csv.partial"), input);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_another_run_is_exit_code_4_and_nothing_is_sent() {
    let slow = Faults::new().latency(Duration::from_secs(3600));
    let (sandbox, folder) = (Sandbox::builder().faults(slow).start().await.unwrap(), Folder::with_users(9));
    let apply = || {
        let mut apply = folder.apply("offices.csv");
        at(apply.arg("--yes"), &sandbox);
        apply
    };
    let mut first = apply().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sandbox.wait_for_requests(4).await;
    let second = apply().output().unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    let stderr = text(&second.stderr);
    assert_eq!(second.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains("wait for its end, then run the same command again"), "{stderr}");
    assert_eq!(sandbox.request_count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_written_is_exit_code_2_and_names_the_flag() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let nowhere = folder.path("nowhere/file");
    for flag in ["--journal", "--results"] {
        let mut apply = folder.apply("offices.csv");
        let (_, stderr) = run(at(apply.arg("--yes").arg(flag).arg(&nowhere), &sandbox), 2);
        assert!(stderr.contains(&format!("name another place with {flag}")), "{stderr}");
        assert!(stderr.contains("nothing was sent"), "{stderr}");
    }
    let mut apply = elements();
    at(apply.args(["office", "apply", "/dev/fd/0", "--yes"]), &sandbox);
    let (_, stderr) = run(apply.stdin(fs::File::open(folder.path("offices.csv")).unwrap()), 2);
    assert!(stderr.contains("--journal"), "{stderr}");
    assert_eq!(sandbox.request_count(), 0);
}

const CONCURRENCY: usize = 8;

/// The command where no file may become larger than so many blocks of 512 bytes.
pub(crate) fn on_a_small_disk(blocks: u32, command: &Command) -> Command {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    by(&["/bin/sh", "-c", &script, "sh"], command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_exit_code_4_with_the_summary_and_the_next_run_goes_on() {
    // The first has a journal that outgrows the disk, the second has results that do.
    for (note, code) in [("", "journal"), (&*"long ".repeat(1000), "results")] {
        let row = |number| format!("c,t,u{number},01067,DE,Saxony,Street {number},Dresden,{note}\n");
        let header = "customer,tenant,user,postalCode,countryRegion,state,address,city,note\n".to_owned();
        let file = (0..300).map(row).fold(header, |text, row| text + &row);
        let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with("offices.csv", &file));
        let mut apply = folder.apply("offices.csv");
        let concurrency = CONCURRENCY.to_string();
        at(apply.args(["--yes", "--output", "json", "--concurrency", &concurrency]), &sandbox);
        let (stdout, stderr) = run(&mut on_a_small_disk(60, &apply), 4);
        let report: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((&report["stopped"], &report["rows"]), (&code.into(), &300.into()), "{stdout}");
        let done = usize::try_from(report["counts"]["done"].as_u64().unwrap()).unwrap();
        assert!(
            stderr.contains(&format!("{done} of 300 rows are done; make room, then run the same")),
            "{stderr}"
        );
        run(&mut apply, 0);
        assert_eq!(sandbox.offices().len(), 300);
        let results = folder.read("offices.results.csv");
        let (unchanged, sent) = (count(&results, "unchanged"), count(&results, "done"));
        assert_eq!(unchanged + sent, 300);
        // Of the rows that were written together when the disk was full, some may stand in the journal all the same.
        assert!(
            (done..=done + CONCURRENCY).contains(&unchanged),
            "{done} were done, {unchanged} are unchanged"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_is_not_read_twice() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let mut apply = elements();
    at(apply.args(["office", "apply", "-", "--yes", "--client-secret-file", "-", "--journal"]), &sandbox);
    apply.arg(folder.path("journal")).current_dir(folder.path(""));
    let (_, stderr) = run(apply.stdin(fs::File::open(folder.path("offices.csv")).unwrap()), 2);
    assert!(stderr.contains("both the rows (FILE) and a secret"), "{stderr}");
    assert!(!folder.path("journal").exists());
}
