//! `office set`: one update.

use std::fs;
use std::process::Stdio;

use avepoint_elements::OfficeField;
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::{USER, VALUES, at, elements, run, set, text};

#[test]
fn one_update_without_an_account_shows_what_the_sandbox_holds() {
    let (stdout, stderr) = run(set().arg("--sandbox"), 0);
    for line in
        ["postalCode     2121", "countryRegion  Angola", "state          Luanda", "address        Dande"]
    {
        assert!(stdout.contains(&format!("{line}\n")), "{stdout}");
    }
    assert!(stdout.contains("204") && stderr.is_empty(), "{stdout}{stderr}");
}

#[test]
fn json_is_one_object_on_standard_output() {
    let (stdout, _) = run(set().args(["--sandbox", "--output", "json"]), 0);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["status"], 204);
    assert_eq!(report["user"], "u1");
    let held =
        json!({"postalCode": "2121", "countryRegion": "Angola", "state": "Luanda", "address": "Dande"});
    assert_eq!(report["held"], held);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_reaches_the_service_that_the_environment_names() {
    let sandbox = Sandbox::start().await.unwrap();
    let (stdout, _) = run(at(&mut set(), &sandbox).args(["--clear", "state"]).args(["--city", "Luanda"]), 2);
    assert!(stdout.is_empty(), "a field that is given and cleared is refused");
    run(at(&mut set(), &sandbox).args(["--clear", "city"]), 0);
    assert_eq!(sandbox.office_information("c1", "t1", "u1").unwrap()["city"], "");
}

#[test]
fn invalid_input_is_exit_code_2_and_says_everything_at_once() {
    let mut command = elements();
    command.args(["office", "set", "--sandbox"]).args(USER).args(["--state", " "]);
    let limit = OfficeField::City.contract().max_length.unwrap();
    let (stdout, stderr) = run(command.args(["--city", &"é".repeat(limit + 1)]), 2);
    let too_long = format!("city has {} characters; at most {limit}", limit + 1);
    for violation in ["postalCode is missing", "state is blank", &too_long] {
        assert!(stderr.contains(violation), "{stderr}");
    }
    assert!(stdout.is_empty());
    let (_, stderr) = run(set().args(["--sandbox", "--clear", "town"]), 2);
    assert!(stderr.contains("postal-code, country-region, state, address, city"), "{stderr}");
    for spelling in ["postal-code", "postalCode"] {
        let mut command = elements();
        command.args(["office", "set", "--sandbox"]).args(USER).args(&VALUES[2..]);
        let (stdout, _) = run(command.args(["--clear", spelling]), 0);
        assert!(stdout.contains("postalCode     \n"), "{stdout}");
    }
    let (_, stderr) = run(set().args(["--environment", "mars"]), 2);
    assert!(stderr.contains("commercial, us-government"), "{stderr}");
}

#[test]
fn a_value_that_clears_in_files_is_not_sent_as_it_is() {
    for (flag, text) in [("--postal-code", "#CLEAR"), ("--city", " #clear ")] {
        let mut command = elements();
        command.args(["office", "set", "--sandbox"]).args(USER).args(&VALUES[2..]);
        let (_, stderr) = run(command.args([flag, text]), 2);
        assert!(stderr.contains(&format!("--clear {}", &flag[2..])), "{stderr}");
    }
}

/// What is sent for a postal code and a country, and what is said of them.
fn sent(code: &str, country: &str) -> (Value, String) {
    let mut command = elements();
    command.args(["office", "set", "--sandbox", "--output", "json", "--clear", "state"]).args(USER);
    command.args(["--postal-code", code, "--country-region", country, "--address", "A"]);
    let (stdout, stderr) = run(&mut command, 0);
    (serde_json::from_str::<Value>(&stdout).unwrap()["held"].clone(), stderr)
}

