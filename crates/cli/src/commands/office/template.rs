//! `office template`: an empty file of rows.

use avepoint_elements_bulk::{Format, template};

use crate::failure::Failure;
use crate::printer::Printer;

pub(crate) fn run(format: Format, printer: Printer) -> Result<(), Failure> {
    Ok(printer.print_text(&template(format))?)
}
