//! What is said before a run, and after it.

use std::path::PathBuf;

use avepoint_elements_bulk::{
    Checked, Item, OfficeHash, Original, Row, Snapshot, State, Stopped, Summary, Table, UserHash,
};
use serde_json::{Map, Value, json};

use crate::arguments::{Apply, Format};
use crate::connection::Connected;
use crate::exit::Failure;
use crate::input;
use crate::output::{self, Report, columns};

/// What is asked before users are changed.
pub(super) fn question(connected: &Connected, checked: &Checked) -> String {
    format!(
        "Replace the office information of {} users, {} and {}, in {}?",
        checked.valid,
        scope("customer", &checked.customers),
        scope("tenant", &checked.tenants),
        connected.environment,
    )
}

/// How many of a kind, with the names of a few.
fn scope(what: &str, names: &avepoint_elements_bulk::Names) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    let few: Vec<&str> = names.iter().take(3).map(|(name, _)| name).collect();
    let more = if names.len() > few.len() { ", …" } else { "" };
    format!("{} {what}{plural} ({}{more})", names.len(), few.join(", "))
}

/// `--dry-run`: everything but sending.
pub(super) async fn rehearse(
    arguments: &Apply,
    connected: &Connected,
    table: &mut Table,
    checked: &Checked,
    format: Format,
) -> Result<(), Failure> {
    connected.elements.authenticate().await?;
    let path = arguments.journal_path()?;
    let journal = if path.exists() && !arguments.files.fresh { Some(Snapshot::read(&path)?) } else { None };
    let mut rehearsal = Rehearsal { send: 0, unchanged: 0, invalid: 0, environment: &connected.environment };
    for item in arguments.items(connected, table, checked)? {
        rehearsal.count(item, journal.as_ref())?;
    }
    output::print(format, &rehearsal)
}

/// Whether the journal says that a row is done.
fn is_done(row: &Row, journal: Option<&Snapshot>) -> Result<bool, Failure> {
    let newest = journal.map(|journal| journal.newest(&UserHash::of(&row.user))).transpose()?.flatten();
    Ok(newest.is_some_and(|newest| newest.is_done_with(&OfficeHash::of(&row.office))))
}

/// What a run would do.
struct Rehearsal<'a> {
    send: u64,
    unchanged: u64,
    invalid: u64,
    environment: &'a str,
}

impl Rehearsal<'_> {
    fn count(&mut self, item: Item<Original>, journal: Option<&Snapshot>) -> Result<(), Failure> {
        let state = match item {
            Item::Settled(_, outcome) => outcome.state,
            Item::Send(_, row) if is_done(&row, journal)? => State::Unchanged,
            _ => State::NotAttempted,
        };
        match state {
            State::Unchanged => self.unchanged += 1,
            State::Invalid => self.invalid += 1,
            _ => self.send += 1,
        }
        Ok(())
    }
}

impl Report for Rehearsal<'_> {
    fn text(&self) -> String {
        let numbers = [("to be sent", self.send), ("unchanged", self.unchanged), ("invalid", self.invalid)];
        let numbers = numbers.map(|(name, number)| (name, number.to_string()));
        format!("nothing was sent to {}\n{}", self.environment, columns(numbers))
    }

    fn json(&self) -> Value {
        json!({
            "environment": self.environment,
            "toBeSent": self.send,
            "unchanged": self.unchanged,
            "invalid": self.invalid,
        })
    }
}

/// What a run came to.
pub(super) struct Done {
    pub(super) summary: Summary,
    pub(super) results: PathBuf,
    /// Why not all rows could be read, if so.
    pub(super) unread: Option<String>,
    pub(super) environment: String,
}

impl Done {
    /// Whether all is well, and if not, with which exit code it ends.
    pub(super) fn verdict(self) -> Result<(), Failure> {
        let again = "run the same command again to go on";
        let undone = self.undone();
        match (self.summary.stopped, self.unread) {
            (Some(Stopped::Authentication(error)), _) => Err(Failure::Elements(error)),
            (Some(reason), _) => Err(Failure::Stopped(format!("{}; {again}", input::with_causes(&reason)))),
            (None, Some(unread)) => Err(Failure::Stopped(format!("{unread}; {again}"))),
            (None, None) if self.summary.limited => {
                Err(Failure::Stopped(format!("the limit of this run is reached; {again}")))
            }
            (None, None) => match undone {
                0 => Ok(()),
                rows => Err(Failure::Rows(format!("{rows} rows are not done; the results say why"))),
            },
        }
    }

    fn undone(&self) -> u64 {
        let undone = State::ALL.into_iter().filter(|state| !state.is_success());
        undone.map(|state| self.summary.count_of(state)).sum()
    }
}

impl Report for Done {
    fn text(&self) -> String {
        let counts = State::ALL.map(|state| (state.name(), self.summary.count_of(state)));
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let counts = counts.map(|(name, count)| (name, count.to_string()));
        let rows = [("rows", self.summary.rows().to_string())].into_iter().chain(counts);
        let results = [("results", self.results.display().to_string())];
        format!("{}:\n{}", self.environment, columns(rows.chain(results)))
    }

    fn json(&self) -> Value {
        let counts = State::ALL.map(|state| (state.name().to_owned(), self.summary.count_of(state).into()));
        json!({
            "environment": self.environment,
            "rows": self.summary.rows(),
            "counts": counts.into_iter().collect::<Map<_, _>>(),
            "stopped": self.summary.stopped.as_ref().map(ToString::to_string),
            "results": self.results.display().to_string(),
        })
    }
}
