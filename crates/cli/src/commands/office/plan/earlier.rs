//! What an interrupted planning of the same input has read already.

use std::iter::Peekable;

use avepoint_elements_bulk::plan::{EarlierReading, Plan, PlanHeader, PlanState, PlannedUsers};
use avepoint_elements_bulk::{PlanEntries, Source, Table, partial_name};

use super::paths::PlanPaths;
use crate::printer::note;
use crate::settings::Plan as Settings;

/// The files that it left.
#[derive(Default)]
pub(super) struct EarlierPlanning {
    plan: Option<Plan>,
    results: Option<Table>,
}

impl EarlierPlanning {
    /// Opens them before others take their names. Those of another input, service or rule count for nothing.
    pub(super) fn open(
        settings: &Settings,
        paths: &PlanPaths,
        header: &mut PlanHeader,
        table: &Table,
    ) -> Self {
        let plan = Plan::open_incomplete(&partial_name(&paths.plan)).ok();
        let Some(plan) = plan.filter(|plan| is_same(plan.header(), header)) else { return Self::default() };
        note("note: what an interrupted planning of this input has read is not read again");
        header.time.clone_from(&plan.header().time);
        let options = settings.input.options.clone().format(table.format());
        let results = Source::file(partial_name(&paths.results)).and_then(|file| Table::open(file, options));
        Self { plan: Some(plan), results: results.ok() }
    }

    pub(super) fn readings(&mut self) -> EarlierReadings<'_> {
        EarlierReadings {
            changes: self.plan.as_ref().map(|plan| plan.users().peekable()),
            rows: self.results.as_mut().and_then(|table| table.plan_entries().ok()),
        }
    }
}

fn is_same(one: &PlanHeader, other: &PlanHeader) -> bool {
    let known = |header: &PlanHeader| (header.input.clone(), header.rules.clone(), header.sandbox);
    one.is_for(&other.base_url) && known(one) == known(other)
}

/// What it read, in the order of the rows.
pub(super) struct EarlierReadings<'t> {
    changes: Option<Peekable<PlannedUsers>>,
    rows: Option<PlanEntries<'t>>,
}

impl EarlierReadings<'_> {
    /// What it read of the row that begins on a line; asked of every row in turn.
    pub(super) fn next(&mut self, line: u64) -> Option<EarlierReading> {
        // The results have a row for each of the input, as far as they go.
        let result = self.rows.as_mut().and_then(|rows| rows.next()?.ok()?.result);
        let changes = self.changes.as_mut()?;
        match changes.next_if(|planned| planned.as_ref().is_ok_and(|planned| planned.line == line)) {
            Some(Ok(planned)) => Some(EarlierReading::Change(Box::new(planned))),
            _ => (result.as_deref() == Some(PlanState::Equal.name())).then_some(EarlierReading::Equal),
        }
    }
}
