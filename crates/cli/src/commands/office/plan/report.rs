//! What is said after planning.

use std::time::Duration;

use avepoint_elements_bulk::plan::{PlanCounts, PlanState, TenantCounts};
use avepoint_elements_bulk::{Stopped, partial_name};
use serde_json::{Map, Value, json};

use super::super::apply::report::outage;
use super::paths::PlanPaths;
use super::run::{FinishedPlanning, PlanningStop};
use crate::failure::{EarlyEnd, Failure, code};
use crate::printer::{self, Report, are, camel_case, columns, counted, scene, thousands, with_causes};
use crate::rows::unreadable;
use crate::settings::Plan;

pub(super) struct PlanReport {
    planned: FinishedPlanning,
    paths: PlanPaths,
    environment: String,
    is_rehearsal: bool,
    max_outage: Duration,
    /// How many values are suspicious, and planned all the same.
    warnings: u64,
}

impl PlanReport {
    pub(super) fn of(
        planned: FinishedPlanning,
        paths: PlanPaths,
        environment: String,
        settings: &Plan,
        warnings: u64,
    ) -> Result<Self, Failure> {
        // Without a report: nothing of it would hold.
        if let Some(PlanningStop::Input(error)) = &planned.stopped {
            return Err(unreadable(error));
        }
        let (is_rehearsal, max_outage) = (settings.connection.is_sandbox(), settings.max_outage);
        Ok(Self { planned, paths, environment, is_rehearsal, max_outage, warnings })
    }

    /// Whether all is well, and if not, with which exit code it ends.
    pub(super) fn verdict(&self, changes_have_code: bool) -> Result<(), Failure> {
        if let Some(end) = self.stopped() {
            return Err(end.into());
        }
        let unplanned = PlanState::ALL.into_iter().filter(|state| !state.is_planned());
        let unplanned: u64 = unplanned.map(|state| self.counts().rows.of(state)).sum();
        if unplanned > 0 {
            let rows = counted(unplanned, "row");
            let message = format!(
                "{rows} {} not planned; the results say why, and can be corrected and planned",
                are(unplanned)
            );
            return Err(Failure::Reported { code: code::FAILED, message });
        }
        match self.counts().changes() {
            changes if changes > 0 && changes_have_code => {
                let message = format!("{} would change", counted(changes, "user"));
                Err(Failure::Noted { code: code::CHANGES, message })
            }
            _ => Ok(()),
        }
    }

    /// Why planning stopped early.
    fn stopped(&self) -> Option<EarlyEnd> {
        const AGAIN: &str = "no plan was made; run the same command again";
        Some(match self.planned.stopped.as_ref()? {
            PlanningStop::Run(Stopped::Authentication(error)) => EarlyEnd::refused(error),
            PlanningStop::Run(Stopped::Outage) => {
                let outage = outage(&self.planned.summary, self.max_outage);
                let cause = self.planned.cause.as_ref().map(|cause| format!("; the last row: {cause}"));
                EarlyEnd::stopped("outage", format!("{outage}{}; {AGAIN}", cause.unwrap_or_default()))
            }
            PlanningStop::Run(_) => {
                EarlyEnd::stopped("interrupted", format!("planning was told to stop; {AGAIN}"))
            }
            PlanningStop::File(error) => {
                let made = format!("the plan was made, and is {}", printer::path(&self.paths.plan));
                let state = if self.paths.plan_has_its_name() { &made } else { AGAIN };
                EarlyEnd::stopped("results", format!("{}; {state}", with_causes(error)))
            }
            PlanningStop::Input(error) => {
                EarlyEnd { code: code::USAGE, kind: "input", message: with_causes(error) }
            }
        })
    }

    fn counts(&self) -> &PlanCounts {
        &self.planned.counts
    }

    /// What is remarkable about the changes.
    fn remarks(&self) -> Vec<(&'static str, String)> {
        let counts = self.counts();
        let mut remarks = Vec::new();
        if self.warnings > 0 {
            let values = counted(self.warnings, "value");
            remarks.push((
                "warnings",
                format!("{values}, named above and in the results; the plan has them all the same"),
            ));
        }
        if counts.clears() > 0 {
            remarks
                .push(("clears", format!("{} would have a field emptied", counted(counts.clears(), "user"))));
        }
        if counts.clears_unseen() > 0 {
            let users = counted(counts.clears_unseen(), "user");
            let unseen = format!(
                "{users} would have webPage, poBox or personalTitle emptied, which cannot be brought back"
            );
            remarks.push(("clears unseen", unseen));
        }
        if counts.kept_empty() > 0 {
            let users = counted(counts.kept_empty(), "user");
            remarks.push(("kept empty", format!("{users} would keep a required field that is empty")));
        }
        remarks.extend(counts.unusual().map(|tenant| ("unusual", unusual_tenant(tenant))));
        remarks
    }
}

impl Report for PlanReport {
    fn text(&self) -> String {
        let rows = self.counts().rows;
        let states = PlanState::ALL.into_iter().map(|state| (state.name(), rows.of(state)));
        let states = [("rows", rows.total())].into_iter().chain(states.filter(|(_, count)| *count > 0));
        let states = states.map(|(name, count)| (name, thousands(count)));
        let (plan, results) = match &self.planned.plan {
            Some(plan) => (
                vec![("plan", printer::path(plan.path())), ("sha256", plan.sha256().to_string())],
                printer::path(&self.paths.results),
            ),
            None if self.paths.plan_has_its_name() => {
                (vec![("plan", printer::path(&self.paths.plan))], printer::path(&self.paths.results))
            }
            None => (Vec::new(), printer::not_whole(&partial_name(&self.paths.results))),
        };
        let lines = states.chain(self.remarks()).chain(plan).chain([("results", results)]);
        let scene = scene(&self.environment, self.is_rehearsal);
        format!("{scene}; nothing was changed:\n{}", columns(lines))
    }

    fn json(&self) -> Value {
        let rows = self.counts().rows;
        let counts = PlanState::ALL.map(|state| (camel_case(state.name()), rows.of(state).into()));
        let (stopped, message) = self.stopped().map(EarlyEnd::members).unzip();
        let plan = self.planned.plan.as_ref();
        json!({
            "environment": self.environment,
            "rehearsal": self.is_rehearsal,
            "rows": rows.total(),
            "counts": counts.into_iter().collect::<Map<_, _>>(),
            "warnings": self.warnings,
            "clears": self.counts().clears(),
            "clearsUnseen": self.counts().clears_unseen(),
            "keptEmpty": self.counts().kept_empty(),
            "unusual": self.counts().unusual().map(unusual_tenant).collect::<Vec<_>>(),
            "stopped": stopped,
            "message": message,
            "plan": plan.map(|plan| plan.path().to_string_lossy()),
            "sha256": plan.map(|plan| plan.sha256().to_string()),
            "results": plan.map(|_| self.paths.results.to_string_lossy()),
        })
    }
}

/// As in `71 of the 75 users that the file names of Fabrikam, Fabrikam Retail change`: the tenant may have more.
pub(crate) fn unusual_tenant(tenant: &TenantCounts) -> String {
    let TenantCounts { customer, tenant: id, names, resolved, changes, .. } = tenant;
    let (customer, tenant) =
        (names.customer.as_ref().unwrap_or(customer), names.tenant.as_ref().unwrap_or(id));
    format!("{changes} of the {resolved} users that the file names of {customer}, {tenant} change")
}
