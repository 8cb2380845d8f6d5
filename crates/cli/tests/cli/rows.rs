//! What is said of rows, for people and for programs.

use serde_json::{Value, json};

use crate::apply::{Folder, count};
use crate::{elements, run};

const HEADER: &str = "customer,tenant,user,postalCode,countryRegion,state,address,city\n";

/// A row that holds another, since a quote is not closed.
const SWALLOWED: &str = "c,t,u1,01067,DE,S,A,\"C\nc, t, u2, 01067, DE, S, A, C\"\n";

fn check(folder: &Folder, name: &str, flags: &[&str], code: i32) -> (String, String) {
    run(elements().args(["office", "check"]).arg(folder.path(name)).args(flags), code)
}

#[test]
fn what_is_said_of_a_file_as_a_whole_is_in_json_with_lines() {
    let rows = "c,t,u1,01067,DE,S,A,C,x\nc,t,u2,01067,DE,S,A,,x\nc,t,u3,01067,DE,S,A\n";
    let folder = Folder::with("a.csv", &format!("{},note\n{rows}", HEADER.trim_end()));
    let (stdout, stderr) = check(&folder, "a.csv", &["--output", "json"], 0);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let notes = report["notes"].as_array().unwrap();
    assert_eq!((&notes[0]["columns"], &notes[0]["lines"]), (&json!(["note"]), &json!([])));
    assert_eq!((&notes[1]["columns"], &notes[1]["lines"]), (&json!(["city"]), &json!([3, 4])));
    assert!(
        stderr.contains("note: 2 rows have no city (lines 3, 4), and the service may then blank"),
        "{stderr}"
    );
    for note in notes {
        assert!(stderr.contains(note["message"].as_str().unwrap()), "{stderr}");
    }
    let empty = Folder::with("a.csv", HEADER);
    let report: Value = serde_json::from_str(&check(&empty, "a.csv", &["--output", "json"], 0).0).unwrap();
    assert!(report["notes"][0]["message"].as_str().unwrap().ends_with("has no rows"), "{report}");
}

#[test]
fn a_value_that_swallowed_a_row_is_sent_only_when_told() {
    let folder = Folder::with("a.csv", &format!("{HEADER}{SWALLOWED}"));
    let (stdout, stderr) = check(&folder, "a.csv", &["--output", "json"], 2);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let message = report["problems"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("--allow-multiline sends it") && stderr.contains(message), "{stderr}");
    let (_, stderr) = check(&folder, "a.csv", &["--allow-multiline"], 0);
    assert!(stderr.starts_with("warning: line 2, city "), "{stderr}");
    let (stdout, _) =
        run(folder.apply("a.csv").args(["--sandbox", "--allow-multiline", "--output", "json"]), 0);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["counts"]["done"], 1);
}

#[test]
fn half_a_row_is_not_sent_with_skip_invalid() {
    let folder =
        Folder::with("a.csv", &format!("{HEADER}c,t,u1,01067,DE,S,A 2\nHouse B,C\nc,t,u2,01067,DE,S,A,C\n"));
    run(folder.apply("a.csv").args(["--sandbox", "--skip-invalid"]), 1);
    let results = folder.read("a.sandbox.results.csv");
    assert_eq!((count(&results, "done"), count(&results, "invalid")), (1, 2), "{results}");
}

#[test]
fn an_address_is_no_id_in_any_flag() {
    let reason = "as an e-mail address or a user principal name does, and neither is an id";
    for flag in ["--customer", "--tenant", "--user"] {
        let (_, stderr) = run(elements().args(["office", "set", "--sandbox", flag, "ada@example.com"]), 2);
        assert!(stderr.contains(flag) && stderr.contains(reason), "{stderr}");
    }
    for flag in ["--customer", "--tenant"] {
        let mut apply = elements();
        let (_, stderr) = run(apply.args(["office", "apply", "a.csv", flag, "ada@example.com"]), 2);
        assert!(stderr.contains(flag) && stderr.contains(reason), "{stderr}");
    }
}

#[test]
fn a_hint_of_columns_names_the_optional_ones_too() {
    let folder = Folder::with(
        "a.csv",
        "customer,tenant,user,Zustellbezirk,country,state,address,Bezirk\nc,t,u,01067,DE,S,A,C\n",
    );
    let (stdout, stderr) = check(&folder, "a.csv", &["--output", "json"], 2);
    let hint = "hint: --map postalCode=NAME [--map city=NAME], where NAME is what the file calls the column";
    assert!(stderr.contains(hint), "{stderr}");
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert!(report["message"].as_str().unwrap().contains(hint), "{report}");
}
