//! `office status`: what the journal says of the rows of a file, or of the users of a plan.

mod plan;

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::plan::Plan;
use avepoint_elements_bulk::{History, Items, Shard, Snapshot, State, Table, check};
use serde_json::{Map, Value, json};

use super::partial_sync;
use crate::failure::Failure;
use crate::printer::{self, Printer, Report, camel_case, columns, note, note_any, with_causes};
use crate::rows::unreadable;
use crate::settings::Input;

pub(crate) fn run(
    input: &Input,
    named_journal: Option<&Path>,
    shard: Option<Shard>,
    printer: Printer,
) -> Result<(), Failure> {
    if let Some(file) = input.file()
        && let Some(plan) = plan_at(file)?
    {
        return plan::run(plan, named_journal, shard, printer);
    }
    let path = input.journal(named_journal, shard)?;
    let journal = Snapshot::find(&path)?.ok_or_else(|| {
        Failure::usage(format!(
            "there is no journal {}: nothing was applied yet, or --journal or --shard were given then and are needed \
             here too",
            printer::path(&path)
        ))
    })?;
    note_any(journal.torn_tail());
    let rows = table(input)?.map(|table| RowCounts::of(table, &journal, shard)).transpose()?;
    let file = input.file().unwrap_or(Path::new("standard input")).to_owned();
    Ok(printer.print(&StatusReport { file, journal, path, rows })?)
}

/// The plan at a path, or what an interrupted sync left of it; none where there is none.
fn plan_at(path: &Path) -> Result<Option<Plan>, Failure> {
    match partial_sync::find(path)? {
        None if Plan::is_at(path) => Ok(Some(Plan::open(path)?)),
        found => Ok(found),
    }
}

/// The file, if it can be read; what the journal says is known without it.
fn table(input: &Input) -> Result<Option<Table>, Failure> {
    match input.table() {
        Ok(table) => Ok(Some(table)),
        Err(error) if error.is_io() => {
            let text = "so there are no rows to compare with the journal; this is the journal alone";
            note(&format!("warning: {}\n{text}", with_causes(&error)));
            Ok(None)
        }
        Err(error) => Err(unreadable(&error)),
    }
}

/// What the journal says of the rows of a file, each counted once.
#[derive(Default)]
struct RowCounts {
    done: u64,
    /// The newest value that was done is not the file's.
    done_with_another: u64,
    refused: u64,
    failed: u64,
    unknown: u64,
    not_tried: u64,
    invalid: u64,
    /// Users of whom the journal knows.
    known: u64,
}

impl RowCounts {
    fn of(mut table: Table, journal: &Snapshot, shard: Option<Shard>) -> Result<Self, Failure> {
        let checked = check(&mut table, shard, |_| {}).map_err(|error| unreadable(&error))?;
        let mut rows = Self::default();
        let mut items = Items::new(table, checked).map_err(|error| unreadable(&error))?.shard(shard);
        for item in items.by_ref() {
            let base_url = journal.base_url().unwrap_or_default();
            rows.add(History::of_item(&item, Some(journal), base_url)?.as_ref());
        }
        items.error().map_or(Ok(rows), |error| Err(unreadable(error)))
    }

    /// Counts a row; nothing is asked about one that is invalid.
    fn add(&mut self, history: Option<&History>) {
        let is_known = matches!(history, Some(History::Done(_) | History::DoneWithOther | History::Tried(_)));
        self.known += u64::from(is_known);
        *match history {
            None => &mut self.invalid,
            Some(History::Done(_) | History::Proven(_)) => &mut self.done,
            Some(History::DoneWithOther) => &mut self.done_with_another,
            Some(History::Tried(State::Refused)) => &mut self.refused,
            Some(History::Tried(State::Failed)) => &mut self.failed,
            Some(History::Tried(_)) => &mut self.unknown,
            Some(_) => &mut self.not_tried,
        } += 1;
    }

    fn counts(&self) -> [(&'static str, u64); 7] {
        [
            ("done", self.done),
            ("done with another value", self.done_with_another),
            ("refused", self.refused),
            ("failed", self.failed),
            ("unknown", self.unknown),
            ("not tried", self.not_tried),
            ("invalid", self.invalid),
        ]
    }
}

struct StatusReport {
    file: PathBuf,
    journal: Snapshot,
    path: PathBuf,
    /// None where the file cannot be read.
    rows: Option<RowCounts>,
}

impl StatusReport {
    /// How many users came to what, by their newest records.
    fn users(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = State::ALL.map(|state| (state.name(), self.journal.count(state)));
        counts.into_iter().filter(|(_, count)| *count > 0)
    }

    /// Users of whom the journal knows and the file does not.
    fn others(&self, rows: &RowCounts) -> u64 {
        self.users().map(|(_, count)| count).sum::<u64>().saturating_sub(rows.known)
    }

    fn counts(&self) -> Vec<(&'static str, u64)> {
        let Some(rows) = &self.rows else { return self.users().collect() };
        let counts = rows.counts();
        let all = counts.iter().map(|(_, count)| count).sum();
        let others = [("users without a row", self.others(rows))];
        let counts = counts.into_iter().chain(others).filter(|(_, count)| *count > 0);
        [("rows", all)].into_iter().chain(counts).collect()
    }

    fn service(&self) -> String {
        let empty = "none: the journal is empty, nothing was recorded".to_owned();
        self.journal.base_url().map_or(empty, str::to_owned)
    }
}

impl Report for StatusReport {
    fn text(&self) -> String {
        let file = self.rows.as_ref().map(|_| ("file", printer::path(&self.file)));
        let of = [("journal", printer::path(&self.path)), ("service", self.service())];
        let counts = self.counts().into_iter().map(|(name, count)| (name, count.to_string()));
        columns(file.into_iter().chain(of).chain(counts))
    }

    fn json(&self) -> Value {
        let object = |counts: Vec<(&str, u64)>| -> Map<_, _> {
            counts.into_iter().map(|(name, count)| (camel_case(name), count.into())).collect()
        };
        let rows = self.rows.as_ref().map(|rows| object(rows.counts().to_vec()));
        json!({
            "file": self.file.to_string_lossy(),
            "journal": self.path.to_string_lossy(),
            "service": self.journal.base_url(),
            "note": self.journal.torn_tail().map(ToString::to_string),
            "rows": rows,
            "users": object(self.users().collect()),
        })
    }
}
