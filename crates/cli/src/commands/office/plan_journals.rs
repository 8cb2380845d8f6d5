//! The journals that tell of a plan.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::plan::{Plan, PlannedUser};
use avepoint_elements_bulk::{FileError, Shard, Snapshot, State, UserHash, journal_name, shard_of_journal};

use super::partial_sync;
use crate::failure::Failure;

/// What was recorded of a plan, by one machine or by several.
pub(super) struct PlanJournals {
    /// The plan's name, beside which the journals stand.
    name: PathBuf,
    told: Vec<(PathBuf, Snapshot)>,
    /// The first shard of which no journal tells of the plan, although one of another shard does.
    missing: Option<Shard>,
}

impl PlanJournals {
    /// Reads those of these files that tell of a plan; `of_another` hears of the others.
    pub(super) fn read(
        plan: &Plan,
        paths: impl IntoIterator<Item = PathBuf>,
        mut of_another: impl FnMut(&Path, &Snapshot),
    ) -> Result<Self, Failure> {
        let (name, mut told) = (partial_sync::name(plan), Vec::new());
        for path in paths {
            match Snapshot::find(&path)? {
                Some(journal) if journal.plan() == Some(plan.journal_id()) => told.push((path, journal)),
                Some(journal) => of_another(&path, &journal),
                None => {}
            }
        }
        let missing = missing_shard(&name, &told);
        Ok(Self { name, told, missing })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &Snapshot)> {
        self.told.iter().map(|(path, journal)| (&**path, journal))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// What a journal that should be there is called, since those of other shards are; with its shard.
    pub(super) fn missing(&self) -> Option<(PathBuf, Shard)> {
        self.missing.map(|shard| (journal_name(&self.name, Some(shard)), shard))
    }

    /// What the newest record of a user says, in the journal that says most: that the user was changed, or may have been.
    pub(super) fn newest(&self, planned: &PlannedUser) -> Result<Option<State>, FileError> {
        let user = UserHash::of(&planned.user);
        let mut newest = None;
        for (_, journal) in &self.told {
            let state = journal.newest(&user)?.map(|record| record.outcome.state);
            newest = [newest, state].into_iter().flatten().max_by_key(|state| says(*state));
        }
        Ok(newest)
    }
}

/// How much a record says of a user's change.
fn says(state: State) -> u8 {
    match state {
        State::Done => 2,
        State::Unknown => 1,
        _ => 0,
    }
}

fn missing_shard(name: &Path, told: &[(PathBuf, Snapshot)]) -> Option<Shard> {
    let told: Vec<_> = told.iter().filter_map(|(path, _)| shard_of_journal(name, path)).collect();
    let of = |number, count| format!("{number}/{count}").parse().ok();
    let mut all =
        told.iter().flat_map(|shard| (1..=shard.count()).filter_map(|number| of(number, shard.count())));
    all.find(|shard| !told.contains(shard))
}
