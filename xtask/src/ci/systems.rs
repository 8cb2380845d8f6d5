//! Other operating systems: what compiles for them, where their standard library is installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::Result;
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
        let check = |name: &str, package: &str, features: &[&str]| {
            let arguments = ["check", "--package", package, "--locked", "--quiet", "--target", target];
            let arguments = [&arguments[..], features].concat();
            steps::timed(TASK, &format!("{name} for {target}"), || steps::cargo(root, &arguments, &[]))
        };
        for package in WITHOUT_C {
            check(package, package, &["--no-default-features"])?;
        }
        if compilers.iter().any(|compiler| steps::succeeds(Command::new(compiler).arg("--version"))) {
            check("the program", "avepoint-elements-cli", &[])?;
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
    let sysroot = steps::rustc(root, &["--print", "sysroot"])?;
    Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib"))
}
