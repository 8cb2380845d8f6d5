//! `office status`: what the journal of a file says.

use avepoint_elements_bulk::{Snapshot, State, journal_name};
use serde_json::{Map, Value, json};

use crate::arguments::{Format, Status};
use crate::exit::Failure;
use crate::output::{self, Report, columns};

pub(crate) fn run(arguments: &Status, format: Format) -> Result<(), Failure> {
    let path = arguments.journal.clone();
    let path = path.unwrap_or_else(|| journal_name(&arguments.file, arguments.shard));
    if !path.exists() {
        return Err(Failure::usage(format!(
            "there is no journal {}: nothing was applied yet",
            path.display()
        )));
    }
    let journal = Snapshot::read(&path)?;
    output::print(format, &Newest { journal, path: path.display().to_string() })
}

struct Newest {
    journal: Snapshot,
    path: String,
}

impl Newest {
    /// How many users came to what, by their newest records.
    fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = State::ALL.map(|state| (state.name(), self.journal.count(state)));
        counts.into_iter().filter(|(_, count)| *count > 0)
    }
}

impl Report for Newest {
    fn text(&self) -> String {
        let counts = self.counts().map(|(name, count)| (name, count.to_string()));
        let of = [
            ("journal", self.path.clone()),
            ("service", self.journal.base_url().unwrap_or_default().to_owned()),
        ];
        columns(of.into_iter().chain(counts))
    }

    fn json(&self) -> Value {
        let counts = self.counts().map(|(name, count)| (name.to_owned(), count.into()));
        json!({
            "journal": self.path,
            "service": self.journal.base_url(),
            "users": counts.collect::<Map<_, _>>(),
        })
    }
}
