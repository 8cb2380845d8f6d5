//! `office undo`: the plan that takes a plan back.

use std::time::SystemTime;

use avepoint_elements_bulk::plan::{Plan, PlanCounts, invert};
use avepoint_elements_bulk::{State, journals_beside};
use serde_json::{Value, json};

use super::partial_sync;
use super::plan_journals::PlanJournals;
use crate::failure::Failure;
use crate::printer::{self, Printer, Report, are, columns, counted, note, thousands, with_causes};
use crate::settings::Undo;

pub(crate) fn run(settings: &Undo, printer: Printer) -> Result<(), Failure> {
    let plan = partial_sync::open(&settings.plan)?;
    let journals = if settings.all { None } else { Some(journals(&plan)?) };
    let (mut local, mut left_out, mut unrecorded) = (0_u64, 0_u64, 0_u64);
    let inverse = invert(&plan, &settings.out, SystemTime::now(), |planned| {
        let newest = journals.as_ref().map_or(Ok(Some(State::Done)), |journals| journals.newest(planned))?;
        let is_taken = matches!(newest, Some(State::Done | State::Unknown));
        unrecorded += u64::from(newest.is_none());
        let has_more = !planned.change.is_empty();
        local += u64::from(is_taken && planned.local.is_some() && has_more);
        left_out += u64::from(is_taken && !has_more);
        Ok(is_taken)
    })
    .map_err(|error| Failure::at_start(&error, "--out"))?;
    if unrecorded > 0 {
        note(&format!(
            "note: {} of the plan {} in no journal beside it and {} as not changed; --all takes back every change, as where \
             --journal named another one",
            counted(unrecorded, "user"),
            are(unrecorded),
            if unrecorded == 1 { "counts" } else { "count" },
        ));
    }
    if local > 0 {
        note(&format!(
            "note: webPage, poBox and personalTitle of {local} hybrid or local users cannot be taken back, since no reading \
             shows what they were: the plan carries them as {} wrote them",
            printer::path(plan.path())
        ));
    }
    if left_out > 0 {
        note(&format!(
            "note: {left_out} users are left out: of them, {} changes only webPage, poBox and personalTitle, and these \
             cannot be taken back",
            printer::path(plan.path())
        ));
    }
    Ok(printer.print(&UndoReport { plan: &plan, inverse: &inverse })?)
}

/// The journals that tell what of a plan was applied: that of one machine, those of shards, and those that were set aside.
fn journals(plan: &Plan) -> Result<PlanJournals, Failure> {
    let journals = PlanJournals::read(plan, journals_beside(&partial_sync::name(plan))?, |_, _| ())?;
    for (path, journal) in journals.iter() {
        if journal.is_in_use() {
            return Err(Failure::usage(format!(
                "{} is in use: the plan is being applied, and the inverse would lack what is still to come; wait for the \
                 end of that run",
                printer::path(path)
            )));
        }
        if let Some(torn) = journal.torn_tail() {
            note(&format!(
                "note: {torn} by the next run. The inverse may lack its user, whose update may have been applied; --all \
                 takes back every change"
            ));
        }
        plan.check_journal(journal).map_err(|error| {
            let error = with_causes(&error);
            Failure::usage(format!("{error}; --all takes back the changes that are still in it"))
        })?;
    }
    if journals.is_empty() {
        return Err(Failure::usage(format!(
            "{} has no journal beside it that tells of it, so nothing says what was applied (a rehearsal keeps no \
             journal); --all takes back every change of it",
            printer::path(plan.path())
        )));
    }
    if let Some((path, shard)) = journals.missing() {
        return Err(Failure::usage(format!(
            "{} is not there, or tells nothing of the plan, although journals of other shards do: nothing says what \
             was applied of shard {shard}; put it there, or --all takes back every change of the plan",
            printer::path(&path)
        )));
    }
    Ok(journals)
}

struct UndoReport<'p> {
    plan: &'p Plan,
    inverse: &'p Plan,
}

impl UndoReport<'_> {
    fn users(plan: &Plan) -> u64 {
        plan.counts().map_or_else(|| plan.users().count() as u64, PlanCounts::changes)
    }

    fn clears(&self) -> u64 {
        self.inverse.counts().map_or(0, PlanCounts::clears)
    }
}

impl Report for UndoReport<'_> {
    fn text(&self) -> String {
        let taken = format!(
            "{} of {} users who change",
            thousands(Self::users(self.inverse)),
            thousands(Self::users(self.plan))
        );
        let clears = (self.clears() > 0).then(|| {
            let users = thousands(self.clears());
            ("clears", format!("{users} users get back a field that was empty; that needs no --allow-clear"))
        });
        let plan =
            [("plan", printer::path(self.inverse.path())), ("sha256", self.inverse.sha256().to_string())];
        columns([("takes back", taken)].into_iter().chain(clears).chain(plan))
    }

    fn json(&self) -> Value {
        json!({
            "users": Self::users(self.inverse),
            "of": Self::users(self.plan),
            "clears": self.clears(),
            "plan": self.inverse.path().to_string_lossy(),
            "sha256": self.inverse.sha256().to_string(),
        })
    }
}
