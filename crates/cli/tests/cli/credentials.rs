//! Credentials: where they come from, which comes first, and that none is shown.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::{at, elements, piped, run, set, text};

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
    // No server listens there: that is how far a usable certificate comes.
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

#[cfg(unix)]
fn private(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
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
    assert_eq!(status["permissions"]["elements.um.user.readwrite.all"], "not known");
    assert_eq!((&status["scopes"], &status["secondsLeft"]), (&json!([]), &Value::Null));
}
