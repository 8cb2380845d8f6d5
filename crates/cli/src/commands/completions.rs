//! `completions`: what a shell needs to complete this program's command lines.

use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::printer::Printer;

pub(crate) fn run(shell: Shell, printer: Printer) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::tree(), "elements", &mut script);
    Ok(printer.print_text(&String::from_utf8_lossy(&script))?)
}
