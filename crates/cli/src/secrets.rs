//! Secrets from files, standard input and the environment; never from arguments.

use std::io::Read;
use std::path::Path;

use avepoint_elements::Secret;

use crate::exit::Failure;

/// A secret from a variable; an empty one counts as unset.
pub(crate) fn from_environment(name: &str) -> Result<Option<Secret>, Failure> {
    match std::env::var(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(text.into())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(_) => Err(Failure::usage(format!("{name} is not valid UTF-8"))),
    }
}

/// A secret from a file, or from standard input for `-`, without the line end behind it.
pub(crate) fn from_file(path: &Path) -> Result<Secret, Failure> {
    let text = if path == Path::new("-") { read_input() } else { read(path) };
    let text = text.map_err(|error| {
        Failure::usage(format!("the client secret cannot be read from {}: {error}", path.display()))
    })?;
    let text = Secret::from(text);
    let secret = text.expose().trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(Failure::usage(format!("{} holds no client secret", path.display())));
    }
    Ok(secret.into())
}

fn read_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn read(path: &Path) -> std::io::Result<String> {
    warn_if_open_to_others(path);
    std::fs::read_to_string(path)
}

#[cfg(unix)]
fn warn_if_open_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map(|metadata| metadata.permissions().mode());
    if mode.is_ok_and(|mode| mode & 0o077 != 0) {
        let path = path.display();
        eprintln!(
            "warning: others can read or change {path}, which holds a secret; `chmod 600 {path}` mends it"
        );
    }
}

/// Elsewhere permissions are not a few bits that could be judged here.
#[cfg(not(unix))]
fn warn_if_open_to_others(_: &Path) {}
