//! The commands that README and guide show do what they say there.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use avepoint_elements_sandbox::Sandbox;

use crate::planning::builder;
use crate::{at, text};

/// A command of a page, and what the page shows of its output.
struct Shown {
    command: String,
    output: Vec<String>,
}

/// The commands of a page's blocks of the language `console`.
fn commands(page: &str) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        for line in block.split("\n```").next().unwrap().lines() {
            let continues = commands.last().is_some_and(|last| last.command.ends_with('\\'));
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => {
                    commands.push(Shown { command: command.to_owned(), output: Vec::new() });
                }
                (None, Some(last)) if continues => last.command.extend(["\n", line]),
                (None, Some(last)) => last.output.push(line.to_owned()),
                (None, None) => panic!("{line}"),
            }
        }
    }
    commands
}

/// Runs the commands of a page one after the other, in a folder with the examples, against one sandbox.
async fn run_all(page: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (sandbox, folder) = (builder().start().await.unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(folder.path().join("examples")).unwrap();
    for file in ["clears.csv", "hr.csv", "offices.csv", "directory.ndjson", "nightly.sh"] {
        fs::copy(root.join("examples").join(file), folder.path().join("examples").join(file)).unwrap();
    }
    let commands = commands(&fs::read_to_string(root.join(page)).unwrap());
    assert!(commands.len() > 2, "{page}");
    for Shown { command, output } in commands {
        let said = run(&command, folder.path(), &sandbox);
        let mut said_lines: Vec<_> = said.lines().collect();
        for group in output.split(|line| line == "…") {
            let is_at = |place: usize| shows(group, &said_lines[place..]);
            let place = (0..=said_lines.len()).find(|place| is_at(*place));
            let place = place.unwrap_or_else(|| panic!("{command}\n{group:#?}\n{said}"));
            said_lines.drain(..place + group.len());
        }
    }
}

/// Whether output begins with a group of lines, of which the page may cut off the ends.
fn shows(group: &[String], said: &[&str]) -> bool {
    let is_same = |(line, other): (&String, &&str)| {
        varies(line) || line.strip_suffix('…').map_or(line == other, |start| other.starts_with(start))
    };
    group.len() <= said.len() && group.iter().zip(said).all(is_same)
}

/// Whether a line of output is another one each time.
fn varies(line: &str) -> bool {
    ["http://", "sha256", "time left"].iter().any(|part| line.contains(part))
}

/// Without a terminal, no question can be answered.
fn run(command: &str, folder: &Path, sandbox: &Sandbox) -> String {
    let is_agreed = command.contains("--yes");
    let command =
        if is_agreed { command.to_owned() } else { command.replace("office apply ", "office apply --yes ") };
    let program = Path::new(env!("CARGO_BIN_EXE_elements")).parent().unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-c", &format!("exec 2>&1\n{command}")]).current_dir(folder).stdin(Stdio::null());
    let path = env::var_os("PATH").unwrap();
    let folders = [program.to_owned()].into_iter().chain(env::split_paths(&path));
    bash.env("PATH", env::join_paths(folders).unwrap());
    let Output { status, stdout, stderr } = at(&mut bash, sandbox).output().unwrap();
    let said = text(&stdout) + &text(&stderr);
    // Some rows of that sheet are wrong.
    let planned = ["office plan examples/hr.csv", "office sync examples/hr.csv"];
    let expected = i32::from(planned.iter().any(|planned| command.contains(planned)));
    assert_eq!(status.code(), Some(expected), "{command}\n{said}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_the_readme() {
    run_all("README.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_the_page_on_plans() {
    run_all("docs/plan.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_the_page_on_a_sync() {
    run_all("docs/sync.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_the_page_on_a_month() {
    run_all("docs/month.md").await;
}
