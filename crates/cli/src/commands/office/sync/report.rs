//! What is said after a sync.

use std::collections::BTreeMap;
use std::path::Path;

use avepoint_elements_bulk::plan::{Plan, PlanState, SyncPlan};
use avepoint_elements_bulk::{Outcome, State, Stopped, partial_name};
use serde_json::{Map, Value, json};

use super::super::apply::report::RunReport;
use super::super::plan::paths::PlanPaths;
use crate::failure::{EarlyEnd, Failure};
use crate::printer::{self, Report, camel_case, columns, counted, one_line, scene, thousands};

/// How many rows came to what, by the words of the results.
#[derive(Default)]
pub(super) struct SyncCounts {
    rows: BTreeMap<&'static str, u64>,
    /// Rows that would empty a field, without consent.
    clears: u64,
}

impl SyncCounts {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        *self.rows.entry(outcome.result()).or_default() += 1;
        self.clears += u64::from(outcome.reason_code == "clears");
    }

    fn total(&self) -> u64 {
        self.rows.values().sum()
    }

    /// All words of results, in the order of summaries, and how many rows have them.
    fn all(&self) -> Vec<(&'static str, u64)> {
        let planned = PlanState::ALL.into_iter().filter(|state| *state != PlanState::Change);
        let good = [State::Done.name(), State::Already.name(), PlanState::Equal.name()].into_iter();
        let applied = good.chain(State::OF_PLANS.map(State::name));
        let mut all: Vec<(&'static str, u64)> = Vec::new();
        for name in applied.chain(planned.map(PlanState::name)) {
            if all.iter().all(|(other, _)| *other != name) {
                all.push((name, self.rows.get(name).copied().unwrap_or_default()));
            }
        }
        all
    }
}

pub(super) struct SyncReport {
    run: RunReport,
    counts: SyncCounts,
    /// How many values are suspicious, and wanted all the same.
    warnings: u64,
    paths: PlanPaths,
    /// How many users the plan changes.
    changes: u64,
    /// None where the sync stopped early: then its plan keeps the name that it has until it is whole.
    plan: Option<Plan>,
}

impl SyncReport {
    /// What a sync came to. Its plan gets its name where the results have theirs: as long as it has none, the same command
    /// goes on.
    pub(super) fn of(
        mut run: RunReport,
        sync: &SyncPlan,
        paths: PlanPaths,
        counts: SyncCounts,
        warnings: u64,
    ) -> Self {
        let changes = sync.counts().changes();
        let finished = if run.results().is_some() { sync.finish().map(Some) } else { Ok(None) };
        let plan = finished.unwrap_or_else(|error| {
            run.summary.stopped.get_or_insert(Stopped::Journal(error));
            None
        });
        Self { run, counts, warnings, paths, changes, plan }
    }

    /// Whether all is well, and if not, with which exit code it ends.
    pub(super) fn verdict(&self) -> Result<(), Failure> {
        self.run.verdict()
    }

    /// What is remarkable about the rows.
    fn remarks(&self) -> Vec<(&'static str, String)> {
        let warnings = (self.warnings > 0).then(|| {
            let values = counted(self.warnings, "value");
            ("warnings", format!("{values}, named above; they were sent all the same"))
        });
        let clears = (self.counts.clears > 0).then(|| {
            let rows = counted(self.counts.clears, "row");
            ("clears", format!("{rows} would empty a field, and were left out; --allow-clear sends them"))
        });
        warnings.into_iter().chain(clears).collect()
    }

    /// The one line of a sync of rows that are all as they were.
    fn unchanged(&self) -> Option<String> {
        let plan = self.plan.as_ref().filter(|_| self.changes == 0 && self.run.verdict().is_ok())?;
        let (rows, plan) = (counted(self.counts.total(), "row"), printer::path(plan.path()));
        Some(format!("{}: nothing to change in {rows}; plan {plan}\n", one_line(&self.run.environment)))
    }
}

impl Report for SyncReport {
    fn text(&self) -> String {
        if let Some(line) = self.unchanged().filter(|_| self.warnings == 0) {
            return line;
        }
        let counts = self.counts.all().into_iter().filter(|(_, count)| *count > 0);
        let counts = [("rows", self.counts.total())].into_iter().chain(counts);
        let counts = counts.map(|(name, count)| (name, thousands(count)));
        let plan = match &self.plan {
            Some(plan) => printer::path(plan.path()),
            None if self.paths.plan_has_its_name() => printer::path(&self.paths.plan),
            None => printer::not_whole(&partial_name(&self.paths.plan)),
        };
        let results = self.run.named_results();
        let lines = counts.chain(self.remarks()).chain([("plan", plan), ("results", results)]);
        format!("{}:\n{}", scene(&self.run.environment, self.run.is_rehearsal), columns(lines))
    }

    fn json(&self) -> Value {
        let counts = self.counts.all().into_iter().map(|(name, count)| (camel_case(name), count.into()));
        let (stopped, message) = self.run.early_end().map(EarlyEnd::members).unzip();
        json!({
            "environment": self.run.environment,
            "rehearsal": self.run.is_rehearsal,
            "rows": self.counts.total(),
            "counts": counts.collect::<Map<_, _>>(),
            "changes": self.changes,
            "clears": self.counts.clears,
            "warnings": self.warnings,
            "stopped": stopped,
            "message": message,
            "plan": self.plan.as_ref().map(|plan| plan.path().to_string_lossy()),
            "sha256": self.plan.as_ref().map(|plan| plan.sha256().to_string()),
            "results": self.run.results().map(Path::to_string_lossy),
        })
    }
}
