//! `completions`: what a shell needs to complete this program's command lines.

use std::io::Write;

use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::exit::Failure;

pub(crate) fn run(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::tree(), "elements", &mut script);
    std::io::stdout().lock().write_all(&script)?;
    Ok(())
}
