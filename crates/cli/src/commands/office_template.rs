//! `office template` and `schema`: what a file must look like, for people and for programs.

use avepoint_elements_bulk::{schema, template};

use crate::arguments::Template;
use crate::exit::Failure;
use crate::output;

pub(crate) fn template_of(arguments: &Template) -> Result<(), Failure> {
    output::print_own(&template(arguments.format.into()))
}

pub(crate) fn schema_of_row() -> Result<(), Failure> {
    output::print_own(&format!("{:#}\n", schema()))
}
