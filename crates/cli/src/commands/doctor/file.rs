//! The state of a file: its plan, its journals, and who has them.

use std::fs::{File, TryLockError};
use std::path::Path;

use avepoint_elements_bulk::plan::{Plan, PlanCounts};
use avepoint_elements_bulk::{
    Format, Snapshot, State, applied_name, journal_name, partial_name, plan_name, planned_name, results_name,
    synced_name, verified_name,
};

use super::findings::Finding;
use crate::printer::{self, counted, with_causes};

/// What is there of a file, for the service at a base URL, if that is known.
pub(super) fn check(file: &Path, base_url: Option<&str>) -> Vec<Finding> {
    let name = printer::path(file);
    if !file.is_file() && partial_name(file).is_file() {
        return partials(file, file).collect();
    }
    if !file.is_file() {
        return vec![Finding::failure("file", format!("{name} is no file that is there"))];
    }
    let (is_plan, beside) = (Plan::is_at(file), plan_name(file));
    let mut findings = Vec::new();
    let plan = if is_plan {
        file
    } else {
        let advice = format!("`elements office check {name}` reads it");
        findings.push(Finding::ok("file", format!("{name}, a file of rows; {advice}")));
        findings.push(journal(file, base_url));
        &beside
    };
    if plan.exists() {
        findings.extend([self::plan(plan), journal(plan, base_url)]);
    }
    findings.extend(partials(file, plan));
    findings
}

fn plan(path: &Path) -> Finding {
    let name = printer::path(path);
    match Plan::open(path) {
        Ok(plan) => {
            let changes = plan.counts().map_or(0, PlanCounts::changes);
            Finding::ok("plan", format!("{name}: {}, sha256 {}", counted(changes, "change"), plan.sha256()))
        }
        Err(_) if Plan::open_incomplete(path).is_ok_and(|plan| plan.is_interrupted_sync()) => {
            Finding::warning(
                "plan",
                format!("{name}: the sync that writes it was interrupted, or is under way"),
            )
            .with_advice(
                "run the same sync again, to go on; or take back what it did with `elements office undo`",
            )
        }
        Err(error) => Finding::failure("plan", with_causes(&error))
            .with_advice("plan again, under another name; a plan that was changed or cut is never applied"),
    }
}

fn journal(file: &Path, base_url: Option<&str>) -> Finding {
    const CHECK: &str = "journal";
    let path = journal_name(file, None);
    let name = printer::path(&path);
    let journal = match Snapshot::find(&path) {
        Err(error) => {
            return Finding::failure(CHECK, with_causes(&error))
                .with_advice("restore it, or name another one with --journal");
        }
        Ok(None) => return Finding::ok(CHECK, format!("{name} is not there: nothing was applied yet")),
        Ok(Some(journal)) => journal,
    };
    let counts = State::ALL.map(|state| (state.name(), journal.count(state)));
    let counts =
        counts.iter().filter(|(_, count)| *count > 0).map(|(state, count)| format!("{count} {state}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let text = format!("{name}: {}", if counts.is_empty() { "nothing is recorded" } else { &counts });
    if journal.is_in_use() {
        return Finding::warning(CHECK, format!("{text}; a run is at work"))
            .with_advice("wait for its end; a second run is refused until then");
    }
    if let (Some(there), Some(here)) = (journal.base_url(), base_url)
        && there != here
    {
        return Finding::warning(CHECK, format!("{text}; of another service, {there}"))
            .with_advice("use the profile of that service, or name another journal with --journal");
    }
    if let Some(torn) = journal.torn_tail() {
        return Finding::warning(CHECK, format!("{text}; {torn}"))
            .with_advice("run the same command again to go on");
    }
    match journal.count(State::Unknown) {
        0 => Finding::ok(CHECK, text),
        _ => Finding::warning(CHECK, text)
            .with_advice("run the same command again: what may have been applied is sent again"),
    }
}

/// What runs that are at work, or that ended early, have left.
fn partials<'a>(file: &'a Path, plan: &'a Path) -> impl Iterator<Item = Finding> + use<'a> {
    let names = [
        results_name(file, None),
        plan.to_owned(),
        planned_name(plan, Format::Csv),
        planned_name(plan, Format::Ndjson),
        applied_name(plan, None),
        verified_name(plan, None),
        synced_name(plan, Format::Csv),
    ];
    names.into_iter().map(|name| partial_name(&name)).filter(|path| path.is_file()).map(|path| {
        let name = printer::path(&path);
        if is_locked(&path) {
            return Finding::warning("partial", format!("{name}: a run writes it"))
                .with_advice("wait for its end");
        }
        Finding::warning("partial", format!("{name} was left by a run that ended early"))
            .with_advice("run the same command again: it goes on, or begins the file anew")
    })
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}
