//! Steps of the longer tasks: each is named, timed, and stops the task when it fails.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::problem::{Problem, Result};

/// For workspaces in a folder of `target`: they share what they build, and need nothing for a debugger.
pub(crate) const OUTSIDE: [(&str, &str); 2] =
    [("CARGO_TARGET_DIR", "../outside"), ("CARGO_PROFILE_DEV_DEBUG", "0")];

/// Runs a step of a task, and says how long it took.
pub(crate) fn timed<T>(task: &str, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("{task}: {name}");
    let start = Instant::now();
    let outcome = step()?;
    println!("{task}: {name} passed in {} s", start.elapsed().as_secs());
    Ok(outcome)
}

/// Runs cargo in `folder`, with variables of its own; a failure names the command that repeats it.
pub(crate) fn cargo(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let mut command = crate::cargo(folder);
    command.args(arguments).envs(variables.iter().copied());
    let settings = variables.iter().map(|(key, value)| format!("{key}='{value}' "));
    let shown = format!("{}cargo {}", settings.collect::<String>(), arguments.join(" "));
    call(&mut command, &shown)
}

/// Runs a program that says by itself what is wrong; `shown` is how to repeat it.
pub(crate) fn call(command: &mut Command, shown: &str) -> Result<()> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => {
            let folder = command.get_current_dir().map(|folder| folder.display().to_string());
            let folder = folder.unwrap_or_else(|| ".".to_owned());
            Err(Problem::new(format!("a command failed in {folder}")).help(format!("to repeat it: {shown}")))
        }
        Err(error) => Err(Problem::starting(format!("`{shown}`"))(error)),
    }
}

/// What rustc prints.
pub(crate) fn rustc(root: &Path, arguments: &[&str]) -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(arguments).current_dir(root).output();
    let output = output.map_err(Problem::starting("rustc"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is there and succeeds, whatever it prints.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Whether OpenSSL can be built against here, and what needs it is tried by a task: elsewhere than on Linux, native TLS is the
/// system's own.
pub(crate) fn has_openssl(task: &str) -> bool {
    let found = !cfg!(target_os = "linux")
        || std::env::var_os("OPENSSL_DIR").is_some()
        || succeeds(Command::new("pkg-config").args(["--exists", "openssl"]));
    if !found {
        println!("{task}: native-tls is left out, since OpenSSL's headers or pkg-config are missing here");
    }
    found
}
