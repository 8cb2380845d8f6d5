//! `auth store`: a client secret from standard input into the keyring of the system.

use std::path::Path;

use crate::failure::Failure;
use crate::printer::{note, one_line};
use crate::{keyring, secrets};

pub(crate) fn run(name: &str) -> Result<(), Failure> {
    let secret = secrets::from_file(Path::new("-"), "the client secret")?;
    keyring::store(name, secret)?;
    let name = one_line(name);
    note(&format!("kept; `elements config set client-secret-keyring {name}` has a profile use it"));
    Ok(())
}
