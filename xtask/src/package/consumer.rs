//! A crate of another team: it depends on the unpacked packages, has tests of its own, and never asks the
//! network.

use std::path::Path;

use super::TASK;
use crate::problem::{Problem, Result};
use crate::workspace::Package;
use crate::{files, steps};

/// The consumer's tests, from the workspace's root.
const TESTS: &str = "xtask/consumer/tests";
/// What the consumer's tests use beside the packages.
const DEVELOPMENT: &str = "\
futures-util = { version = \"0.3\", default-features = false, features = [\"std\"] }
httpmock = { version = \"0.9\", default-features = false }
schemars = { version = \"1\", default-features = false }
serde_json = \"1\"
tokio = { version = \"1\", features = [\"macros\", \"rt\"] }
tracing-subscriber = { version = \"0.3\", default-features = false, features = [\"fmt\"] }
";
/// A TLS library that the packages do not know of.
const HTTP_CLIENT: &str = "\
reqwest = { version = \"0.13\", default-features = false, features = [\"rustls\"], optional = true }
";
/// Its builds: with the defaults of each package, with nothing, with an HTTP client of its own, and with everything.
const BUILDS: [(&str, &[&str]); 4] = [
    ("consumer with default features", &[]),
    ("consumer with no features", &["--no-default-features"]),
    ("consumer with TLS of its own", &["--no-default-features", "--features", "reqwest"]),
    ("consumer with all features", &["--no-default-features", "--features", "all"]),
];

/// Writes the consumer into `folder`, above the unpacked packages, with this workspace's lock file.
pub(super) fn write(root: &Path, folder: &Path, packages: &[&Package]) -> Result<()> {
    let openssl = steps::has_openssl(TASK);
    let (source, tests) = (folder.join("src"), folder.join("tests"));
    files::empty(&source)?;
    files::empty(&tests)?;
    let write = || {
        std::fs::write(folder.join("Cargo.toml"), manifest(packages, openssl))?;
        std::fs::write(source.join("lib.rs"), library(packages))?;
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        files::copy(&root.join(TESTS), &tests)
    };
    write().map_err(Problem::writing(folder))
}

/// Libraries are depended on; programs are members, which can be run.
fn manifest(packages: &[&Package], openssl: bool) -> String {
    let (programs, libraries): (Vec<&Package>, Vec<&Package>) =
        packages.iter().copied().partition(|package| package.has("bin"));
    let wanted = |feature: &&str| openssl || *feature != "native-tls";
    let all = libraries.iter().flat_map(|library| {
        let features = library.own_features().into_iter().filter(wanted);
        features.map(|feature| format!("{}/{feature}", library.name))
    });
    let default = libraries.iter().filter(|library| library.features.contains_key("default"));
    let default = default.map(|library| format!("{}/default", library.name));
    let dependencies = libraries.iter().map(|Package { name, version, .. }| {
        format!("{name} = {{ version = \"{version}\", default-features = false }}\n")
    });
    let patches = packages
        .iter()
        .map(|package| format!("{} = {{ path = \"packages/{}\" }}\n", package.name, package.full_name()));
    let members = programs.iter().map(|program| format!("packages/{}", program.full_name()));
    format!(
        "[package]\nname = \"consumer\"\nedition = \"2024\"\npublish = false\n\n\
         [lints.rust]\nwarnings = \"deny\"\n\n[features]\ndefault = [{}]\nall = [{}]\n\n[dependencies]\n{}{HTTP_CLIENT}\n[dev-dependencies]\n{DEVELOPMENT}\n\
         [patch.crates-io]\n{}\n[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
        list(default),
        list(all),
        dependencies.collect::<String>(),
        patches.collect::<String>(),
        list(members),
    )
}

/// Texts as the elements of an array of TOML.
fn list(texts: impl Iterator<Item = String>) -> String {
    texts.map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ")
}

/// A library that shows every library as its own.
fn library(packages: &[&Package]) -> String {
    let libraries = packages.iter().filter(|package| !package.has("bin"));
    let lines = libraries.map(|package| format!("pub use {};\n", package.name.replace('-', "_")));
    lines.collect()
}

/// Builds and tests the consumer with each choice of features.
pub(super) fn test(folder: &Path) -> Result<()> {
    for (name, features) in BUILDS {
        let arguments: Vec<&str> = ["test", "--offline", "--quiet"].iter().chain(features).copied().collect();
        steps::timed(TASK, name, || steps::cargo(folder, &arguments, &steps::OUTSIDE))?;
    }
    Ok(())
}

/// Builds every program from its package, and asks it for its version.
pub(super) fn run_programs(folder: &Path, packages: &[&Package]) -> Result<()> {
    for program in packages.iter().filter(|package| package.has("bin")) {
        let run = ["run", "--offline", "--quiet", "--package", &program.name, "--", "--version"];
        steps::timed(TASK, &program.name, || steps::cargo(folder, &run, &steps::OUTSIDE))?;
    }
    Ok(())
}
