//! The tasks as a maintainer runs them, on a copy of the contract in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::document::{CONTRACT, edited, place};
use tempfile::TempDir;

/// A workspace with a contract and the folders that generated files go to.
struct Workspace(TempDir);

impl Workspace {
    fn new(contract: &str) -> Self {
        let workspace = Self(TempDir::new().unwrap());
        for folder in ["openapi", "crates/client/src", "crates/httpmock/src", "crates/sandbox"] {
            fs::create_dir_all(workspace.path(folder)).unwrap();
        }
        workspace.write("openapi/elements.yaml", contract);
        workspace
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).arg("--root").arg(self.0.path()).output().unwrap()
    }

    /// Runs a task that must fail and gives what it says on standard error.
    fn failure(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn generate(&self) {
        let output = self.run(&["codegen"]);
        assert!(output.status.success(), "{output:?}");
    }

    /// Every file with its bytes.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.0.path(), &mut files);
        files
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
}

/// The first limit of the contract as it is written there, whatever it is.
fn limit() -> &'static str {
    let at = CONTRACT.find("maxLength: ").unwrap();
    CONTRACT[at..].lines().next().unwrap()
}

#[test]
fn generating_twice_gives_the_same_bytes() {
    let workspace = Workspace::new(CONTRACT);
    workspace.generate();
    let first = workspace.files();
    workspace.generate();
    assert_eq!(first, workspace.files());
    assert!(workspace.run(&["codegen", "--check"]).status.success());
}

#[test]
fn every_package_gets_the_licences_the_changes_and_a_readme_from_its_documentation() {
    let workspace = Workspace::new(CONTRACT);
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md"] {
        workspace.write(file, file);
    }
    workspace.write("crates/client/Cargo.toml", "[package]\nname = \"the-client\"\n");
    let without = workspace.failure(&["codegen"]);
    assert!(without.contains("crates/client/src/lib.rs"), "{without}");
    workspace.write("crates/client/src/lib.rs", "//! What it is for.\n");
    workspace.generate();
    let read = |file: &str| fs::read_to_string(workspace.path("crates/client").join(file)).unwrap();
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md"] {
        assert_eq!(read(file), file);
    }
    assert!(read("README.md").contains("# the-client\n\nWhat it is for.\n"), "{}", read("README.md"));
    assert!(
        !workspace.path("crates/httpmock/README.md").exists(),
        "a folder without a manifest is no package"
    );
}

#[test]
fn a_stale_file_fails_the_check_with_a_diff_and_the_command_that_mends_it() {
    let workspace = Workspace::new(CONTRACT);
    workspace.generate();
    let limits = "crates/client/src/limits.rs";
    let text = fs::read_to_string(workspace.path(limits)).unwrap();
    let current = text.lines().find(|line| line.starts_with("pub const ")).unwrap();
    let stale = current.replace("pub const ", "pub const STALE_");
    workspace.write(limits, &text.replacen(current, &stale, 1));
    let before = workspace.files();
    let output = workspace.run(&["codegen", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    let (diff, message) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    for line in [format!("--- {limits}"), format!("-{stale}"), format!("+{current}")] {
        assert!(diff.contains(&line), "{line}: {diff}");
    }
    assert!(message.contains("cargo xtask codegen") && message.contains(limits), "{message}");
    assert_eq!(before, workspace.files(), "a check writes nothing");
}

#[test]
fn a_missing_file_is_stale() {
    let workspace = Workspace::new(CONTRACT);
    workspace.generate();
    fs::remove_file(workspace.path("crates/httpmock/src/generated.rs")).unwrap();
    assert!(workspace.failure(&["codegen", "--check"]).contains("crates/httpmock/src/generated.rs"));
}

#[test]
fn a_changed_limit_follows_everywhere() {
    let files = |limit: &str| {
        let workspace = Workspace::new(&edited(self::limit(), &format!("maxLength: {limit}")));
        workspace.generate();
        let text = |(path, bytes): (PathBuf, Vec<u8>)| {
            let name = path.strip_prefix(workspace.0.path()).unwrap().display().to_string();
            (name, String::from_utf8(bytes).unwrap())
        };
        workspace.files().into_iter().map(text).collect::<BTreeMap<_, _>>()
    };
    // Numbers that stand nowhere else.
    let (one, other) = (files("1147114711"), files("1147114712"));
    let holding: Vec<_> = one.iter().filter(|(_, text)| text.contains("1147114711")).collect();
    let names: Vec<_> = holding.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "crates/client/elements.yaml",
        "crates/client/src/generated.rs",
        "crates/client/src/limits.rs",
        "crates/client/src/schemas.rs",
        "crates/sandbox/elements.yaml",
        "openapi/elements.yaml",
    ];
    assert_eq!(names, expected);
    for (name, text) in &one {
        assert_eq!(text.replace("1147114711", "1147114712"), other[name], "{name}");
    }
}

/// Generates from a sound contract, then from a broken one: the message, after nothing has changed.
fn broken(contract: &str) -> String {
    let workspace = Workspace::new(CONTRACT);
    workspace.generate();
    workspace.write("openapi/elements.yaml", contract);
    let before = workspace.files();
    let message = workspace.failure(&["codegen"]);
    assert_eq!(before, workspace.files(), "a failed run leaves every file as it was");
    message
}

#[test]
fn text_that_is_not_yaml_is_located() {
    let contract = edited("tags: [Users]", "tags: [Users");
    let message = broken(&contract);
    assert!(message.contains("openapi/elements.yaml:") && message.contains("not valid YAML"), "{message}");
    let line: usize = message.split(':').nth(2).unwrap().parse().unwrap();
    let cause = contract.lines().position(|line| line.ends_with("[Users")).unwrap() + 1;
    assert!((cause..=cause + 2).contains(&line), "{message}");
}

#[test]
fn a_key_that_stands_twice_is_located() {
    let message = broken(&edited(limit(), &format!("{0}\n      {0}", limit())));
    assert!(message.contains("openapi/elements.yaml:") && message.contains("not valid YAML"), "{message}");
}

#[test]
fn a_document_that_is_not_openapi_is_located() {
    let contract = edited("version: \"3\"", "version: [3]");
    let message = broken(&contract);
    assert!(message.contains(&place(&contract, "version: [3]")), "{message}");
    assert!(message.contains("must be text, found a list"), "{message}");
}

#[test]
fn a_schema_without_a_name_is_refused() {
    let inline = "type: object\n          properties:\n            name:\n              type: string";
    let message =
        broken(&edited("          $ref: \"#/components/schemas/City\"", &format!("          {inline}")));
    assert!(message.contains("a schema without a name"), "{message}");
}

#[test]
fn a_missing_contract_is_named() {
    let workspace = Workspace::new(CONTRACT);
    fs::remove_file(workspace.path("openapi/elements.yaml")).unwrap();
    let message = workspace.failure(&["codegen"]);
    assert!(message.contains("openapi/elements.yaml: cannot read the contract"), "{message}");
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_others_as_they_were() {
    let workspace = Workspace::new(CONTRACT);
    fs::remove_dir_all(workspace.path("crates/sandbox")).unwrap();
    let before = workspace.files();
    let message = workspace.failure(&["codegen"]);
    assert!(message.contains("crates/sandbox/elements.yaml: cannot write"), "{message}");
    assert_eq!(before, workspace.files());
}

#[test]
fn the_help_names_every_task() {
    let output = Workspace::new(CONTRACT).run(&["--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    for task in ["codegen", "accept", "ci", "package", "measure"] {
        assert!(help.contains(&format!("\n  {task}")), "{help}");
    }
}
