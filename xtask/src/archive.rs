//! The program as people install it: an archive with its manual pages, completions, examples and licences, and its SHA-256.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::problem::{Problem, Result};
use crate::workspace::Workspace;
use crate::{files, steps};

const TASK: &str = "archive";
const PACKAGE: &str = "avepoint-elements-cli";
/// Files of the workspace's root, as they stand there.
const COPIED: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];
/// Files to try it with, which the examples of help texts name.
const EXAMPLES: [&str; 5] = ["clears.csv", "directory.ndjson", "hr.csv", "hr.xlsx", "offices.csv"];
/// The name of the completions of each shell.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "elements.bash"),
    ("zsh", "_elements"),
    ("fish", "elements.fish"),
    ("elvish", "elements.elv"),
    ("powershell", "elements.ps1"),
];

/// Where `cargo deb` finds pages and completions, whatever the version and the machine are.
const DEBIAN: &str = "debian";

/// Builds the program and packs it into `target/archive`, for this machine or for another target.
pub fn run(root: &Path, target: Option<&str>, profile: &str) -> Result<()> {
    let host = host(root)?;
    let name = folder_name(&version(root)?, target.unwrap_or(&host));
    let all = root.join("target").join(TASK);
    let folder = all.join(&name);
    steps::timed(TASK, "build", || build(root, target, profile))?;
    fill(root, &folder, target, profile)?;
    if target.is_none() {
        keep_for_debian(&folder, &all.join(DEBIAN)).map_err(Problem::writing(&all))?;
    }
    let archive = steps::timed(TASK, "pack", || pack(&all, &name, target.unwrap_or(&host)))?;
    let sum = write_sum(&archive).map_err(Problem::writing(&archive))?;
    println!("{TASK}: {} with the SHA-256 {sum}", archive.display());
    Ok(())
}

fn build(root: &Path, target: Option<&str>, profile: &str) -> Result<()> {
    let mut arguments = vec!["build", "--package", PACKAGE, "--locked", "--quiet", "--profile", profile];
    arguments.extend(target.into_iter().flat_map(|target| ["--target", target]));
    steps::cargo(root, &arguments, &[])
}

/// The program that was built, for this machine where no target is named.
fn program(root: &Path, target: Option<&str>, profile: &str) -> PathBuf {
    let of_profile = if profile == "dev" { "debug" } else { profile };
    let name = format!("elements{}", target.map_or(std::env::consts::EXE_SUFFIX, program_suffix));
    root.join("target").join(target.unwrap_or_default()).join(of_profile).join(name)
}

/// The folder that is packed, by which `cargo binstall` finds archive and program: `cli/Cargo.toml` says the names, too.
fn folder_name(version: &str, target: &str) -> String {
    format!("elements-{version}-{target}")
}

/// The ending of an archive: a zip for Windows, which opens it by itself, else a tar that is compressed with gzip.
fn archive_suffix(target: &str) -> &'static str {
    if target.contains("windows") { ".zip" } else { ".tar.gz" }
}

fn program_suffix(target: &str) -> &'static str {
    if target.contains("windows") { ".exe" } else { "" }
}

/// Makes the folder that is packed.
fn fill(root: &Path, folder: &Path, target: Option<&str>, profile: &str) -> Result<()> {
    files::empty(folder)?;
    let (completions, examples) = (folder.join("completions"), folder.join("examples"));
    for folder in [&completions, &examples] {
        fs::create_dir(folder).map_err(Problem::writing(folder))?;
    }
    let built = program(root, target, profile);
    let copy = |from: &Path, to: &Path| {
        let to = to.join(from.file_name().unwrap_or_default());
        fs::copy(from, to).map_err(Problem::reading(from))
    };
    copy(&built, folder)?;
    for file in COPIED {
        copy(&root.join(file), folder)?;
    }
    for file in EXAMPLES {
        copy(&root.join("examples").join(file), &examples)?;
    }
    // A program for another machine may not run here; what this one's says of itself is the same.
    let own = if target.is_none() {
        built
    } else {
        build(root, None, "dev")?;
        program(root, None, "dev")
    };
    let pages = folder.join("man");
    let shown = format!("{} man --dir {}", own.display(), pages.display());
    steps::call(Command::new(&own).args(["man", "--output", "json", "--dir"]).arg(&pages), &shown)?;
    for (shell, name) in COMPLETIONS {
        let script = Command::new(&own).args(["completions", shell]).output();
        let script = script.map_err(Problem::starting(own.display()))?;
        let file = completions.join(name);
        fs::write(&file, script.stdout).map_err(Problem::writing(&file))?;
    }
    Ok(())
}

