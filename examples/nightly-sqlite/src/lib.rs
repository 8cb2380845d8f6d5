//! The nightly job: people of a database are planned, applied and, if need be, taken back.

mod database;

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use avepoint_elements::Elements;
use avepoint_elements_bulk::directory::{KeyIndex, ListOptions, resolve};
use avepoint_elements_bulk::plan::{
    Plan, PlanHeader, PlanItems, PlanOutcome, PlanRow, PlanWriter, PlanningItems, invert,
};
use avepoint_elements_bulk::{
    BulkOptions, CountOrPercent, InputOptions, Item, Journal, Snapshot, State, Summary, UserHash,
    check_plan_row, journal_name,
};
use futures_util::{StreamExt, stream};

pub use database::{Database, Person};

pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Lists of users that are asked for at a time.
const LISTS_AT_A_TIME: usize = 4;

/// Finds the user of each person, reads the user, and writes to `path` what would change. Nothing is updated.
///
/// The people are held in memory, some hundred bytes each: their addresses are looked for in one pass over the lists of users.
pub async fn plan(elements: &Elements, database: &Database, path: &Path) -> Result<Plan> {
    let rows: Vec<_> = database.people()?.iter().map(plan_row).collect();
    let mut index = KeyIndex::new(None, None);
    for row in &rows {
        index.add(&row.keys.as_keys())?;
    }
    let resolved = resolve(elements, index, ListOptions::new().concurrency(LISTS_AT_A_TIME), |_| ()).await?;

    let mut writer = PlanWriter::create(path, &PlanHeader::new(elements.base_url(), SystemTime::now()))?;
    let items = PlanningItems::new(rows.into_iter(), resolved);
    let mut run = BulkOptions::new().run(elements, stream::iter(items));
    while let Some((person, outcome)) = run.next().await {
        let outcome = PlanOutcome::from(outcome);
        database.record(person, outcome.state.name(), &outcome)?;
        writer.record(&outcome)?;
    }
    match &run.summary().stopped {
        // What is written so far stays beside, as `.partial`; the next night begins anew.
        Some(stopped) => Err(stopped.clone().into()),
        None => Ok(writer.finish()?),
    }
}

/// A row of the plan. Its number is that of the person, which the plan keeps.
fn plan_row(person: &Person) -> PlanRow<i64> {
    let row = check_plan_row(person.values(), &InputOptions::default());
    PlanRow::checked(person.id, person.id.unsigned_abs(), row)
}

/// Refuses a plan that changes more than a night does.
pub fn guard(plan: &Plan, most: CountOrPercent) -> Result<()> {
    let counts = plan.counts().ok_or("the plan is not whole")?;
    counts.check_changes(most)?;
    match counts.clears() {
        0 => Ok(()),
        clears => Err(format!("{clears} users would lose a value; look at the plan").into()),
    }
}

/// Applies a plan until `stop` ends, and records what came of each person.
///
/// What holds when this ends early: the next call with the same plan goes on. The journal beside the plan knows how far
/// it was.
pub async fn apply(
    elements: &Elements,
    database: &Database,
    plan: &Plan,
    stop: impl Future<Output = ()>,
) -> Result<Summary> {
    plan.check_service(elements.base_url(), None)?;
    let journal = Journal::open_for_plan(&journal_path(plan), elements.base_url(), plan.sha256())?;
    let journal = Arc::new(journal);
    // Where a line of the plan cannot be read, the run ends with that error.
    let rows = stream::iter(plan.users()).map(|planned| planned.map(|it| Item::Apply(it.line, it)));
    let options = BulkOptions::new().max_failures(CountOrPercent::count(20)).journal(journal.clone());
    let mut run = options.try_run(elements, rows);
    let mut stop = pin!(stop);
    let mut is_stopped = false;
    loop {
        let next = tokio::select! {
            biased;
            () = &mut stop, if !is_stopped => {
                is_stopped = true;
                run.stop();
                continue;
            }
            next = run.next() => next,
        };
        let Some((person, outcome)) = next else { break };
        database.record(person.cast_signed(), outcome.state.name(), &outcome)?;
    }
    let summary = run.summary().clone();
    drop(run);
    if summary.stopped.is_none() {
        journal.end_run()?;
    }
    journal.close().await?;
    Ok(summary)
}

/// How many users have what the plan leads to, and how many do not.
pub async fn verify(elements: &Elements, plan: &Plan) -> Result<(u64, u64)> {
    let mut run = BulkOptions::new().run(elements, PlanItems::verify(plan));
    while run.next().await.is_some() {}
    let confirmed = run.summary().count(State::Confirmed);
    Ok((confirmed, run.summary().rows() - confirmed))
}

/// Writes the plan that takes back what a plan has changed: those of its users that the journal calls done or unknown. It is
/// applied as any other.
pub fn undo(plan: &Plan, path: &Path) -> Result<Plan> {
    let journal = Snapshot::read(&journal_path(plan))?;
    let inverse = invert(plan, path, SystemTime::now(), |planned| {
        let newest = journal.newest(&UserHash::of(&planned.user))?;
        Ok(newest.is_some_and(|it| matches!(it.outcome.state, State::Done | State::Unknown)))
    });
    Ok(inverse?)
}

fn journal_path(plan: &Plan) -> std::path::PathBuf {
    journal_name(plan.path(), None)
}
