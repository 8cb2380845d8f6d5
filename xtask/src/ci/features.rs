//! Every feature of every published package: each by itself, none, and all together.

use std::path::Path;

use crate::problem::Result;
use crate::steps;
use crate::workspace::{Package, Workspace};

const TASK: &str = "features";
const NATIVE_TLS: &str = "native-tls";
const NO_PROVIDER: &str = "rustls-no-provider";

/// Lints and tests each published package that has features with each set of them.
pub(super) fn check(root: &Path) -> Result<()> {
    let openssl = steps::has_openssl(TASK);
    let workspace = Workspace::alone(root)?;
    for package in workspace.publishable() {
        for set in sets(package, openssl) {
            let name = format!("{} with {}", package.name, if set.is_empty() { "nothing" } else { &set });
            steps::timed(TASK, &name, || try_set(root, package, &set))?;
        }
    }
    Ok(())
}

/// The sets of features to try, each as cargo takes them: what else there is, `ci` has tested already.
fn sets(package: &Package, openssl: bool) -> Vec<String> {
    let mut features = package.own_features();
    features.retain(|feature| openssl || *feature != NATIVE_TLS);
    if features.is_empty() {
        return Vec::new();
    }
    let mut sets = vec![String::new()];
    sets.extend(features.iter().map(ToString::to_string));
    if features.len() > 1 {
        sets.push(features.join(","));
    }
    sets
}

fn try_set(root: &Path, package: &Package, set: &str) -> Result<()> {
    let with =
        ["--package", &package.name, "--no-default-features", "--features", set, "--locked", "--quiet"];
    let run = |task: &[&str], end: &[&str]| {
        let arguments: Vec<&str> = task.iter().chain(&with).chain(end).copied().collect();
        steps::cargo(root, &arguments, &[])
    };
    run(&["clippy"], &["--", "-D", "warnings"])?;
    if set == NO_PROVIDER {
        // Its tests would need a provider, and with one it is `rustls`.
        return Ok(());
    }
    run(&["test", "--lib", "--tests"], &[])
}
