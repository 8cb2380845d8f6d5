//! `office template` and `schema`: what a file must look like, for people and for programs.

use std::io::Write;

use avepoint_elements_bulk::{schema, template};

use crate::arguments::Template;
use crate::exit::Failure;

pub(crate) fn template_of(arguments: &Template) -> Result<(), Failure> {
    write(&template(arguments.format.into()))
}

pub(crate) fn schema_of_row() -> Result<(), Failure> {
    write(&format!("{:#}\n", schema()))
}

fn write(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}
