//! The program as its users run it, against a sandbox.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod apply;
mod changed_files;
mod crash_recovery;
mod exit_codes;
mod files;
mod network;
mod plan;
mod rows;
mod sandbox;
#[cfg(unix)]
mod shared_folders;
mod status;
mod terminal;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use avepoint_elements::OfficeField;
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};

const USER: [&str; 6] = ["--customer", "c1", "--tenant", "t1", "--user", "u1"];
const VALUES: [&str; 8] =
    ["--postal-code", "2121", "--country-region", " Angola", "--state", "Luanda", "--address", "Dande"];

/// The program, with nothing of this process's environment.
fn elements() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_elements"));
    command.env_clear().env("ELEMENTS_RETRIES", "0");
    command
}

fn set() -> Command {
    let mut command = elements();
    command.args(["office", "set"]).args(USER).args(VALUES);
    command
}

/// Points a command at a sandbox, with the sandbox's credential.
fn at<'a>(command: &'a mut Command, sandbox: &Sandbox) -> &'a mut Command {
    command
        .env("ELEMENTS_BASE_URL", sandbox.base_url())
        .env("ELEMENTS_TOKEN_URL", sandbox.token_url())
        .env("ELEMENTS_CLIENT_ID", sandbox.client_id())
        .env("ELEMENTS_CLIENT_SECRET", sandbox.client_secret())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a command, asserts its exit code, and gives standard output and standard error.
fn run(command: &mut Command, code: i32) -> (String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (stdout, stderr) = (text(&stdout), text(&stderr));
    assert_eq!(status.code(), Some(code), "{stdout}{stderr}");
    (stdout, stderr)
}

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

#[test]
fn no_credential_is_exit_code_2_and_says_how_to_give_one() {
    let (_, stderr) = run(&mut set(), 2);
    for way in
        ["ELEMENTS_CLIENT_ID", "ELEMENTS_CLIENT_SECRET", "--client-secret-file", "ELEMENTS_ACCESS_TOKEN"]
    {
        assert!(stderr.contains(way), "{stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_credential_is_exit_code_3_and_is_not_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let (_, stderr) = run(at(&mut set(), &sandbox).env("ELEMENTS_CLIENT_SECRET", "canary"), 3);
    assert!(stderr.contains(sandbox.client_id()) && !stderr.contains("canary"), "{stderr}");
    let (_, stderr) = run(at(&mut set(), &sandbox).env("ELEMENTS_ACCESS_TOKEN", "canary"), 3);
    assert!(stderr.contains("401") && !stderr.contains("canary"), "{stderr}");
    assert_eq!(sandbox.offices().len(), 0);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_comes_from_a_file_or_from_standard_input() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, format!("{}\n", sandbox.client_secret())).unwrap();
    let status = |file: &Path| {
        let mut command = elements();
        at(&mut command, &sandbox).env_remove("ELEMENTS_CLIENT_SECRET");
        command.args(["auth", "status", "--client-secret-file"]).arg(file);
        command
    };
    private(&file, 0o600);
    assert_eq!(run(&mut status(&file), 0).1, "");
    private(&file, 0o644);
    let (stdout, stderr) = run(&mut status(&file), 0);
    assert!(stderr.contains("warning: others can read") && stderr.contains("chmod 600"), "{stderr}");
    assert!(stdout.contains("elements.um.user.readwrite.all") && stdout.contains("time left"), "{stdout}");

    let mut child = piped(&mut status(Path::new("-"))).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(sandbox.client_secret().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));

    let (_, stderr) = run(&mut status(&folder.path().join("nothing")), 2);
    assert!(stderr.contains("nothing") && stderr.contains("cannot be read"), "{stderr}");
}