/// Copies pages and completions to where the manifest names them for a Debian package.
fn keep_for_debian(folder: &Path, debian: &Path) -> std::io::Result<()> {
    ["man", "completions"]
        .into_iter()
        .try_for_each(|part| files::copy(&folder.join(part), &debian.join(part)))
}

/// Packs the folder.
fn pack(all: &Path, name: &str, target: &str) -> Result<PathBuf> {
    let file = format!("{name}{}", archive_suffix(target));
    // On Windows and macOS, tar makes the format that the name says.
    let options: &[&str] = if file.ends_with("zip") { &["-a", "-cf"] } else { &["-czf"] };
    let shown = format!("tar {} {file} {name}", options.join(" "));
    steps::call(Command::new("tar").args(options).args([&file, name]).current_dir(all), &shown)?;
    Ok(all.join(file))
}

/// Writes the SHA-256 beside the archive, as `sha256sum --check` reads it.
fn write_sum(archive: &Path) -> std::io::Result<String> {
    let digest = Sha256::digest(fs::read(archive)?);
    let sum = digest.iter().fold(String::new(), |sum, byte| sum + &format!("{byte:02x}"));
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    fs::write(archive.with_file_name(format!("{name}.sha256")), format!("{sum}  {name}\n"))?;
    Ok(sum)
}

fn version(root: &Path) -> Result<String> {
    let workspace = Workspace::alone(root)?;
    let package = workspace.publishable().into_iter().find(|package| package.name == PACKAGE);
    package
        .map(|package| package.version.clone())
        .ok_or_else(|| Problem::new(format!("there is no {PACKAGE}")))
}

/// The name of this machine's target.
fn host(root: &Path) -> Result<String> {
    let text = steps::rustc(root, &["-vV"])?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Problem::new("rustc does not say what machine this is"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_binstall_finds_the_archive_of_each_target_that_is_released() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let workspace = Workspace::alone(&root).unwrap();
        let package = workspace.publishable().into_iter().find(|package| package.name == PACKAGE).unwrap();
        let settings = &package.metadata["binstall"];
        let workflow = fs::read_to_string(root.join(".github/workflows/release.yml")).unwrap();
        let targets =
            workflow.lines().filter_map(|line| line.trim().strip_prefix("- { target: ")?.split(',').next());
        let targets: Vec<&str> = targets.collect();
        assert!(targets.len() > 1, "{targets:?}");
        for target in targets {
            let format = settings["overrides"][target].get("pkg-fmt").unwrap_or(&settings["pkg-fmt"]);
            // The endings that `cargo binstall` tries for a format.
            let suffixes: &[&str] = match format.as_str() {
                Some("tgz") => &[".tgz", ".tar.gz"],
                Some("zip") => &[".zip"],
                other => panic!("{other:?}"),
            };
            let filled = |key: &str, archive_suffix: &str| {
                [
                    ("{ repo }", "https://forge.example/repository"),
                    ("{ version }", &package.version),
                    ("{ target }", target),
                    ("{ archive-suffix }", archive_suffix),
                    ("{ bin }", "elements"),
                    ("{ binary-ext }", program_suffix(target)),
                ]
                .iter()
                .fold(settings[key].as_str().unwrap().to_owned(), |text, (key, value)| {
                    text.replace(key, value)
                })
            };
            let folder = folder_name(&package.version, target);
            let release = format!("https://forge.example/repository/releases/download/v{}", package.version);
            let archive = format!("{release}/{folder}{}", archive_suffix(target));
            let tried: Vec<String> = suffixes.iter().map(|suffix| filled("pkg-url", suffix)).collect();
            assert!(tried.contains(&archive), "{archive} is none of {tried:?}");
            assert_eq!(filled("bin-dir", ""), format!("{folder}/elements{}", program_suffix(target)));
        }
    }
}
