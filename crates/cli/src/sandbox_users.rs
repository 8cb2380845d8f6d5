//! The users that a sandbox is filled from.

use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::path::Path;

use avepoint_elements_bulk::plan::Sha256Sum;
use avepoint_elements_sandbox::Directory;

use crate::failure::Failure;
use crate::printer::{self, with_causes};

/// Reads a file of users, and its SHA-256.
pub(crate) fn read(file: &Path) -> Result<(Directory, Sha256Sum), Failure> {
    let read = || -> io::Result<_> {
        // It is read twice, and a pipe or a device can be waited for without end.
        if !std::fs::metadata(file)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no ordinary file"));
        }
        let mut opened = File::open(file)?;
        let sum = Sha256Sum::of(&opened)?;
        opened.rewind()?;
        Ok((Directory::from_ndjson(BufReader::new(opened))?, sum))
    };
    read().map_err(|error| Failure::usage(format!("{}: {}", printer::path(file), with_causes(&error))))
}
