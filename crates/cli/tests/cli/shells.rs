//! Completions and manual pages.

use std::fs;

use serde_json::Value;
use tempfile::tempdir;

use crate::{elements, run};

#[test]
fn completions_are_written_where_each_shell_looks_and_replace_no_foreign_file() {
    let home = tempdir().unwrap();
    let install = |shell: &str, code: i32| {
        let mut install = elements();
        run(install.args(["completions", shell, "--install"]).env("HOME", home.path()), code)
    };
    for (shell, place) in [
        ("bash", ".local/share/bash-completion/completions/elements"),
        ("zsh", ".zfunc/_elements"),
        ("fish", ".config/fish/completions/elements.fish"),
        ("elvish", ".config/elvish/lib/elements.elv"),
        ("powershell", ".config/powershell/elements.ps1"),
    ] {
        let path = home.path().join(place);
        let (said, _) = install(shell, 0);
        assert!(said.starts_with(&format!("wrote {}\n", path.to_str().unwrap())), "{said}");
        let (script, _) = run(elements().args(["completions", shell]), 0);
        assert!(fs::read_to_string(&path).unwrap().starts_with(&script), "{shell}");
        let (said, _) = install(shell, 0);
        assert!(said.starts_with(&format!("replaced {}\n", path.to_str().unwrap())), "{said}");
        fs::write(&path, "# mine\n").unwrap();
        let (_, said) = install(shell, 2);
        assert!(said.contains("exists and was not written by this command"), "{said}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");
        fs::remove_file(&path).unwrap();
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 0, "nothing else is left");
    }
    let (_, said) = run(elements().args(["completions", "fish", "--install"]).env_remove("HOME"), 2);
    assert!(said.contains("`elements completions fish` prints it"), "{said}");
}

#[test]
fn variables_of_shells_say_where_completions_are() {
    let home = tempdir().unwrap();
    for (shell, variable, place) in [
        ("bash", "BASH_COMPLETION_USER_DIR", "completions/elements"),
        ("bash", "XDG_DATA_HOME", "bash-completion/completions/elements"),
        ("zsh", "ZDOTDIR", ".zfunc/_elements"),
        ("fish", "XDG_CONFIG_HOME", "fish/completions/elements.fish"),
    ] {
        let folder = home.path().join(variable);
        let mut install = elements();
        run(install.args(["completions", shell, "--install"]).env("HOME", "/none").env(variable, &folder), 0);
        assert!(folder.join(place).is_file(), "{variable}");
    }
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let folder = tempdir().unwrap();
    let pages = folder.path().join("man1");
    let (stdout, _) = run(elements().args(["man", "--output", "json", "--dir"]).arg(&pages), 0);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let read = |name: &str| fs::read_to_string(pages.join(name)).unwrap();
    for (name, text) in [
        ("elements.1", "Exit codes:"),
        ("elements-office-plan.1", "Say what would change"),
        ("elements-completions.1", "\\-\\-install"),
    ] {
        assert!(read(name).starts_with(".ie") && read(name).contains(text), "{name}: {}", read(name));
    }
    assert_eq!(report["pages"], fs::read_dir(&pages).unwrap().count());
}
