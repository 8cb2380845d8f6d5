//! Exit codes, and what is said beside them, of every command.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::Value;

use crate::apply::{Folder, count};
use crate::{at, by, elements, interrupt, piped, run, set, signal};

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
    at(apply.args(["--yes", "--output", "json", "--max-outage", "0s"]), &sandbox);
    let (stdout, stderr) = run(&mut apply, 4);
    let (code, message) = stopped(&stdout);
    assert_eq!(code, "outage");
    assert!(message.contains("503") && stderr.contains(&message), "{message}\n{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_an_outage_ends_says_what_came_last_from_the_service() {
    let limit = "the service asks to wait 7200 s, which is more than is left of --max-outage 1h";
    let cases = [
        (Fault::status(429).retry_after("7200"), "1h", limit),
        (Fault::status(500), "0s", "the service answers, but with 500, and no row was done"),
        (Fault::status(501), "1h", "the service answers, but with 501, which is no answer of this API"),
        (
            Fault::reply(200, "<html>"),
            "1h",
            "the service answers, but with 200, which is no answer of this API",
        ),
        (Fault::reply(302, ""), "1h", "the service answers, but with 302, which is no answer of this API"),
        (
            Fault::dropped_before_applying(),
            "0s",
            "the service answered no row for longer than --max-outage 0s",
        ),
    ];
    for (fault, max_outage, expected) in cases {
        let sandbox = Sandbox::builder().faults(Faults::new().path("/users/", fault)).start().await.unwrap();
        let folder = Folder::with_users(9);
        let mut apply = folder.apply("offices.csv");
        at(apply.args(["--yes", "--output", "json", "--max-outage", max_outage]), &sandbox);
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

/// A service that takes a request and says for ever that it is at work on it. Gives its URL, and when a request has come.
fn busy() -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, came) = mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            stream.read_exact(&mut [0]).unwrap();
            // The receiver is gone once the program has ended.
            let _ = sender.send(());
            let many = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(2_000);
            std::thread::spawn(move || while stream.write_all(&many).is_ok() {});
        }
    });
    (url, came)
}

/// The exit code of a program that ends in time. One that does not is killed.
fn ends_within(child: &mut Child, time: Duration) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < time {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    None
}

#[test]
fn two_signals_are_two_also_while_interim_replies_come_without_end() {
    for signals in [["-INT", "-INT"], ["-TERM", "-INT"]] {
        let (url, came) = busy();
        let folder = Folder::with_users(9);
        let mut apply = folder.apply("offices.csv");
        apply.args(["--yes", "--base-url", &url, "--timeout", "1h", "--attempt-timeout", "1h"]);
        let mut child = apply.env("ELEMENTS_ACCESS_TOKEN", "t").stderr(Stdio::piped()).spawn().unwrap();
        (0..4).for_each(|_| came.recv().unwrap());
        signal(&child, signals[0]);
        std::thread::sleep(Duration::from_millis(300));
        signal(&child, signals[1]);
        assert_eq!(ends_within(&mut child, Duration::from_secs(3)), Some(130), "{signals:?}");
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert!(stderr.contains("run the same command again to go on"), "{stderr}");
    }
}

#[test]
fn a_command_that_reads_is_interrupted_too() {
    for command in [&["office", "check", "-"][..], &["office", "apply", "-", "--sandbox"]] {
        let mut reading = elements();
        let child = reading.args(command).args(["--output", "json"]).stdin(Stdio::piped());
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // More than a pipe holds: once that is written, the program reads.
        let lines = "customer,tenant,user\n".repeat(10_000);
        child.stdin.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
        interrupt(&child);
        let mut stdout = String::new();
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert_eq!(serde_json::from_str::<Value>(&stdout).unwrap()["stopped"], "interrupted");
    }
}

/// Runs a command that fails with a code, and gives the one object that it prints for programs.
fn failure(command: &mut Command, code: i32) -> Value {
    let (stdout, stderr) = run(command.args(["--output", "json"]), code);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let message = report["message"].as_str().unwrap();
    assert!(stderr.contains(message), "{stderr}\n{message}");
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failure_of_every_command_is_an_object_for_programs() {
    let folder = Folder::with_users(2);
    let missing = folder.path("missing.csv");
    let office = |command: &str| {
        let mut office = elements();
        office.args(["office", command]).arg(&missing);
        office
    };
    for (command, stopped) in [("check", "input"), ("apply", "input"), ("status", "usage")] {
        let mut office = office(command);
        assert_eq!(failure(office.env("ELEMENTS_ACCESS_TOKEN", "t"), 2)["stopped"], stopped);
    }
    assert_eq!(failure(&mut set(), 2)["stopped"], "usage");
    assert_eq!(failure(elements().args(["auth", "status"]), 2)["stopped"], "usage");
    assert_eq!(failure(elements().args(["sandbox", "--listen", "0.0.0.0:0"]), 2)["stopped"], "usage");
    assert_eq!(failure(elements().args(["office", "set", "--nothing"]), 2)["stopped"], "usage");
    assert_eq!(failure(elements().args(["office", "check", "-", "--max-input", "x"]), 2)["stopped"], "usage");
    let sandbox = Sandbox::start().await.unwrap();
    for mut command in [set(), elements()] {
        if command.get_args().count() == 0 {
            command.args(["auth", "status"]);
        }
        let wrong = at(&mut command, &sandbox).env("ELEMENTS_CLIENT_SECRET", "wrong");
        assert_eq!(failure(wrong, 3)["stopped"], "authentication");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_update_says_for_programs_whether_it_may_have_been_applied_and_its_request_id() {
    let faults = |fault| Faults::new().path("/users/", fault);
    let sandbox = Sandbox::start().await.unwrap();
    for (fault, status, may) in [
        (Fault::status(404), Value::from(404), false),
        (Fault::status(500), 500.into(), true),
        (Fault::dropped_after_applying(), Value::Null, true),
    ] {
        sandbox.set_faults(faults(fault)).unwrap();
        let report = failure(at(&mut set(), &sandbox), 1);
        assert_eq!((&report["status"], &report["mayHaveBeenApplied"]), (&status, &may.into()), "{report}");
        assert_eq!((&report["stopped"], &report["attempts"]), (&"service".into(), &1.into()), "{report}");
        assert_eq!(report["requestId"].is_string(), !status.is_null(), "{report}");
    }
}

#[test]
fn exit_codes_do_not_depend_on_who_listens() {
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    let code = |command: &mut Command| command.stderr(closed()).status().unwrap().code();
    assert_eq!(code(&mut set()), Some(2));
    let mut command = set();
    command.args(["--base-url", "http://127.0.0.1:9"]).env("ELEMENTS_ACCESS_TOKEN", "t");
    assert_eq!(code(&mut command), Some(1));
}

#[test]
fn an_output_that_is_closed_early_is_no_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = set().arg("--sandbox").stdout(writer).status().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn ctrl_c_is_exit_code_130() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut command = set();
    command.args(["--base-url", &url]).env("ELEMENTS_ACCESS_TOKEN", "t");
    let mut child = piped(&mut command).spawn().unwrap();
    // The request has come, and no answer will.
    let (mut connection, _) = listener.accept().unwrap();
    connection.read_exact(&mut [0]).unwrap();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (stdout, _) = run(elements().args(["completions", shell]), 0);
        assert!(stdout.contains("postal-code"), "{shell}");
    }
}
