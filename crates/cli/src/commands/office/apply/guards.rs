//! What keeps a plan from being applied.

use avepoint_elements_bulk::plan::{Plan, PlanCounts};

use crate::failure::Failure;
use crate::printer::{self, are, counted};
use crate::settings::{Apply, Guards};

/// Refuses flags that mean nothing for rows.
pub(super) fn refuse_flags_of_plans(settings: &Apply) -> Result<(), Failure> {
    if settings.input.file().is_some_and(|file| !file.exists()) {
        // That is said where it is opened.
        return Ok(());
    }
    refuse(&settings.guards.flags, "about plans, and the file is none: `elements office plan` makes one")
}

/// Refuses flags that mean nothing for a plan.
pub(super) fn refuse_flags_of_rows(settings: &Apply) -> Result<(), Failure> {
    refuse(&settings.row_flags, "about rows, and the file is a plan, which holds what they come to")
}

fn refuse(flags: &[&str], why: &str) -> Result<(), Failure> {
    if flags.is_empty() {
        return Ok(());
    }
    let are = are(flags.len() as u64);
    Err(Failure::usage(format!("{} {are} {why}; nothing was sent", flags.join(", "))))
}

/// Refuses a plan that is not the one that was approved, or changes more than it may.
pub(super) fn check(plan: &Plan, guards: &Guards) -> Result<(), Failure> {
    let (name, sum) = (printer::path(plan.path()), plan.sha256());
    if guards.expect.is_some_and(|expected| expected != sum) {
        return Err(Failure::usage(format!(
            "{name} is not the plan of --expect: its SHA-256 is {sum}; nothing was sent"
        )));
    }
    let Some(counts) = plan.counts() else { return Ok(()) };
    if let Some(most) = guards.max_changes {
        counts
            .check_changes(most)
            .map_err(|exceeded| Failure::usage(format!("{exceeded} (--max-changes); nothing was sent")))?;
    }
    check_clears(plan, counts, guards)
}

/// Refuses to empty fields without consent. A plan that takes another one back restores what was empty.
fn check_clears(plan: &Plan, counts: &PlanCounts, guards: &Guards) -> Result<(), Failure> {
    let emptied = emptied(counts);
    if guards.allow_clear || plan.header().inverse_of.is_some() || emptied.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{}; see `elements office show {}`, then say --allow-clear; nothing was sent",
        emptied.join("; "),
        printer::path(plan.path())
    )))
}

/// What is emptied: fields that an inverse plan fills again, and fields that none does.
fn emptied(counts: &PlanCounts) -> Vec<String> {
    let fields = (counts.clears() > 0)
        .then(|| format!("fields of {} would be emptied", counted(counts.clears(), "user")));
    let unseen = (counts.clears_unseen() > 0).then(|| {
        format!(
            "webPage, poBox or personalTitle of {} would be emptied, which no reading shows and `office undo` does not \
             bring back",
            counted(counts.clears_unseen(), "user")
        )
    });
    fields.into_iter().chain(unseen).collect()
}
