//! Secrets from files, standard input and the environment; never from arguments.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use avepoint_elements::Secret;
use avepoint_elements_bulk::{Source, open_ordinary};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::os;
use crate::printer::{self, note};

/// The largest file that is read, in bytes: a chain of certificates has a few thousand.
const MAX_BYTES: u64 = 1 << 20;

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
pub(crate) fn from_file(path: &Path, what: &str) -> Result<Secret, Failure> {
    let bytes = bytes_from_file(path, what)?;
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| Failure::usage(format!("{what} in {} is not valid UTF-8", shown(path))))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(Failure::usage(format!("{what} in {} is empty", shown(path)))),
        secret => Ok(secret.into()),
    }
}

/// The bytes of a file that holds a secret, or of standard input for `-`; they are wiped when dropped.
pub(crate) fn bytes_from_file(path: &Path, what: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if path == Path::new("-") {
        return read(std::io::stdin(), path, what);
    }
    let file = open(path, what)?;
    warn_if_open_to_others(&file, path);
    read(file, path, what)
}

/// The bytes of a file that is no secret.
pub(crate) fn public_bytes(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    Ok(read(open(path, what)?, path, what)?.to_vec())
}

/// Opens an ordinary file that no other user may have prepared, or what a shell puts in the place of one.
fn open(path: &Path, what: &str) -> Result<File, Failure> {
    let metadata = std::fs::metadata(path);
    if metadata.as_ref().is_ok_and(std::fs::Metadata::is_file) && !Source::is_of_system(path) {
        return open_ordinary(path)
            .map_err(|error| Failure::usage(format!("{what} cannot be read: {error}")));
    }
    if metadata.is_ok_and(|it| os::is_pipe(&it)) {
        note(&format!("waiting for {what} from the pipe {}", printer::path(path)));
    }
    File::open(path).map_err(|error| unreadable(path, what, &error))
}

fn read(source: impl Read, path: &Path, what: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    source.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, what, &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::usage(format!("{what} cannot be in {}, which is over a megabyte", shown(path))));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, what: &str, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{what} cannot be read from {}: {error}", shown(path)))
}

/// The name of a file, for messages.
fn shown(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { printer::path(path) }
}

fn warn_if_open_to_others(file: &File, path: &Path) {
    if file.metadata().is_ok_and(|it| os::is_open_to_others(&it)) {
        let path = printer::path(path);
        note(&format!(
            "warning: others can read or change {path}, which holds a secret; `chmod 600 {path}` takes that permission away"
        ));
    }
}
