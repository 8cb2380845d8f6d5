//! The users that a sandbox is filled from.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use avepoint_elements_bulk::plan::Sha256Sum;
use avepoint_elements_sandbox::Directory;

use crate::failure::Failure;
use crate::printer::{self, with_causes};

/// Reads a file of users, and its SHA-256.
pub(crate) fn read(file: &Path) -> Result<(Directory, Sha256Sum), Failure> {
    let read = || -> io::Result<_> {
        let sum = Sha256Sum::of(File::open(file)?)?;
        Ok((Directory::from_ndjson(BufReader::new(File::open(file)?))?, sum))
    };
    read().map_err(|error| Failure::usage(format!("{}: {}", printer::path(file), with_causes(&error))))
}