#[test]
fn one_update_goes_by_what_files_know_of_countries_and_postal_codes() {
    let held = |code: &str, country: &str| json!({"postalCode": code, "countryRegion": country, "state": "", "address": "A"});
    let (office, stderr) = sent("1067", "DE");
    assert_eq!(office, held("1067", "Germany"));
    assert!(stderr.contains("note: countryRegion \"DE\" is sent as Germany"), "{stderr}");
    assert!(stderr.contains("warning: postalCode \"1067\": looks as if it lost"), "{stderr}");
    assert!(!stderr.contains("line 1"), "{stderr}");
    let (office, stderr) = sent("01067", "Germny");
    assert_eq!(office, held("01067", "Germny"));
    assert!(stderr.contains("is sent as it is") && stderr.contains("did you mean \"Germany\""), "{stderr}");
    assert_eq!(sent(" 01067", "Germany "), (held("01067", "Germany"), String::new()));
}

#[test]
fn what_is_a_mistake_in_a_file_is_one_here_and_nothing_is_sent() {
    let mut command = elements();
    command.args(["office", "set", "--sandbox"]).args(USER).args(&VALUES[..6]);
    let (stdout, stderr) = run(command.args(["--address", "#N/A"]), 2);
    assert!(stderr.starts_with("error: address \"#N/A\": ") && stdout.is_empty(), "{stdout}{stderr}");
}

#[test]
fn an_id_that_reaches_another_route_is_exit_code_2() {
    let mut command = elements();
    command
        .args(["office", "set", "--sandbox", "--customer", "c", "--tenant", "..", "--user", "u"])
        .args(VALUES);
    let (_, stderr) = run(&mut command, 2);
    assert!(stderr.contains("tenant id") && stderr.contains("dots alone"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_service_is_exit_code_1() {
    let sandbox = Sandbox::builder().users([("c1", "t1", "other")]).start().await.unwrap();
    let (_, stderr) = run(at(&mut set(), &sandbox), 1);
    assert!(stderr.contains("404") && stderr.contains("request id"), "{stderr}");
    let sandbox = Sandbox::builder().customers(["other"]).start().await.unwrap();
    let (_, stderr) = run(at(&mut set(), &sandbox), 1);
    assert!(stderr.contains("403") && stderr.contains("elements.um.user.readwrite.all"), "{stderr}");
}

#[test]
fn a_service_that_cannot_be_reached_is_exit_code_1() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (_, stderr) = run(set().args(["--base-url", &url]).env("ELEMENTS_ACCESS_TOKEN", "t"), 1);
    assert!(stderr.contains("cannot be reached") && stderr.contains("cause:"), "{stderr}");
}

#[test]
fn plain_http_to_another_machine_is_exit_code_2() {
    let mut command = set();
    command.args(["--base-url", "http://elements.example/partner"]).env("ELEMENTS_ACCESS_TOKEN", "t");
    let (_, stderr) = run(&mut command, 2);
    assert!(stderr.contains("https"), "{stderr}");
}

#[test]
fn an_update_whose_report_is_lost_is_not_called_failed() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = set().arg("--sandbox").stdout(full).stderr(Stdio::piped()).output().unwrap();
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr.contains("updated user u1 (204") && stderr.contains("report cannot be written"),
        "{stderr}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_recovers_is_tried_again_as_often_as_asked() {
    let sandbox = Sandbox::start().await.unwrap();
    let faults =
        || Faults::new().script([Fault::status(503).retry_after("0"), Fault::status(503).retry_after("0")]);
    sandbox.set_faults(faults()).unwrap();
    run(at(&mut set(), &sandbox).args(["--retries", "1"]), 1);
    sandbox.set_faults(faults()).unwrap();
    let (stdout, _) = run(at(&mut set(), &sandbox).args(["--retries", "2", "--output", "json"]), 0);
    assert_eq!(serde_json::from_str::<Value>(&stdout).unwrap()["attempts"], 3);
}
