//! What is said of a file before anything is sent.

use std::fs;
use std::process::Command;

use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::apply::Folder;
use crate::{at, elements, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_counts_what_a_run_would_send() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(10));
    let plan = |flags: &[&str]| {
        let mut apply = folder.apply("offices.csv");
        at(apply.args(["--dry-run", "--output", "json"]).args(flags), &sandbox);
        let report: Value = serde_json::from_str(&run(&mut apply, 0).0).unwrap();
        ["toBeSent", "unchanged", "beyondLimit"].map(|name| report[name].as_u64().unwrap())
    };
    assert_eq!(plan(&[]), [10, 0, 0]);
    assert_eq!(plan(&["--limit", "3"]), [3, 0, 7]);
    run(at(folder.apply("offices.csv").args(["--yes", "--limit", "4"]), &sandbox), 4);
    assert_eq!(plan(&[]), [6, 4, 0]);
    assert_eq!(plan(&["--limit", "3"]), [3, 4, 3]);
    assert_eq!(plan(&["--fresh"]), [10, 0, 0]);
    assert_eq!(plan(&["--sandbox"]), [10, 0, 0], "a rehearsal knows nothing of what was done");
    assert_eq!(sandbox.request_count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_left_to_be_sent_no_question_is_asked() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    let (stdout, _) = run(at(&mut folder.apply("offices.csv"), &sandbox), 0);
    assert!(stdout.contains("unchanged  3"), "{stdout}");
    assert_eq!(sandbox.request_count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unchanged_says_since_when_and_that_the_service_was_not_asked() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let other = folder.read("offices.csv").replace("01067", "01069");
    fs::write(folder.path("other.csv"), other).unwrap();
    for file in ["offices.csv", "other.csv"] {
        run(at(folder.apply(file).arg("--yes"), &sandbox), 0);
    }
    // The service holds the other file's values.
    let (stdout, stderr) = run(at(&mut folder.apply("offices.csv"), &sandbox), 0);
    assert_eq!(sandbox.request_count(), 6);
    let known = "by this journal on ";
    let not_asked =
        "; the service was not asked, and `office verify` of a plan asks it; --fresh sends them again";
    assert!(stderr.contains("nothing is sent: 3 of 3 rows are done by this journal on "), "{stderr}");
    for said in [&stdout, &stderr] {
        assert!(said.contains(known) && said.contains(not_asked), "{said}");
    }
    let results = folder.read("offices.results.csv");
    assert_eq!(results.matches("done by this journal on ").count(), 3, "{results}");
    assert_eq!(results.matches("the service was not asked").count(), 3, "{results}");
    let dry = |name: &str| run(at(folder.apply(name).args(["--dry-run"]), &sandbox), 0).0;
    assert!(dry("offices.csv").contains(not_asked));
    // Results as input prove it themselves.
    fs::rename(folder.path("offices.results.csv"), folder.path("again.csv")).unwrap();
    let proven = dry("again.csv");
    assert!(proven.contains("unchanged   3: done on "), "{proven}");
    assert!(proven.contains(", as the input proves; the service was not asked"), "{proven}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_fresh_run_that_sent_nothing_the_question_is_asked_whatever_the_input_proves() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    let mut refused = folder.apply("offices.results.csv");
    run(at(refused.args(["--yes", "--fresh"]), &sandbox).env("ELEMENTS_CLIENT_SECRET", "wrong"), 3);
    let (_, stderr) = run(at(&mut folder.apply("offices.results.csv"), &sandbox), 2);
    assert!(stderr.contains("no terminal to confirm at"), "{stderr}");
    let (stdout, _) = run(at(folder.apply("offices.results.csv").arg("--dry-run"), &sandbox), 0);
    assert!(stdout.contains("to be sent  3\n"), "{stdout}");
    assert_eq!(sandbox.request_count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_earlier_results_call_done_do_not_hide_those_that_are_left() {
    let file = "customer,tenant,user,postalCode,countryRegion,state,address,elements_result\n\
                c,t,twice,01067,Germany,Saxony,A,done\n\
                c,t,twice,01067,Germany,Saxony,A,done\n\
                c,t,u1,01067,Germany,Saxony,A,refused\n\
                c,t,u2,01067,Germany,Saxony,A,\n";
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with("offices.csv", file));
    let mut apply = folder.apply("offices.csv");
    let (_, stderr) = run(at(apply.arg("--skip-invalid"), &sandbox), 2);
    assert!(stderr.contains("no terminal to confirm at"), "{stderr}");
    let (stdout, _) = run(at(apply.arg("--dry-run"), &sandbox), 0);
    assert!(stdout.contains("to be sent  2\n") && stdout.contains("invalid     2\n"), "{stdout}");
    assert_eq!(sandbox.request_count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_another_service_is_named_before_the_question() {
    let (sandbox, other) = (Sandbox::start().await.unwrap(), Sandbox::start().await.unwrap());
    let folder = Folder::with_users(3);
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    let (_, stderr) = run(at(folder.apply("offices.csv").arg("--dry-run"), &other), 2);
    assert!(stderr.contains(&sandbox.base_url()) && stderr.contains("--fresh"), "{stderr}");
}

#[test]
fn a_file_without_rows_is_a_warning_and_makes_no_journal() {
    let (template, _) = run(elements().args(["office", "template"]), 0);
    let folder = Folder::with("empty.csv", &template);
    let (stdout, stderr) = run(folder.apply("empty.csv").args(["--output", "json"]), 0);
    assert!(stderr.contains("warning:") && stderr.contains("empty.csv has no rows"), "{stderr}");
    assert_eq!(serde_json::from_str::<Value>(&stdout).unwrap()["rows"], 0);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1);
}

#[test]
fn a_report_of_no_rows_has_all_that_others_have() {
    let (template, _) = run(elements().args(["office", "template"]), 0);
    let folder = Folder::with("empty.csv", &template);
    let counts = json!({
        "done": 0, "unchanged": 0, "invalid": 0, "refused": 0, "failed": 0, "unknown": 0, "notAttempted": 0,
    });
    for (flags, environment) in [
        (&[][..], "commercial"),
        (&["--sandbox"], "sandbox"),
        (&["--base-url", "https://e.example/partner"], "https://e.example/partner"),
        (&["--base-url", "https://user:canary@e.example"], "base URL"),
    ] {
        let mut apply = folder.apply("empty.csv");
        let (stdout, _) = run(apply.args(["--output", "json"]).args(flags), 0);
        let expected = json!({
            "environment": environment, "rehearsal": environment == "sandbox", "rows": 0, "counts": counts,
            "results": null, "stopped": null, "message": null,
        });
        assert_eq!(serde_json::from_str::<Value>(&stdout).unwrap(), expected);
    }
}

/// Why there is no report, for programs, with all that the object holds.
fn failure_json(command: &mut Command, code: i32) -> (String, String) {
    let (stdout, stderr) = run(command.args(["--output", "json"]), code);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let text = |name: &str| report[name].as_str().unwrap().to_owned();
    assert_eq!(report.as_object().unwrap().len(), 2, "{stdout}");
    assert!(stderr.contains(&text("message")), "{stdout}{stderr}");
    (text("stopped"), text("message"))
}

#[test]
fn programs_are_told_why_there_is_no_report() {
    let header = "customer,tenant,user,postalCode,countryRegion,state,address\n";
    let folder = Folder::with("invalid.csv", &format!("{header}c,t,u,,DE,S,A\n"));
    fs::write(folder.path("header.csv"), "customer,tenant\n").unwrap();
    fs::write(folder.path("valid.csv"), format!("{header}c,t,u,01067,DE,S,A\n")).unwrap();
    let apply = |name: &str| failure_json(&mut folder.apply(name), 2);
    for (file, message) in
        [("invalid.csv", "1 of 1 row is invalid"), ("header.csv", "no column for"), ("none.csv", "none.csv")]
    {
        let (code, said) = apply(file);
        assert!(code == "input" && said.contains(message), "{file}: {code}: {said}");
    }
    let (code, said) = apply("valid.csv");
    assert!(code == "usage" && said.contains("no credential"), "{code}: {said}");
    let (code, said) = failure_json(elements().args(["office", "apply", "-"]), 2);
    assert!(code == "usage" && said.contains("--journal"), "{code}: {said}");
    for file in ["header.csv", "none.csv"] {
        let mut check = elements();
        assert_eq!(
            failure_json(check.args(["office", "check"]).arg(folder.path(file)), 2).0,
            "input",
            "{file}"
        );
    }
}

#[test]
fn every_problem_is_listed_for_programs() {
    let header = "customer,tenant,user,PLZ,countryRegion,state,address\n";
    let rows = (0..3000).map(|number| format!("c,t,u{number},{number:0>50},Angola,L,D\n"));
    let folder = Folder::with("a.csv", &rows.fold(header.to_owned(), |text, row| text + &row));
    let mut check = elements();
    check.args(["office", "check", "--output", "json", "--map", "postalCode=PLZ"]).arg(folder.path("a.csv"));
    let report: Value = serde_json::from_str(&run(&mut check, 2).0).unwrap();
    let problems = report["problems"].as_array().unwrap();
    assert_eq!((problems.len(), &problems[2999]["line"]), (3000, &3001.into()));
    assert_eq!((&problems[1]["line"], &problems[1]["column"]), (&3.into(), &"PLZ".into()));
    assert_eq!(problems[1]["severity"], "error");
    assert_eq!(problems[1]["value"].as_str().unwrap().chars().count(), 41, "shortened to 40 and an ellipsis");
    assert!(problems[1]["message"].as_str().unwrap().contains("at most"), "{problems:?}");
}

#[test]
fn a_header_without_a_column_is_answered_with_the_flags_that_name_it() {
    let folder = Folder::with("a.csv", "cust,t,user,postalCode,countryRegion,state,address\n");
    let mut check = elements();
    let (_, stderr) = run(check.args(["office", "check"]).arg(folder.path("a.csv")), 2);
    let flags = "--map customer=NAME --map tenant=NAME [--map city=NAME], where NAME is what the file calls the \
                 column, or --customer ID --tenant ID for all rows";
    assert!(stderr.contains(flags), "{stderr}");
    run(check.args(["--map", "customer=cust", "--tenant", "t"]), 0);
}

/// What `office check` says of a file beside its errors.
fn checked(name: &str, text: &str) -> String {
    let folder = Folder::with(name, text);
    run(elements().args(["office", "check"]).arg(folder.path(name)), 0).1
}

#[test]
fn a_name_of_a_column_cannot_steer_the_terminal() {
    let header = "customer,tenant,user,postalCode,countryRegion,state,address,city";
    let name = format!("\u{1b}]0;pwned\u{7}\u{1b}[31m{}", "Note".repeat(1000));
    let stderr = checked("a.csv", &format!("{header},{name}\n"));
    assert!(stderr.contains("\\u{1b}]0;pwned\\u{7}\\u{1b}[31mNote"), "{stderr:?}");
    assert!(stderr.chars().all(|character| character == '\n' || !character.is_control()), "{stderr:?}");
    assert!(stderr.len() < 250, "{stderr}");
}

#[test]
fn of_many_columns_that_mean_nothing_a_few_are_named() {
    let header = "customer,tenant,user,postalCode,countryRegion,state,address,city".to_owned();
    let header = (1..=25).fold(header, |header, number| format!("{header},x{number}"));
    let stderr = checked("a.csv", &(header + "\n"));
    assert!(stderr.contains(": x1, x2, ") && stderr.contains(", x20 and 5 more\n"), "{stderr}");
}

#[test]
fn a_name_that_only_later_objects_have_is_named_once() {
    let object = |user: u32, city: &str| {
        let ids = format!(r#""customer":"c","tenant":"t","user":"u{user}""#);
        let values = r#""postalCode":"1","countryRegion":"Angola","state":"L","address":"D""#;
        format!("{{{ids},{values},\"{city}\":\"Dande\"}}\n")
    };
    let text = object(1, "city") + &object(2, "citty") + &object(3, "citty");
    let stderr = checked("a.ndjson", &text);
    assert_eq!(stderr.matches("citty").count(), 1, "{stderr}");
    assert!(stderr.contains("carried through to the results: citty\n"), "{stderr}");
}

#[test]
fn what_is_no_text_is_said_to_be_what_it_is() {
    let cut_off = [b"PK\x03\x04".as_slice(), &[0; 4000]].concat();
    let noise: Vec<u8> = (0..4000_u32).map(|number| (number * number % 251) as u8).collect();
    let text = "customer,tenant\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, message) in [
        (cut_off, "a workbook or another archive, and damaged or cut off"),
        (noise, "not a text file"),
        (b"customer,ten\0ant,user\n".to_vec(), "not a text file"),
        (text, "no column for user"),
    ] {
        let folder = Folder::with("a.csv", "");
        fs::write(folder.path("a.csv"), bytes).unwrap();
        let (_, stderr) = run(elements().args(["office", "check"]).arg(folder.path("a.csv")), 2);
        assert!(stderr.contains(message), "{message}: {stderr}");
    }
}

#[test]
fn a_negative_number_is_answered_with_what_is_allowed() {
    let whole = "a whole number from";
    for (flag, allowed) in [
        ("--limit", whole),
        ("--concurrency", whole),
        ("--max-failures", "--max-failures <N|P%>"),
        ("--retries", whole),
    ] {
        let (_, stderr) = run(elements().args(["office", "apply", "a.csv", flag, "-1"]), 2);
        assert!(stderr.contains(allowed) && !stderr.contains("-- -1"), "{flag}: {stderr}");
    }
    for flag in ["--revoke-after", "--seed"] {
        let (_, stderr) = run(elements().args(["sandbox", flag, "-1"]), 2);
        assert!(stderr.contains(whole) && !stderr.contains("-- -1"), "{flag}: {stderr}");
    }
}

#[test]
fn no_request_at_a_time_is_refused_with_what_is_allowed() {
    let (_, stderr) = run(elements().args(["office", "apply", "a.csv", "--concurrency", "0"]), 2);
    assert!(stderr.contains("a whole number from 1"), "{stderr}");
}
