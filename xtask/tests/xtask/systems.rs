//! What asks for an operating system stands in one module of a crate.

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
        assert_eq!(mark, None, "{} depends on the system; os.rs of the crate is for that", file.display());
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
