//! What the journal of a plan says of its users.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::plan::Plan;
use avepoint_elements_bulk::{Shard, Snapshot, State, UserHash, journal_name};
use serde_json::{Map, Value, json};

use super::super::interrupted;
use crate::failure::Failure;
use crate::printer::{self, Printer, Report, columns, note, note_any, thousands};

pub(super) fn run(
    plan: Plan,
    named_journal: Option<&Path>,
    shard: Option<Shard>,
    printer: Printer,
) -> Result<(), Failure> {
    let path = named_journal.map_or_else(|| journal_name(&interrupted::name(&plan), shard), Path::to_owned);
    let journal = Snapshot::find(&path)?.filter(|journal| is_of(journal, &plan, &path));
    note_any(journal.as_ref().and_then(Snapshot::torn_tail));
    let mut users = Users::default();
    for planned in plan.users() {
        let planned = planned?;
        if shard.is_none_or(|shard| shard.has_row_of(Some(&planned.user))) {
            let user = UserHash::of(&planned.user);
            let newest = journal.as_ref().map(|journal| journal.newest(&user)).transpose()?.flatten();
            users.add(newest.map(|record| record.outcome.state));
        }
    }
    let journal = journal.map(|_| path);
    Ok(printer.print(&PlanStatus { plan, journal, users })?)
}

/// Whether a journal tells of a plan; says so if it does not.
fn is_of(journal: &Snapshot, plan: &Plan, path: &Path) -> bool {
    let is_of = journal.plan() == Some(plan.journal_id());
    if !is_of && journal.base_url().is_some() {
        note(&format!("note: the journal {} tells of another plan", printer::path(path)));
    }
    is_of
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
    /// None where there is none of this plan.
    journal: Option<PathBuf>,
    users: Users,
}

impl PlanStatus {
    /// What can be done next.
    fn next(&self) -> String {
        let command = |name: &str| format!("`elements office {name} {}`", printer::path(self.plan.path()));
        let is_done = self.users.done == self.users.all();
        match (&self.journal, is_done) {
            _ if self.plan.counts().is_none() => "the same `elements office sync` goes on with it".to_owned(),
            (None, _) => format!("{} changes the users", command("apply")),
            (Some(_), true) => format!("{} asks the service whether it shows that", command("verify")),
            (Some(_), false) => format!("{} goes on, and does nothing twice", command("apply")),
        }
    }
}

impl Report for PlanStatus {
    fn text(&self) -> String {
        let journal =
            self.journal.as_deref().map_or("none: nothing was applied yet".to_owned(), printer::path);
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
            "journal": self.journal.as_ref().map(|path| path.to_string_lossy()),
            "service": self.plan.header().base_url,
            "users": counts.into_iter().collect::<Map<_, _>>(),
            "next": self.next(),
        })
    }
}
