//! `office check`: what `office apply` would say of a file before it sends anything.

use avepoint_elements_bulk::{Checked, Finding, Problem};
use serde_json::{Value, json};

use crate::failure::{Failure, code};
use crate::printer::{Printer, Report, are, columns, counted};
use crate::rows::{Note, checked_with, notes, unreadable};
use crate::settings::Input;

/// The most problems that are listed in JSON; the others are counted.
const MOST_LISTED: usize = 1000;

pub(crate) fn run(input: &Input, printer: Printer) -> Result<(), Failure> {
    let mut table = input.open()?;
    let mut problems = Vec::new();
    let mut left_out = 0_u64;
    let checked = checked_with(&mut table, None, |finding| match listed(finding) {
        Some(problem) if printer.is_json() && problems.len() < MOST_LISTED => problems.push(problem),
        Some(_) => left_out += 1,
        None => {}
    })?;
    table.check_unchanged().map_err(|error| unreadable(&error))?;
    let is_empty = input.warn_if_empty(&checked, None);
    let empty = is_empty.map(|message| Note { message, lines: Vec::new(), columns: Vec::new() });
    let notes = notes(&checked).into_iter().chain(empty).collect();
    printer.print(&Findings { checked: &checked, problems, left_out, notes })?;
    match checked.invalid {
        0 => Ok(()),
        rows => Err(Failure::Reported {
            code: code::USAGE,
            message: format!("{rows} of {} {} invalid", counted(checked.rows, "row"), are(rows)),
        }),
    }
}

/// A finding for programs.
fn listed(finding: Finding) -> Option<Value> {
    let (severity, Problem { line, cell, column, value, message, .. }) = match finding {
        Finding::Error(problem) => ("error", problem),
        Finding::Warning(problem) => ("warning", problem),
        _ => return None,
    };
    let mut listed =
        json!({ "severity": severity, "line": line, "column": column, "value": value, "message": message });
    if let Some(cell) = cell {
        listed["cell"] = cell.into();
    }
    Some(listed)
}

struct Findings<'a> {
    checked: &'a Checked,
    /// The first of them, for programs.
    problems: Vec<Value>,
    left_out: u64,
    notes: Vec<Note>,
}

impl Report for Findings<'_> {
    fn text(&self) -> String {
        let Checked { rows, valid, invalid, warnings, .. } = self.checked;
        let numbers = [("rows", rows), ("valid", valid), ("invalid", invalid), ("warnings", warnings)];
        let scope = [("customers", self.checked.customers.len()), ("tenants", self.checked.tenants.len())];
        columns(
            numbers
                .map(|(name, number)| (name, number.to_string()))
                .into_iter()
                .chain(scope.map(|(name, number)| (name, number.to_string()))),
        )
    }

    fn json(&self) -> Value {
        json!({
            "rows": self.checked.rows,
            "valid": self.checked.valid,
            "invalid": self.checked.invalid,
            "warnings": self.checked.warnings,
            "customers": self.checked.customers.len(),
            "tenants": self.checked.tenants.len(),
            "problems": self.problems,
            "problemsLeftOut": self.left_out,
            "notes": self.notes.iter().map(Note::json).collect::<Vec<_>>(),
        })
    }
}

impl Note {
    /// A note for programs.
    fn json(&self) -> Value {
        json!({ "message": self.message, "lines": self.lines, "columns": self.columns })
    }
}
