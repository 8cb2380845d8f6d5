//! Nothing that comes from elsewhere steers a terminal, in text and in JSON, or looks like a line of the program's own.

use std::fs;
use std::process::Command;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::apply::Folder;
use crate::planning::{CONTOSO, MAIN, USER as PLANNED, builder};
use crate::{USER, at, elements, set, text};

/// An escape sequence, the same in one character, a deletion, a mark that turns the text around, and a line of its own.
const HOSTILE: &str = "a\u{1b}[31m\u{9b}2J\u{7f}\u{202e}b\nerror: forged";

/// Whether a character acts on a terminal: of those in [`HOSTILE`], all but the line end, which separates our own lines.
fn steers(character: char) -> bool {
    character == '\u{202e}' || character.is_control() && character != '\n'
}

/// Runs a command, and gives all that it says, once neither output holds what steers a terminal.
fn harmless(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    for said in [&stdout, &stderr] {
        assert!(!said.chars().any(steers), "{:?}: {said:?}", command.get_args());
        assert!(!said.contains("\nerror: forged"), "{:?}: {said:?}", command.get_args());
    }
    stdout + &stderr
}

/// The journal of another service, which has this base URL.
fn journal_of(folder: &Folder, base_url: &str) {
    let object = format!(
        r#"{{"format":1,"base_url":{},"time":"2025-01-01T00:00:00Z","host":"h"}}"#,
        Value::from(base_url)
    );
    let sum = crc32fast::hash(object.as_bytes());
    fs::write(folder.path("offices.csv.journal"), format!("{sum:08x} {object}\n")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_cannot_whatever_service_it_names() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(1));
    journal_of(&folder, &format!("https://{HOSTILE}"));
    for format in ["text", "json"] {
        let mut status = elements();
        status.args(["office", "status", "--output", format]).arg(folder.path("offices.csv"));
        let said = harmless(&mut status);
        assert!(said.contains("u001b[31m") || said.contains("u{1b}[31m"), "{said}");
        let mut apply = folder.apply("offices.csv");
        for flags in [&["--yes"][..], &["--yes", "--quiet"], &["--dry-run"]] {
            let mut apply = folder.apply("offices.csv");
            let said = harmless(at(apply.args(["--output", format]).args(flags), &sandbox));
            assert!(said.contains("u{1b}[31m"), "{said}");
        }
        harmless(at(apply.args(["--yes", "--fresh", "--output", format]), &sandbox));
        journal_of(&folder, &format!("https://{HOSTILE}"));
    }
}

