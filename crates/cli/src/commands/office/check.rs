//! `office check`: what `office apply` would say of a file before it sends anything.

use std::io::{self, BufWriter, Seek, Write};

use avepoint_elements_bulk::{Checked, Finding, Problem};
use serde_json::{Value, json};
use tempfile::SpooledTempFile;

use crate::failure::{Failure, code};
use crate::printer::{OutputFormat, Printer, Report, are, columns, counted, json_text};
use crate::rows::{Note, checked, notes, unreadable};
use crate::settings::Input;

/// How much text of problems is kept in memory; of more, a file without a name has it.
const MAX_IN_MEMORY_BYTES: usize = 1 << 20;

pub(crate) fn run(input: &Input, printer: Printer) -> Result<(), Failure> {
    let mut table = input.open()?;
    let mut list = match printer.format() {
        OutputFormat::Json => Some(ProblemList::new(",")),
        OutputFormat::Ndjson => Some(ProblemList::new("\n")),
        _ => None,
    };
    let checked = checked(&mut table, None, |finding| {
        if let (Some(list), Some(problem)) = (&mut list, listed(finding)) {
            list.add(&problem);
        }
    })?;
    table.check_unchanged().map_err(|error| unreadable(&error))?;
    let is_empty = input.warn_if_empty(&checked, None);
    let empty = is_empty.map(|message| Note { message, lines: Vec::new(), columns: Vec::new() });
    let notes = notes(&table, &checked).into_iter().chain(empty).collect();
    let report = CheckReport { checked: &checked, notes };
    match list {
        Some(list) => list.print(&report, printer)?,
        None => printer.print(&report)?,
    }
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

/// Every problem for programs, which come behind what is known after the last of them.
struct ProblemList {
    file: BufWriter<SpooledTempFile>,
    between: &'static str,
    is_empty: bool,
    failed: Option<io::Error>,
}

impl ProblemList {
    fn new(between: &'static str) -> Self {
        let file = BufWriter::new(tempfile::spooled_tempfile(MAX_IN_MEMORY_BYTES));
        Self { file, between, is_empty: true, failed: None }
    }

    fn add(&mut self, problem: &Value) {
        if self.failed.is_some() {
            return;
        }
        let between = if std::mem::take(&mut self.is_empty) { "" } else { self.between };
        self.failed = write!(self.file, "{between}{}", json_text(problem)).err();
    }

    /// Writes a report to which they are added as `problems`; or a line each, and the report behind them.
    fn print(self, report: &impl Report, printer: Printer) -> io::Result<()> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        if !printer.is_json() {
            printer.copy(&mut file)?;
            let end = if self.is_empty { "" } else { "\n" };
            printer.print_text(end)?;
            return printer.print(report);
        }
        printer.print_with_list(&report.json(), "problems", || printer.copy(&mut file))
    }
}

struct CheckReport<'a> {
    checked: &'a Checked,
    notes: Vec<Note>,
}

impl Report for CheckReport<'_> {
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
