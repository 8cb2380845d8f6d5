//! `completions`: what a shell needs to complete this program's command lines.

use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::exit::Failure;
use crate::output;

pub(crate) fn run(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::tree(), "elements", &mut script);
    output::print_own(&String::from_utf8_lossy(&script))
}