#[test]
fn json_says_the_same_although_it_is_escaped() {
    let folder = Folder::with_users(1);
    let url = format!("https://{HOSTILE}");
    journal_of(&folder, &url);
    let mut status = elements();
    status.args(["office", "status", "--output", "json"]).arg(folder.path("offices.csv"));
    let report: Value = serde_json::from_slice(&status.output().unwrap().stdout).unwrap();
    assert_eq!(report["service"], url);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn names_of_files_cannot() {
    let sandbox = Sandbox::start().await.unwrap();
    let header = "customer,tenant,user,postalCode,countryRegion,state,address,city\n";
    for (row, format) in
        [("c,t,u,1,Angola,L,D,E\n", "text"), ("c,t,,,,,,\n", "text"), ("", "json"), ("x", "json")]
    {
        let name = format!("{HOSTILE}.csv");
        let folder = Folder::with(&name, &(header.to_owned() + row));
        let path = folder.path(&name);
        for command in ["check", "status", "apply"] {
            let mut office = elements();
            harmless(at(office.args(["office", command, "--output", format]).arg(&path), &sandbox));
        }
        harmless(at(folder.apply(&name).args(["--yes", "--output", format]), &sandbox));
        harmless(folder.apply(&name).args(["--sandbox", "--output", format]));
        for flag in ["--journal", "--results"] {
            harmless(at(folder.apply(&name).args(["--yes", flag]).arg(&path), &sandbox));
            harmless(at(
                folder.apply(&name).args(["--yes", flag]).arg(folder.path(&format!("{HOSTILE}/x"))),
                &sandbox,
            ));
        }
        // A line feed is part of the name in JSON, and escaped in text.
        harmless(at(folder.apply(&name).args(["--yes", "--fresh", "--output", format]), &sandbox));
    }
    for command in ["check", "apply", "status"] {
        harmless(elements().args(["office", command]).arg(format!("/nowhere/{HOSTILE}")));
    }
}

#[test]
fn arguments_and_variables_cannot() {
    let mut commands = vec![elements(), elements(), elements()];
    commands[0].arg(HOSTILE);
    commands[1].args(["office", HOSTILE]);
    commands[2].args(["completions", HOSTILE]);
    for flag in ["--customer", "--tenant", "--user", "--output", "--clear", "--timeout", "--retries", HOSTILE]
    {
        let mut command = elements();
        command.args(["office", "set"]).args(USER).args([flag, HOSTILE]);
        commands.push(command);
        let mut command = elements();
        command.args(["office", "set"]).args(USER).arg(format!("--{HOSTILE}={HOSTILE}"));
        commands.push(command);
    }
    for flag in
        ["--map", "--format", "--shard", "--max-failures", "--rate", "--limit", "--customer", "--blank"]
    {
        let mut command = elements();
        command.args(["office", "apply", "x.csv", flag, HOSTILE]);
        commands.push(command);
    }
    commands.push(elements());
    commands.last_mut().unwrap().args(["office", "apply", "x", &format!("--dry-run={HOSTILE}")]);
    for name in
        ["CA_FILE", "PROXY", "BASE_URL", "TOKEN_URL", "ENVIRONMENT", "TIMEOUT", "CLIENT_ID", "CERTIFICATE"]
    {
        for value in [HOSTILE.to_owned(), format!("https://{HOSTILE}"), format!("/nowhere/{HOSTILE}")] {
            let mut command = set();
            command.env("ELEMENTS_CLIENT_SECRET", "s").env("ELEMENTS_CLIENT_ID", "c");
            command.env("ELEMENTS_PROXY", "http://127.0.0.1:9");
            commands.push(command);
            commands.last_mut().unwrap().env(format!("ELEMENTS_{name}"), value);
        }
    }
    for flag in ["--client-secret-file", "--certificate", "--certificate-password-file", "--ca-file"] {
        let mut command = set();
        command.env("ELEMENTS_CLIENT_ID", "c").args([flag, &format!("/nowhere/{HOSTILE}")]);
        commands.push(command);
    }
    for mut command in commands {
        assert!(!harmless(&mut command).is_empty(), "{command:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_input_holds_cannot() {
    let quoted = format!("\"{HOSTILE}\"");
    let header = "customer,tenant,user,postalCode,countryRegion,state,address,city";
    for file in [
        format!("{header},{quoted}\nc,t,u,1,Angola,L,D,E,{quoted}\n"),
        format!("{header}\nc,t,{quoted},1,{quoted},L,D,E\n"),
        format!("{header}\nc,t,u,{quoted},Angola,{quoted},D,{quoted}\n"),
        format!("{quoted}\n{quoted}\n"),
        format!("{{\"{}\":1}}\n", HOSTILE.escape_default()),
        HOSTILE.to_owned(),
    ] {
        let folder = Folder::with("offices.csv", &file);
        for format in ["text", "json"] {
            harmless(
                elements().args(["office", "check", "--output", format]).arg(folder.path("offices.csv")),
            );
            harmless(folder.apply("offices.csv").args(["--sandbox", "--skip-invalid", "--output", format]));
            let format = ["--format", "ndjson", "--output", format];
            harmless(elements().args(["office", "check"]).args(format).arg(folder.path("offices.csv")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_cannot() {
    let message = Value::from(HOSTILE).to_string();
    for body in [format!(r#"{{"message":{message}}}"#), HOSTILE.to_owned()] {
        let faults = Faults::new().path("/users/", Fault::reply(404, body));
        let (sandbox, folder) =
            (Sandbox::builder().faults(faults).start().await.unwrap(), Folder::with_users(1));
        for format in ["text", "json"] {
            harmless(at(set().args(["--output", format]), &sandbox));
            harmless(at(folder.apply("offices.csv").args(["--yes", "--output", format]), &sandbox));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_fields_of_a_reply_cannot() {
    let sandbox = builder().start().await.unwrap();
    sandbox.change_user(CONTOSO, MAIN, PLANNED, &json!({ HOSTILE: "v" }));
    for format in ["text", "json", "csv"] {
        let mut get = elements();
        get.args(["users", "get", "--customer", CONTOSO, "--tenant", MAIN, "--user", PLANNED]);
        let said = harmless(at(get.args(["--output", format]), &sandbox));
        assert!(said.contains("forged"), "{said}");
    }
}

#[test]
fn examples_can_be_copied_from_a_terminal_of_80_columns() {
    let mut commands = vec![elements_cli::arguments::Arguments::tree()];
    let mut examples = 0;
    while let Some(command) = commands.pop() {
        commands.extend(command.get_subcommands().cloned());
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        // A longer line is wrapped, and no shell knows what follows as a part of it.
        for example in help.lines().filter(|line| line.starts_with("  ")) {
            assert!(example.chars().count() <= 80, "{}: {example}", command.get_name());
            examples += 1;
        }
    }
    assert!(examples > 50, "{examples}");
}