#[test]
fn a_certificate_is_read_as_pem_or_pfx_with_its_password() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/tests/fixtures");
    let status = |file: &str, password: &str| {
        let mut command = elements();
        command.args(["auth", "status", "--client-id", "c", "--certificate"]).arg(fixtures.join(file));
        command.args(["--base-url", "http://127.0.0.1:9", "--token-url", "http://127.0.0.1:9"]);
        command.env("ELEMENTS_CERTIFICATE_PASSWORD", password);
        command
    };
    // Nobody listens there: that is how far a certificate that can be used comes.
    let (_, stderr) = run(&mut status("aes.pfx", "throw-away"), 1);
    assert!(stderr.contains("cannot be reached"), "{stderr}");
    let (_, stderr) = run(&mut status("aes.pfx", "wrong"), 2);
    assert!(stderr.contains("password") && !stderr.contains("wrong\""), "{stderr}");
    let (_, stderr) = run(&mut status("README.md", ""), 2);
    assert!(stderr.contains("PFX"), "{stderr}");
}

#[test]
fn what_cannot_be_a_secret_is_refused_in_bounded_time() {
    let mut command = set();
    command.args(["--client-id", "c", "--client-secret-file", "/dev/zero"]);
    let (_, stderr) = run(&mut command, 2);
    assert!(stderr.contains("over a megabyte") && !stderr.contains("chmod"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_named_comes_before_a_variable() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut command = set();
    at(&mut command, &sandbox).env("ELEMENTS_ACCESS_TOKEN", sandbox.issue_token());
    let (_, stderr) = run(command.args(["--client-secret-file", "/nonexistent/secret"]), 2);
    assert!(stderr.contains("/nonexistent/secret"), "{stderr}");
    let (_, stderr) = run(set().args(["--sandbox", "--client-secret-file", "x"]), 2);
    assert!(stderr.contains("cannot be used with"), "{stderr}");
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

#[cfg(unix)]
fn private(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

fn piped(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::piped()).stderr(Stdio::piped())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_never_shows_the_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let token = sandbox.issue_token();
    let mut command = elements();
    command.args(["auth", "status", "--output", "json"]).env("ELEMENTS_ACCESS_TOKEN", &token);
    let (stdout, stderr) = run(&mut command, 0);
    assert!(!stdout.contains(&token) && !stderr.contains(&token));
    let status: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(status, json!({"environment": "commercial", "scopes": [], "secondsLeft": null}));
}

#[test]
fn an_output_that_is_closed_early_is_no_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = set().arg("--sandbox").stdout(writer).status().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (stdout, _) = run(elements().args(["completions", shell]), 0);
        assert!(stdout.contains("postal-code"), "{shell}");
    }
}

fn interrupt(child: &Child) {
    signal(child, "-INT");
}

fn signal(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// A command, run by another program that is named with its own arguments.
fn by(program: &[&str], command: &Command) -> Command {
    let mut by = Command::new(program[0]);
    by.args(&program[1..]).arg(command.get_program()).args(command.get_args()).env_clear();
    by.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
    by
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
fn the_sandbox_by_itself_serves_whoever_has_its_variables() {
    let mut command = elements();
    let mut sandbox = piped(command.args(["sandbox"])).spawn().unwrap();
    let lines = BufReader::new(sandbox.stdout.take().unwrap()).lines().take(4);
    let variables: Vec<_> = lines
        .map(|line| {
            line.unwrap().split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap()
        })
        .collect();
    run(set().envs(variables.clone()), 0);
    let (stdout, _) = run(elements().args(["auth", "status"]).envs(variables), 0);
    assert!(stdout.contains("elements.um.user.readwrite.all"), "{stdout}");
    interrupt(&sandbox);
    assert_eq!(sandbox.wait().unwrap().code(), Some(0));
}

#[test]
fn the_sandbox_listens_on_this_machine_only() {
    let (_, stderr) = run(elements().args(["sandbox", "--listen", "0.0.0.0:0"]), 2);
    assert!(stderr.contains("cannot listen on 0.0.0.0:0"), "{stderr}");
}
