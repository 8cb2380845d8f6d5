//! The state of a file: its plan, its journals, and who has them.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::path::Path;

use avepoint_elements_bulk::plan::{Plan, PlanCounts};
use avepoint_elements_bulk::{
    Format, Shard, Snapshot, State, applied_name, journal_name, partial_name, plan_name, planned_name,
    results_name, shards_beside, synced_name, verified_name,
};

use super::check_results::CheckResult;
use crate::printer::{self, counted, with_causes};
use crate::settings::DoctorFile;

/// What is there of a file, for the service at a base URL, if that is known.
pub(super) fn check(file: &DoctorFile, base_url: Option<&str>) -> Vec<CheckResult> {
    let path = &file.path;
    let name = printer::path(path);
    if !path.is_file() && partial_name(path).is_file() {
        return partials(file, path).collect();
    }
    if !path.is_file() {
        return vec![CheckResult::failure("file", format!("{name} is no file that is there"))];
    }
    let (is_plan, beside) = (Plan::is_at(path), plan_name(path));
    let mut results = Vec::new();
    let plan = if is_plan { path } else { &beside };
    if !is_plan {
        let advice = format!("`elements office check {name}` reads it");
        results.push(CheckResult::ok("file", format!("{name}, a file of rows; {advice}")));
        results.extend(journals(path, file.journal.as_deref(), base_url));
    }
    if plan.exists() {
        results.push(self::plan(plan));
        results.extend(journals(plan, file.journal.as_deref().filter(|_| is_plan), base_url));
    }
    results.extend(partials(file, plan));
    results
}

/// The journals of a file: the one that is named, or those beside it, of one machine and of shards.
fn journals(file: &Path, named: Option<&Path>, base_url: Option<&str>) -> Vec<CheckResult> {
    if let Some(path) = named {
        return vec![journal(path, base_url)];
    }
    let of_shards: Vec<_> = shards(file).into_iter().map(|shard| journal_name(file, Some(shard))).collect();
    let whole = journal_name(file, None);
    let whole = (of_shards.is_empty() || whole.exists()).then_some(whole);
    whole.iter().chain(&of_shards).map(|path| journal(path, base_url)).collect()
}

/// The shards whose journals are beside a file; none where its folder cannot be read.
fn shards(file: &Path) -> Vec<Shard> {
    shards_beside(file).unwrap_or_default()
}

fn plan(path: &Path) -> CheckResult {
    let name = printer::path(path);
    match Plan::open(path) {
        Ok(plan) => {
            let changes = plan.counts().map_or(0, PlanCounts::changes);
            CheckResult::ok(
                "plan",
                format!("{name}: {}, sha256 {}", counted(changes, "change"), plan.sha256()),
            )
        }
        Err(_) if Plan::open_incomplete(path).is_ok_and(|plan| plan.is_interrupted_sync()) => {
            CheckResult::warning(
                "plan",
                format!("{name}: the sync that writes it was interrupted, or is under way"),
            )
            .with_advice(
                "run the same sync again, to go on; or take back what it did with `elements office undo`",
            )
        }
        Err(error) => CheckResult::failure("plan", with_causes(&error))
            .with_advice("plan again, under another name; a plan that was changed or cut is never applied"),
    }
}

fn journal(path: &Path, base_url: Option<&str>) -> CheckResult {
    const CHECK: &str = "journal";
    let name = printer::path(path);
    let journal = match Snapshot::find(path) {
        Err(error) => {
            return CheckResult::failure(CHECK, with_causes(&error))
                .with_advice("restore it, or name another one with --journal");
        }
        Ok(None) => return CheckResult::ok(CHECK, format!("{name} is not there: nothing was applied yet")),
        Ok(Some(journal)) => journal,
    };
    let counts = State::ALL.map(|state| (state.name(), journal.count(state)));
    let counts =
        counts.iter().filter(|(_, count)| *count > 0).map(|(state, count)| format!("{count} {state}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let text = format!("{name}: {}", if counts.is_empty() { "nothing is recorded" } else { &counts });
    if journal.is_in_use() {
        return CheckResult::warning(CHECK, format!("{text}; a run is at work"))
            .with_advice("wait for its end; a second run is refused until then");
    }
    if let (Some(there), Some(here)) = (journal.base_url(), base_url)
        && there != here
    {
        return CheckResult::warning(CHECK, format!("{text}; of another service, {there}"))
            .with_advice("use the profile of that service, or name another journal with --journal");
    }
    if let Some(torn) = journal.torn_tail() {
        return CheckResult::warning(CHECK, format!("{text}; {torn}"))
            .with_advice("run the same command again to go on");
    }
    match journal.count(State::Unknown) {
        0 => CheckResult::ok(CHECK, text),
        _ => CheckResult::warning(CHECK, text)
            .with_advice("run the same command again: what may have been applied is sent again"),
    }
}

/// What runs that are at work, or that ended early, have left.
fn partials(file: &DoctorFile, plan: &Path) -> impl Iterator<Item = CheckResult> + use<> {
    let path = &file.path;
    let machines = |of: &Path| [None].into_iter().chain(shards(of).into_iter().map(Some));
    let of_rows = machines(path).map(|shard| results_name(path, shard));
    let of_plan = machines(plan).flat_map(|shard| [applied_name(plan, shard), verified_name(plan, shard)]);
    let planned = [Format::Csv, Format::Ndjson]
        .into_iter()
        .flat_map(|format| [planned_name(plan, format), synced_name(plan, format)]);
    let names = of_rows.chain([plan.to_owned()]).chain(planned).chain(of_plan).chain(file.results.clone());
    let paths: BTreeSet<_> = names.map(|name| partial_name(&name)).filter(|path| path.is_file()).collect();
    paths.into_iter().map(|path| {
        let name = printer::path(&path);
        if is_locked(&path) {
            return CheckResult::warning("partial", format!("{name}: a run writes it"))
                .with_advice("wait for its end");
        }
        CheckResult::warning("partial", format!("{name} was left by a run that ended early"))
            .with_advice("run the same command again: it goes on, or begins the file anew")
    })
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}
