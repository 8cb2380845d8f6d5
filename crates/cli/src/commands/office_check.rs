//! `office check`: what `office apply` would say of a file before it sends anything.

use avepoint_elements_bulk::Checked;
use serde_json::{Value, json};

use crate::arguments::{Check, Format};
use crate::exit::Failure;
use crate::input::checked;
use crate::output::{self, Report, columns};

pub(crate) fn run(arguments: &Check, format: Format) -> Result<(), Failure> {
    let mut table = arguments.input.open()?;
    let checked = checked(&mut table, None)?;
    output::print(format, &Findings(&checked))?;
    match checked.invalid {
        0 => Ok(()),
        rows => Err(Failure::usage(format!("{rows} of {} rows are invalid", checked.rows))),
    }
}

struct Findings<'a>(&'a Checked);

impl Report for Findings<'_> {
    fn text(&self) -> String {
        let Checked { rows, valid, invalid, warnings, .. } = self.0;
        let numbers = [("rows", rows), ("valid", valid), ("invalid", invalid), ("warnings", warnings)];
        let scope = [("customers", self.0.customers.len()), ("tenants", self.0.tenants.len())];
        columns(
            numbers
                .map(|(name, number)| (name, number.to_string()))
                .into_iter()
                .chain(scope.map(|(name, number)| (name, number.to_string()))),
        )
    }

    fn json(&self) -> Value {
        json!({
            "rows": self.0.rows,
            "valid": self.0.valid,
            "invalid": self.0.invalid,
            "warnings": self.0.warnings,
            "customers": self.0.customers.len(),
            "tenants": self.0.tenants.len(),
        })
    }
}
