//! How a run ends early, and what is said of going on.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::Value;

use crate::apply::{Folder, count};
use crate::{at, by, interrupt, run, signal};

/// Refuses users whose ids begin so.
fn refusing(users: &str) -> Faults {
    Faults::new().path(format!("/users/{users}"), Fault::reply(404, "{}"))
}

/// The code and the message of a run that stopped early.
fn stopped(stdout: &str) -> (String, String) {
    let report: Value = serde_json::from_str(stdout).unwrap();
    let text = |name: &str| report[name].as_str().unwrap().to_owned();
    assert!(report["counts"].as_object().unwrap().contains_key("notAttempted"), "{stdout}");
    (text("stopped"), text("message"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_run_is_run_again_unless_that_would_send_the_same_rows() {
    let sandbox = Sandbox::builder().faults(refusing("u1/")).start().await.unwrap();
    let folder = Folder::with_users(4);
    let apply = |limit: &str| {
        let mut apply = folder.apply("offices.csv");
        at(apply.args(["--yes", "--output", "json", "--limit", limit]), &sandbox);
        stopped(&run(&mut apply, 4).0)
    };
    let (code, message) = apply("2");
    assert_eq!(code, "limit");
    assert!(message.contains("run the same command again"), "{message}");
    let (_, message) = apply("1");
    assert!(message.contains("correct the refused rows") && !message.contains("same command"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_too_many_failures_the_rows_are_to_be_corrected() {
    let sandbox = Sandbox::builder().faults(refusing("u")).start().await.unwrap();
    let folder = Folder::with_users(9);
    let mut apply = folder.apply("offices.csv");
    at(apply.args(["--yes", "--output", "json", "--max-failures", "2"]), &sandbox);
    let (code, message) = stopped(&run(&mut apply, 4).0);
    assert_eq!(code, "max-failures");
    assert!(message.contains("correct the refused rows, or raise --max-failures"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_is_not_gone_on_with() {
    let folder = Folder::with_users(4);
    let mut apply = folder.apply("offices.csv");
    apply.args(["--sandbox", "--output", "json", "--limit", "2"]);
    let (_, message) = stopped(&run(&mut apply, 4).0);
    assert!(
        message.contains("a rehearsal keeps no journal") && !message.contains("same command"),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_an_outage_ends_names_the_last_cause() {
    let down = Faults::new().path("/users/", Fault::reply(503, r#"{"message":"maintenance until five"}"#));
    let (sandbox, folder) = (Sandbox::builder().faults(down).start().await.unwrap(), Folder::with_users(9));
    let mut apply = folder.apply("offices.csv");
    at(apply.args(["--yes", "--output", "json", "--patience", "0s"]), &sandbox);
    let (stdout, stderr) = run(&mut apply, 4);
    let (code, message) = stopped(&stdout);
    assert_eq!(code, "outage");
    assert!(message.contains("503") && stderr.contains(&message), "{message}\n{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_an_outage_ends_says_what_came_last_from_the_service() {
    let limit = "the service asks to wait 7200 s, which is more than is left of --patience 1h";
    let cases = [
        (Fault::status(429).retry_after("7200"), "1h", limit),
        (Fault::status(501), "0s", "the service answers, but with 501, "),
        (Fault::reply(200, "<html>"), "0s", "the service answers, but with 200, "),
        (Fault::reply(302, ""), "0s", "the service answers, but with 302, "),
        (Fault::dropped_before_applying(), "0s", "the service answered no row for longer than --patience 0s"),
    ];
    for (fault, patience, expected) in cases {
        let sandbox = Sandbox::builder().faults(Faults::new().path("/users/", fault)).start().await.unwrap();
        let folder = Folder::with_users(9);
        let mut apply = folder.apply("offices.csv");
        at(apply.args(["--yes", "--output", "json", "--patience", patience]), &sandbox);
        let (code, message) = stopped(&run(&mut apply, 4).0);
        assert_eq!(code, "outage");
        assert!(message.starts_with(expected), "{expected}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_changed_meanwhile_has_no_whole_results() {
    let slow = Faults::new().latency(Duration::from_millis(2));
    let (sandbox, folder) =
        (Sandbox::builder().faults(slow).start().await.unwrap(), Folder::with_users(2_000));
    let mut apply = folder.apply("offices.csv");
    at(apply.args(["--yes", "--output", "json"]), &sandbox);
    let child = apply.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sandbox.wait_for_requests(1).await;
    let text = folder.read("offices.csv") + "c,t,one more,1,Angola,Luanda,Dande\n";
    std::fs::write(folder.path("offices.csv"), text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let (code, message) = stopped(std::str::from_utf8(&output.stdout).unwrap());
    assert_eq!(code, "input");
    assert!(message.contains("was changed") && message.contains("run the same command again"), "{message}");
    assert!(
        !folder.path("offices.results.csv").exists() && folder.path("offices.results.csv.partial").exists()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_credential_has_a_code_and_a_message() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(2));
    let mut apply = folder.apply("offices.csv");
    at(apply.args(["--yes", "--output", "json"]), &sandbox).env("ELEMENTS_CLIENT_SECRET", "wrong");
    let (code, message) = stopped(&run(&mut apply, 3).0);
    assert_eq!(code, "authentication");
    assert!(message.contains("refused the credential"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn told_twice_to_end_it_says_how_to_go_on() {
    let slow = Faults::new().latency(Duration::from_secs(3600));
    let (sandbox, folder) = (Sandbox::builder().faults(slow).start().await.unwrap(), Folder::with_users(9));
    let mut apply = folder.apply("offices.csv");
    let mut child = at(apply.arg("--yes"), &sandbox).stderr(Stdio::piped()).spawn().unwrap();
    sandbox.wait_for_requests(4).await;
    interrupt(&child);
    let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines();
    stderr.next().unwrap().unwrap();
    interrupt(&child);
    let rest: Vec<String> = stderr.map(Result::unwrap).collect();
    assert!(rest.concat().contains("run the same command again to go on"), "{rest:?}");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_is_closed_lets_requests_end_unless_nohup_says_otherwise() {
    let slow = Faults::new().latency(Duration::from_millis(100));
    for (signals, code) in [("--default-signal=HUP", 4), ("--ignore-signal=HUP", 0)] {
        let sandbox = Sandbox::builder().faults(slow.clone()).start().await.unwrap();
        let folder = Folder::with_users(40);
        let mut apply = folder.apply("offices.csv");
        at(apply.arg("--yes"), &sandbox);
        let mut child = by(&["/usr/bin/env", signals], &apply).stdout(Stdio::null()).spawn().unwrap();
        sandbox.wait_for_requests(5).await;
        signal(&child, "-HUP");
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signals}");
        assert_eq!(count(&folder.read("offices.results.csv"), "done"), sandbox.request_count());
    }
}
