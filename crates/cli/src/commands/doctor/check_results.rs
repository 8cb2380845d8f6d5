//! What was found, said as it is found: a line for people, an object for programs.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::printer::{OutputFormat, Printer, Report, counted};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Ok,
    Warning,
    Failure,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// What a check came to.
pub(super) struct CheckResult {
    check: String,
    level: Level,
    text: String,
    /// What to do.
    advice: Option<String>,
}

impl CheckResult {
    fn new(check: impl Into<String>, level: Level, text: impl Into<String>) -> Self {
        Self { check: check.into(), level, text: text.into(), advice: None }
    }

    pub(super) fn ok(check: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(check, Level::Ok, text)
    }

    pub(super) fn warning(check: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(check, Level::Warning, text)
    }

    pub(super) fn failure(check: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(check, Level::Failure, text)
    }

    pub(super) fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

impl Report for CheckResult {
    fn text(&self) -> String {
        let text =
            format!("{:<7}  {}: {}", self.level.name(), self.check, self.text.replace('\n', "\n         "));
        self.advice.as_ref().map_or(text.clone(), |advice| format!("{text}\n         do: {advice}"))
    }

    fn json(&self) -> Value {
        json!({ "check": self.check, "state": self.level.name(), "message": self.text, "advice": self.advice })
    }
}

/// All that was found.
pub(super) struct CheckResults {
    printer: Printer,
    all: Vec<CheckResult>,
}

impl CheckResults {
    pub(super) fn new(printer: Printer) -> Self {
        Self { printer, all: Vec::new() }
    }

    /// Adds what was found, and says it, unless it is a part of one object.
    pub(super) fn add(&mut self, result: CheckResult) -> Result<(), Failure> {
        if self.printer.format() != OutputFormat::Json {
            self.printer.print(&result)?;
        }
        self.all.push(result);
        Ok(())
    }

    /// Says how much was found. Gives the number of failures.
    pub(super) fn end(self) -> Result<u64, Failure> {
        let failures = self.count(Level::Failure);
        match self.printer.format() {
            OutputFormat::Ndjson => {}
            _ => self.printer.print(&self)?,
        }
        Ok(failures)
    }

    fn count(&self, level: Level) -> u64 {
        self.all.iter().filter(|result| result.level == level).count() as u64
    }
}

impl Report for CheckResults {
    fn text(&self) -> String {
        let counts = [(Level::Failure, "failure"), (Level::Warning, "warning")];
        counts.map(|(level, name)| counted(self.count(level), name)).join(", ")
    }

    fn json(&self) -> Value {
        json!({
            "checks": self.all.iter().map(CheckResult::json).collect::<Vec<_>>(),
            "failures": self.count(Level::Failure),
            "warnings": self.count(Level::Warning),
        })
    }
}
