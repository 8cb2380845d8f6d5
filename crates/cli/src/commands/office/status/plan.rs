//! What the journal of a plan says of its users.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::plan::Plan;
use avepoint_elements_bulk::{Shard, State, journal_name, shards_beside};
use serde_json::{Map, Value, json};

use super::super::partial_sync;
use super::super::plan_journals::PlanJournals;
use crate::failure::Failure;
use crate::printer::{self, Printer, Report, columns, note, note_any, thousands};

pub(super) fn run(
    plan: Plan,
    named_journal: Option<&Path>,
    shard: Option<Shard>,
    printer: Printer,
) -> Result<(), Failure> {
    let journals = PlanJournals::read(&plan, paths(&plan, named_journal, shard)?, |path, journal| {
        if journal.base_url().is_some() {
            note(&format!("note: the journal {} tells of another plan", printer::path(path)));
        }
    })?;
    journals.iter().for_each(|(_, journal)| note_any(journal.torn_tail()));
    if let Some((path, shard)) = journals.missing().filter(|_| shard.is_none() && named_journal.is_none()) {
        note(&format!(
            "note: {} is not there, or tells nothing of the plan, so the users of shard {shard} count as left",
            printer::path(&path)
        ));
    }
    let mut users = Users::default();
    for planned in plan.users() {
        let planned = planned?;
        if shard.is_none_or(|shard| shard.has_row_of(Some(&planned.user))) {
            users.add(journals.newest(&planned)?);
        }
    }
    let journals: Vec<_> = journals.iter().map(|(path, _)| path.to_owned()).collect();
    let of_one_machine = journal_name(&partial_sync::name(&plan), None);
    let is_sharded = named_journal.is_none() && journals.iter().any(|path| *path != of_one_machine);
    Ok(printer.print(&PlanStatus { plan, journals, is_sharded, users })?)
}

/// The journals to ask: the one that is named, that of the shard, or those of one machine and of all shards.
fn paths(plan: &Plan, named: Option<&Path>, shard: Option<Shard>) -> Result<Vec<PathBuf>, Failure> {
    let name = partial_sync::name(plan);
    Ok(match (named, shard) {
        (Some(named), _) => vec![named.to_owned()],
        (None, Some(_)) => vec![journal_name(&name, shard)],
        (None, None) => {
            let shards = shards_beside(&name)?.into_iter().map(Some);
            [None].into_iter().chain(shards).map(|shard| journal_name(&name, shard)).collect()
        }
    })
}

/// What the newest record of each user of the plan says.
#[derive(Default)]
struct Users {
    done: u64,
    unknown: u64,
    refused: u64,
    failed: u64,
    /// Of whom there is no record: none was to be updated, or their turn did not come.
    left: u64,
}

impl Users {
    fn add(&mut self, newest: Option<State>) {
        *match newest {
            None => &mut self.left,
            Some(State::Done) => &mut self.done,
            Some(State::Refused) => &mut self.refused,
            Some(State::Failed) => &mut self.failed,
            Some(_) => &mut self.unknown,
        } += 1;
    }

    fn counts(&self) -> [(&'static str, u64); 5] {
        [
            ("done", self.done),
            ("unknown", self.unknown),
            ("refused", self.refused),
            ("failed", self.failed),
            ("left", self.left),
        ]
    }

    fn all(&self) -> u64 {
        self.counts().iter().map(|(_, count)| count).sum()
    }
}

struct PlanStatus {
    plan: Plan,
    /// Those that tell of this plan.
    journals: Vec<PathBuf>,
    is_sharded: bool,
    users: Users,
}

impl PlanStatus {
    /// What can be done next.
    fn next(&self) -> String {
        let command = |name: &str| format!("`elements office {name} {}`", printer::path(self.plan.path()));
        let is_done = self.users.done == self.users.all();
        let shard = if self.is_sharded { " with the same --shard" } else { "" };
        match (&*self.journals, is_done) {
            _ if self.plan.counts().is_none() => "the same `elements office sync` goes on with it".to_owned(),
            ([], _) => format!("{} changes the users", command("apply")),
            (_, true) => format!("{} asks the service whether it shows that", command("verify")),
            (_, false) => format!("{}{shard} goes on, and does nothing twice", command("apply")),
        }
    }
}

impl Report for PlanStatus {
    fn text(&self) -> String {
        let journals: Vec<_> = self.journals.iter().map(|path| printer::path(path)).collect();
        let journal = match &*journals {
            [] => {
                "none: nothing was applied yet, or --journal was given then and is needed here too".to_owned()
            }
            all => all.join(", "),
        };
        let counts = self.users.counts().into_iter().filter(|(_, count)| *count > 0);
        let counts = [("users", self.users.all())].into_iter().chain(counts);
        columns(
            [
                ("plan", printer::path(self.plan.path())),
                ("journal", journal),
                ("service", self.plan.header().base_url.clone()),
            ]
            .into_iter()
            .chain(counts.map(|(name, count)| (name, thousands(count))))
            .chain([("next", self.next())]),
        )
    }

    fn json(&self) -> Value {
        let counts = self.users.counts().map(|(name, count)| (name.to_owned(), count.into()));
        json!({
            "plan": self.plan.path().to_string_lossy(),
            "sha256": self.plan.sha256().to_string(),
            "journals": self.journals.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
            "service": self.plan.header().base_url,
            "users": counts.into_iter().collect::<Map<_, _>>(),
            "next": self.next(),
        })
    }
}
