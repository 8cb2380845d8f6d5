//! Other operating systems: what compiles for them, where their standard library is installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result};
use crate::steps;

const TASK: &str = "systems";

/// A target, and the C compilers of which one makes the program's dependencies checkable for it.
const TARGETS: [(&str, &[&str]); 4] = [
    ("x86_64-pc-windows-gnu", &["x86_64-w64-mingw32-gcc"]),
    ("x86_64-pc-windows-msvc", &["clang-cl"]),
    ("aarch64-apple-darwin", &["aarch64-apple-darwin-clang", "oa64-clang"]),
    ("x86_64-unknown-linux-musl", &["x86_64-linux-musl-gcc", "musl-gcc"]),
];

/// Packages that compile no C.
const WITHOUT_C: [&str; 2] = ["avepoint-elements-rows", "avepoint-elements-bulk"];

/// Checks the packages without C for each target that is installed, and the program where a C compiler is, too.
pub(super) fn check(root: &Path) -> Result<()> {
    let installed = libraries(root)?;
    for (target, compilers) in TARGETS {
        if !installed.join(target).join("lib").is_dir() {
            println!("{TASK}: {target} is left out; `rustup target add {target}` installs it");
            continue;
        }
        for package in WITHOUT_C {
            steps::timed(TASK, &format!("{package} for {target}"), || {
                let arguments =
                    ["check", "--package", package, "--no-default-features", "--locked", "--quiet"];
                steps::cargo(root, &[&arguments[..], &["--target", target]].concat(), &[])
            })?;
        }
        if compilers.iter().any(|compiler| is_there(compiler)) {
            steps::timed(TASK, &format!("the program for {target}"), || {
                let arguments = ["check", "--package", "avepoint-elements-cli", "--locked", "--quiet"];
                steps::cargo(root, &[&arguments[..], &["--target", target]].concat(), &[])
            })?;
        } else {
            println!(
                "{TASK}: the program for {target} is left out, since there is none of {}",
                compilers.join(", ")
            );
        }
    }
    Ok(())
}

/// Where the standard libraries of targets are.
fn libraries(root: &Path) -> Result<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot"]).current_dir(root).output();
    let output = output.map_err(|error| Problem::new(format!("cannot start rustc: {error}")))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()).join("lib/rustlib"))
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    /// What asks for an operating system.
    const MARKS: [&str; 9] = [
        "cfg(unix",
        "cfg(not(unix",
        "cfg(any(unix",
        "cfg(all(unix",
        "cfg!(unix",
        "cfg(windows",
        "target_os",
        "std::os::",
        "rustix::",
    ];

    #[test]
    fn what_depends_on_the_system_is_one_module_of_a_crate() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let folders = fs::read_dir(crates).unwrap().map(|folder| folder.unwrap().path().join("src"));
        let mut files = Vec::new();
        folders.for_each(|folder| sources(&folder, &mut files));
        assert!(files.iter().any(|file| file.ends_with("cli/src/os.rs")), "{files:?}");
        for file in files.iter().filter(|file| !file.ends_with("os.rs")) {
            let text = fs::read_to_string(file).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let mark = MARKS.into_iter().find(|mark| code.contains(mark));
            assert_eq!(
                mark,
                None,
                "{} depends on the system; os.rs of the crate is for that",
                file.display()
            );
        }
    }

    /// The files of code in a folder, but those of tests.
    fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match (path.is_dir(), path.file_stem().is_some_and(|name| name == "tests")) {
                (_, true) => {}
                (true, _) => sources(&path, files),
                (false, _) => files.push(path),
            }
        }
    }
}
