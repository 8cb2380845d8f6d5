//! `office plan`, `office sync` and `office export` where the service is down while customers and users are listed.

use std::process::{Command, Stdio};

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::apply::Folder;
use crate::planning::{MAIN, builder, example, json_of};
use crate::{at, elements, interrupt, piped, run};

const USERS: &str = "/users/batch";
const CUSTOMERS: &str = "/customers/batch";

/// A command that lists users, and the file that it makes.
fn commands(folder: &Folder) -> [(Command, &'static str); 3] {
    [("plan", "hr.plan"), ("sync", "night.plan"), ("export", "users.csv")].map(|(verb, out)| {
        let mut command = elements();
        command.args(["office", verb]).stdin(Stdio::null());
        match verb {
            "export" => &mut command,
            "sync" => command.arg(folder.path("hr.csv")).arg("--yes"),
            _ => command.arg(folder.path("hr.csv")),
        };
        command.arg("--out").arg(folder.path(out));
        (command, out)
    })
}

fn folder() -> Folder {
    Folder::with("hr.csv", &std::fs::read_to_string(example("hr.csv")).unwrap())
}

/// Each command ends with 4 and makes nothing, and does its work when it is run again.
fn stop(sandbox: &Sandbox, fault: &Fault, path: &str, flags: &[&str], words: &str) {
    let folder = folder();
    for (mut command, out) in commands(&folder) {
        sandbox.set_faults(Faults::new().path(path, fault.clone())).unwrap();
        let report = json_of(at(command.args(flags), sandbox), 4);
        assert_eq!(report["stopped"], json!("outage"), "{report}");
        let message = report["message"].as_str().unwrap();
        assert!(message.contains(words) && message.contains("run the same command again"), "{message}");
        assert!(!folder.path(out).exists(), "{out} {fault:?}");
        sandbox.set_faults(Faults::new()).unwrap();
        run(at(&mut command, sandbox), i32::from(out != "users.csv"));
        assert!(folder.path(out).exists(), "{out}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_while_lists_are_asked_for_makes_no_plan_and_no_sheet() {
    let sandbox = builder().start().await.unwrap();
    for path in [USERS, CUSTOMERS] {
        let flags = ["--max-outage", "1ms"];
        stop(&sandbox, &Fault::status(503), path, &flags, "503, and nothing was listed for longer than");
    }
    stop(&sandbox, &Fault::dropped_before_applying(), USERS, &["--max-outage", "1ms"], "answered no list");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_or_a_redirect_in_place_of_lists_is_named_at_once_and_makes_no_plan_and_no_sheet() {
    let sandbox = builder().start().await.unwrap();
    for fault in [Fault::reply(200, "<html>"), Fault::reply(302, ""), Fault::status(501)] {
        stop(&sandbox, &fault, USERS, &[], "check the base URL");
    }
    stop(&sandbox, &Fault::reply(200, "<html>"), CUSTOMERS, &[], "check the base URL");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_outage_of_lists_is_waited_for() {
    let (sandbox, folder) = (builder().start().await.unwrap(), folder());
    for (mut command, out) in commands(&folder) {
        sandbox.set_faults(Faults::new().script(std::iter::repeat_n(Fault::status(503), 4))).unwrap();
        run(at(&mut command, &sandbox), i32::from(out != "users.csv"));
        assert!(folder.path(out).exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_ends_the_wait_for_lists() {
    for path in [USERS, CUSTOMERS] {
        let folder = folder();
        for (mut command, out) in commands(&folder) {
            let faults = Faults::new().path(path, Fault::status(503).retry_after("1800"));
            let sandbox = builder().faults(faults).start().await.unwrap();
            let child = piped(at(command.args(["--output", "json"]), &sandbox)).spawn().unwrap();
            sandbox.wait_for_requests(if path == USERS { 2 } else { 1 }).await;
            interrupt(&child);
            let ended = child.wait_with_output().unwrap();
            assert_eq!(ended.status.code(), Some(4), "{path} {out}: {ended:?}");
            let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
            assert_eq!(report["stopped"], json!("interrupted"), "{path} {out}: {report}");
            assert!(!folder.path(out).exists(), "{path} {out}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_alone_always_fails_is_said_and_the_others_are_listed() {
    let sandbox = builder().start().await.unwrap();
    let main = format!("{MAIN}{USERS}");
    for fault in [Fault::status(503), Fault::reply(200, "<html>")] {
        let folder = folder();
        sandbox.set_faults(Faults::new().path(&main, fault.clone())).unwrap();
        for (mut command, out) in commands(&folder) {
            let report = json_of(at(&mut command, &sandbox), 1);
            assert_eq!(report["stopped"], Value::Null, "{report}");
            assert!(folder.path(out).exists(), "{out} {fault:?}");
        }
    }
}
