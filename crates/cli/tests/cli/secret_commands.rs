//! A client secret from a program that prints it, or from the keyring.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use avepoint_elements_sandbox::Sandbox;

use crate::config::Home;
use crate::{at, elements, piped, run, text};

fn status(sandbox: &Sandbox, line: &str) -> Command {
    let mut command = elements();
    at(&mut command, sandbox).env_remove("ELEMENTS_CLIENT_SECRET").env("PATH", "/usr/bin:/bin");
    command.args(["auth", "status", "--client-secret-command", line]);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_line_is_the_secret_and_no_shell_reads_the_words() {
    let sandbox = Sandbox::start().await.unwrap();
    let secret = sandbox.client_secret();
    let (stdout, stderr) = run(&mut status(&sandbox, &format!("echo {secret}")), 0);
    assert!(stdout.contains("granted") && !(stdout + &stderr).contains(secret), "{stderr}");
    let lines = format!("[\"printf\", \"%s\\\\r\\\\nlogin: $HOME\", \"{secret}\"]");
    run(&mut status(&sandbox, &lines), 0);
    let (_, stderr) = run(&mut status(&sandbox, "echo $SECRET"), 2);
    assert!(stderr.contains("no shell") && stderr.contains("[\"pass\", \"show\""), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_gives_no_secret_says_why_and_shows_none() {
    let sandbox = Sandbox::start().await.unwrap();
    for (line, said) in [
        ("nothing-of-this-name", "cannot be started"),
        ("false", "failed (exit status: 1)"),
        ("true", "printed no secret"),
        ("cat /dev/zero", "printed more than 64 KiB"),
        ("printf \\\\377", "no shell reads it"),
        (r#"["printf", "\\377"]"#, "not valid UTF-8"),
        (
            r#"["sh", "-c", "echo canary; echo \"no canary here\u001b[31m\" >&2; exit 3"]"#,
            "no *** here\\u{1b}[31m",
        ),
    ] {
        let (_, stderr) = run(&mut status(&sandbox, line), 2);
        assert!(stderr.contains(said) && !stderr.contains("canary"), "{line}: {stderr}");
    }
    assert_eq!(sandbox.request_count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_comes_before_the_variables_which_are_named() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut command = status(&sandbox, &format!("echo {}", sandbox.client_secret()));
    let (_, stderr) = run(command.env("ELEMENTS_CLIENT_SECRET", "canary"), 0);
    assert!(stderr.contains("ELEMENTS_CLIENT_SECRET is not used: --client-secret-command takes its place"));
    assert!(!stderr.contains("canary"), "{stderr}");
}

/// Where these tests run there is no keyring, or no feature for it.
#[test]
fn an_absent_keyring_is_an_error_and_nothing_else_is_tried() {
    let home = Home::with("[profiles.a]\nclient-id = \"c\"\nclient-secret-keyring = \"contoso\"\n");
    let mut status = home.elements(&["auth", "status", "--profile", "a"]);
    let (stdout, stderr) = run(status.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"), 2);
    assert!(stderr.contains("the keyring cannot be used for \"contoso\"") && stdout.is_empty(), "{stderr}");
    let mut store = home.elements(&["auth", "store", "contoso"]);
    let store = piped(store.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")).stdin(Stdio::piped());
    let mut child = store.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"canary\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("client-secret-command") && !stderr.contains("canary"), "{stderr}");
    let names = fs::read_dir(home.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), [".config"], "no file takes its place");
}
