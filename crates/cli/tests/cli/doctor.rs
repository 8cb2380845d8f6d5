//! `doctor`: what is found, how bad it is, and what to do.

use std::fs::{self, File};
use std::process::Command;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, date_time_ymd};
use serde_json::{Value, json};

use crate::config::Home;
use crate::{run, text};

/// A level and the beginning of a line, for each finding.
fn lines(stdout: &str) -> Vec<&str> {
    stdout.lines().filter(|line| !line.starts_with(' ')).collect()
}

fn doctor(home: &Home, arguments: &[&str]) -> Command {
    home.elements(&[&["doctor", "--retries", "0", "--timeout", "5s"], arguments].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_is_well_each_line_is_ok() {
    let sandbox = Sandbox::start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    let (stdout, stderr) = run(&mut doctor(&home, &[]), 0);
    let lines = lines(&stdout);
    for (line, begins) in lines.iter().zip([
        "ok       configuration: profile test of ".to_owned(),
        format!("ok       service: {}", sandbox.base_url()),
        "ok       proxy: none".to_owned(),
        "ok       authorities: those of the platform".to_owned(),
        format!("ok       credential: client id {}, a client secret that [", sandbox.client_id()),
    ]) {
        assert!(line.starts_with(&begins), "{stdout}");
    }
    assert!(lines.contains(&"ok       elements.um.user.readwrite.all: granted"), "{stdout}");
    assert!(lines.iter().any(|line| line.starts_with("ok       clock: ")), "{stdout}");
    assert!(lines.iter().any(|line| line.starts_with("ok       token: valid for 59m")), "{stdout}");
    assert_eq!((*lines.last().unwrap(), &*stderr), ("0 failures, 1 warning", ""), "{stdout}");
    assert!(stdout.contains("warning  customers: none in reach\n         do: add customers"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_is_missing_is_a_warning_with_what_it_is_for() {
    let update = "elements.um.user.readwrite.all";
    let sandbox = Sandbox::builder().granted_scopes([update]).start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    let (stdout, _) = run(&mut doctor(&home, &["--output", "json"]), 0);
    let found: Value = serde_json::from_str(&stdout).unwrap();
    let of = |name: &str| {
        let mut checks = found["checks"].as_array().unwrap().iter();
        checks.find(|it| it["check"] == name).unwrap_or_else(|| panic!("{name}: {found}")).clone()
    };
    assert_eq!(
        (&of(update)["state"], &found["failures"], &found["warnings"]),
        (&json!("ok"), &json!(0), &json!(2)),
        "one warning a permission: {found}"
    );
    let read = of("elements.um.user.read.all");
    assert_eq!((&read["state"], &read["message"]), (&json!("warning"), &json!("refused")));
    assert!(read["advice"].as_str().unwrap().contains("plan and verify"), "{read}");
    let list = of("elements.customers.read.all");
    assert!(list["advice"].as_str().unwrap().contains("list customers; without it"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_a_failure_and_not_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    let (stdout, stderr) = run(&mut doctor(&home, &["--client-secret-command", "echo canary"]), 1);
    assert!(
        stdout.contains("failure  elements.um.user.readwrite.all: ") && stdout.contains("invalid_client"),
        "{stdout}"
    );
    assert!(stdout.contains("do: compare client id, secret and environment"), "{stdout}");
    // The command is shown as it is given, and it is no place for a secret.
    assert!(!stdout.replace("[\"echo\", \"canary\"]", "").contains("canary"), "{stdout}");
    assert!(stderr.starts_with("error: 3 failures found"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_are_apart_are_a_warning_even_of_a_refusal() {
    let old = Fault::status(401).header("date", "Thu, 01 Jan 2026 00:00:00 GMT");
    let faults = Faults::new().token_share(1.0, old);
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    let (stdout, _) = run(&mut doctor(&home, &[]), 1);
    assert!(stdout.contains("warning  clock: ") && stdout.contains(" s ahead of the service's"), "{stdout}");
    assert!(stdout.contains("do: set this machine's clock"), "{stdout}");
}

#[test]
fn a_service_that_is_not_there_is_a_failure() {
    let home = Home::with(
        "default-profile = \"a\"\n[profiles.a]\nbase-url = \"http://127.0.0.1:9\"\ntoken-url = \"http://127.0.0.1:9\"\n\
         client-id = \"c\"\nclient-secret-command = [\"echo\", \"s\"]\n",
    );
    let (stdout, _) = run(&mut doctor(&home, &[]), 1);
    assert!(stdout.contains("failure  token: ") && stdout.contains("cannot be reached"), "{stdout}");
    assert!(stdout.contains("--proxy") && stdout.contains("ok       clock: not compared"), "{stdout}");
}

#[test]
fn a_configuration_or_a_secret_that_cannot_be_used_is_a_failure_of_its_own() {
    let home = Home::with("[profiles.a]\nrates = 1\n");
    let (stdout, _) = run(&mut doctor(&home, &[]), 1);
    assert!(
        stdout.contains("failure  configuration: ") && stdout.contains("did you mean \"rate\"?"),
        "{stdout}"
    );
    let home = Home::with("[profiles.a]\nclient-id = \"c\"\nclient-secret-command = [\"false\"]\n");
    let (stdout, _) = run(&mut doctor(&home, &["--profile", "a"]), 1);
    assert!(stdout.contains("failure  settings: the program false"), "{stdout}");
    let (stdout, _) = run(&mut doctor(&home, &[]), 1);
    assert!(stdout.contains("failure  settings: no credential is given"), "{stdout}");
    assert!(
        stdout.contains("ok       configuration: no profile of ") && stdout.contains("config.toml is used"),
        "{stdout}"
    );
    let (stdout, _) = run(&mut doctor(&Home::new(), &[]), 1);
    assert!(stdout.contains("config.toml is not there, so no profile is used\n"), "{stdout}");
}

#[test]
fn the_proxy_of_a_variable_is_shown_without_its_password() {
    let home = Home::new();
    let mut command = doctor(&home, &["--environment", "commercial"]);
    command.env("HTTPS_PROXY", "http://u:canary@127.0.0.1:9").env("ELEMENTS_ACCESS_TOKEN", "t");
    let (stdout, _) = run(&mut command, 1);
    assert!(stdout.contains("ok       proxy: http://127.0.0.1:9, which HTTPS_PROXY names"), "{stdout}");
    assert!(!stdout.contains("canary"), "{stdout}");
}

#[test]
fn the_end_of_a_certificate_is_near_or_past() {
    let home = Home::new();
    let folder = home.0.path();
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    for (year, said) in [(2020, "failure  certificate: "), (2096, "ok       certificate: ")] {
        let mut params = CertificateParams::new([]).unwrap();
        params.not_after = date_time_ymd(year, 2, 29);
        let certificate = params.self_signed(&key).unwrap();
        fs::write(folder.join("c.pem"), certificate.pem() + &key.serialize_pem()).unwrap();
        let urls =
            ["--base-url", "http://127.0.0.1:9", "--token-url", "http://127.0.0.1:9", "--client-id", "c"];
        let (stdout, _) = run(doctor(&home, &urls).args(["--certificate", "c.pem"]), 1);
        assert!(stdout.contains(said) && stdout.contains(" day"), "{stdout}");
        assert_eq!(stdout.contains("do: make another one"), year == 2020, "{stdout}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_a_file_is_told() {
    let sandbox = Sandbox::start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    let path = |name: &str| home.0.path().join(name);
    let told = |arguments: &[&str], code| run(&mut doctor(&home, arguments), code).0;
    assert!(told(&["a.csv"], 1).contains("failure  file: a.csv is no file that is there"));
    let rows = "customer,tenant,user,postalCode,countryRegion,state,address,city\nc,t,u,01067,Germany,Saxony,A,Dresden\n";
    fs::write(path("a.csv"), rows).unwrap();
    assert!(
        told(&["a.csv"], 0).contains("ok       journal: a.csv.journal is not there: nothing was applied yet")
    );
    // The update is applied, and its answer is lost.
    sandbox.set_faults(Faults::new().share(1.0, Fault::dropped_after_applying())).unwrap();
    run(
        &mut home.elements(&[
            "office",
            "apply",
            "a.csv",
            "--yes",
            "--quiet",
            "--retries",
            "0",
            "--max-outage",
            "0s",
        ]),
        4,
    );
    sandbox.set_faults(Faults::new()).unwrap();
    let stdout = told(&["a.csv"], 0);
    assert!(
        stdout.contains("warning  journal: a.csv.journal: 1 unknown\n         do: run the same"),
        "{stdout}"
    );
    run(&mut home.elements(&["office", "apply", "a.csv", "--yes", "--quiet"]), 0);
    assert!(told(&["a.csv"], 0).contains("ok       journal: a.csv.journal: 1 done"));

    let lock = File::open(path("a.csv.journal")).unwrap();
    lock.lock().unwrap();
    fs::write(path("a.results.csv.partial"), "").unwrap();
    let stdout = told(&["a.csv"], 0);
    assert!(
        stdout.contains("1 done; a run is at work") && stdout.contains("left by a run that ended early"),
        "{stdout}"
    );
    drop(lock);
    let lock = File::open(path("a.results.csv.partial")).unwrap();
    lock.lock().unwrap();
    assert!(told(&["a.csv"], 0).contains("a.results.csv.partial: a run writes it"));

    let other = Sandbox::start().await.unwrap();
    let mut command =
        doctor(&home, &["a.csv", "--base-url", &other.base_url(), "--token-url", &other.token_url()]);
    let output = command.args(["--client-id", other.client_id()]).output().unwrap();
    assert!(text(&output.stdout).contains("of another service"), "{}", text(&output.stdout));

    fs::write(path("a.csv.plan"), "{\"elementsPlan\":1}\n").unwrap();
    assert!(told(&["a.csv"], 1).contains("failure  plan: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn journals_of_shards_and_names_that_flags_gave_are_looked_at() {
    let sandbox = Sandbox::start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    let path = |name: &str| home.0.path().join(name);
    let header = "customer,tenant,user,postalCode,countryRegion,state,address,city\n";
    let row = |number| format!("c,t,u{number},01067,Germany,Saxony,A,Dresden\n");
    fs::write(path("a.csv"), header.to_owned() + &(0..8).map(row).collect::<String>()).unwrap();
    let told = |arguments: &[&str]| run(&mut doctor(&home, arguments), 0).0;
    let apply = |flags: &[&str]| {
        let apply = ["office", "apply", "a.csv", "--yes", "--quiet"];
        run(home.elements(&apply).args(flags), 0);
    };
    for shard in ["1/2", "2/2"] {
        apply(&["--shard", shard]);
    }
    apply(&["--journal", "elsewhere"]);
    let left = [
        "a.shard-2-of-2.results.csv.partial",
        "elsewhere.csv.partial",
        "a.csv.plan.synced.ndjson.partial",
        "a.csv.shard-x.journal",
    ];
    for name in left {
        fs::write(path(name), "").unwrap();
    }
    let stdout = told(&["a.csv"]);
    let journals: Vec<_> = stdout.lines().filter(|line| line.contains(" journal: ")).collect();
    assert_eq!(journals.len(), 2, "{stdout}");
    assert!(journals[0].contains("journal: a.csv.shard-1-of-2.journal: "), "{stdout}");
    assert!(journals[1].contains("journal: a.csv.shard-2-of-2.journal: "), "{stdout}");
    for (name, is_told) in [(left[0], true), (left[1], false), (left[2], true)] {
        assert_eq!(stdout.contains(&format!("partial: {name} was left")), is_told, "{stdout}");
    }
    let stdout = told(&["a.csv", "--journal", "elsewhere", "--results", "elsewhere.csv"]);
    assert!(stdout.contains("ok       journal: elsewhere: 8 done"), "{stdout}");
    assert!(
        stdout.contains("partial: elsewhere.csv.partial was left") && !stdout.contains("-1-of-2"),
        "{stdout}"
    );
}
