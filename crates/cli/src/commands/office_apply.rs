//! `office apply`: every row of a file, sent and accounted for.

mod files;
mod report;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use avepoint_elements_bulk::{Bulk, Checked, Items, Journal, Original, Results, Run, Table};
use futures_util::StreamExt;

use crate::arguments::{Apply, Format, RunArguments};
use crate::confirm;
use crate::connection::Connected;
use crate::exit::Failure;
use crate::input;
use crate::interrupt::interrupted;
use crate::output;
use crate::progress::Progress;
use report::Done;

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

pub(crate) async fn run(arguments: Apply, format: Format) -> Result<(), Failure> {
    let mut table = arguments.input.open()?;
    let checked = input::checked(&mut table, arguments.run.shard)?;
    if checked.invalid > 0 && !arguments.run.skip_invalid {
        return Err(Failure::usage(format!(
            "{} of {} rows are invalid, so nothing was sent; correct them, or send the others with --skip-invalid",
            checked.invalid, checked.rows
        )));
    }
    let connected = arguments.connection.open_with(arguments.run.rate).await?;
    if arguments.run.dry_run {
        return report::rehearse(&arguments, &connected, &mut table, &checked, format).await;
    }
    if !agreed(&arguments, &connected, &checked)? {
        return Err(Failure::usage("nothing was sent, as nobody said yes"));
    }
    let journal = Arc::new(arguments.journal(&connected)?);
    let results = arguments.results(&table)?;
    let items = arguments.items(&connected, &mut table, &checked)?;
    let done = send(&arguments.run, &connected, journal, items, checked.rows, results).await?;
    output::print(format, &done)?;
    done.verdict()
}

impl Apply {
    /// The rows for a run. With `--fresh`, results of earlier runs count as little as their journal does.
    fn items<'t>(
        &self,
        connected: &Connected,
        table: &'t mut Table,
        checked: &'t Checked,
    ) -> Result<Items<'t>, Failure> {
        let entries = table.entries().map_err(|error| input::unreadable(&error))?;
        let items = Items::new(entries, checked).shard(self.run.shard);
        Ok(if self.files.fresh { items } else { items.done_at(connected.elements.base_url()) })
    }
}

/// Whether the rows may be sent: a sandbox harms nobody, and elsewhere somebody has to say so.
fn agreed(arguments: &Apply, connected: &Connected, checked: &Checked) -> Result<bool, Failure> {
    if arguments.run.yes || connected.sandbox.is_some() {
        return Ok(true);
    }
    if arguments.input.is_stdin() || !confirm::somebody_is_there() {
        return Err(Failure::usage(
            "nobody is at a terminal to confirm, so nothing was sent; look at --dry-run first, then say --yes",
        ));
    }
    confirm::confirm(&report::question(connected, checked))
}

/// Sends the rows, and writes the result of each.
async fn send(
    arguments: &RunArguments,
    connected: &Connected,
    journal: Arc<Journal>,
    items: Items<'_>,
    rows: u64,
    mut results: Results,
) -> Result<Done, Failure> {
    let bulk = settings(arguments).journal(journal.clone());
    let mut run = bulk.run(&connected.elements, items);
    let mut progress = Progress::new(rows, arguments.quiet);
    let outcome = drive(&mut run, &mut results, &mut progress).await;
    progress.end();
    outcome?;
    let (summary, items) = run.into_parts();
    let unread = items.error().map(|error| input::with_causes(error));
    // What is not written to the journal by now stopped the run, and is in its summary.
    let closed = journal.close().await;
    let results = results.finish()?;
    closed?;
    Ok(Done { summary, results, unread, environment: connected.environment.clone() })
}

fn settings(arguments: &RunArguments) -> Bulk {
    let mut bulk = Bulk::new().concurrency(arguments.concurrency.get()).patience(arguments.patience);
    if let Some(most) = arguments.max_failures {
        bulk = bulk.max_failures(most);
    }
    if let Some(limit) = arguments.limit {
        bulk = bulk.limit(limit);
    }
    bulk
}

/// Drives a run to its end: told to end once, it stops in good order; told twice, at once.
async fn drive(
    run: &mut Run<Original, Items<'_>>,
    results: &mut Results,
    progress: &mut Progress,
) -> Result<(), Failure> {
    let mut ticks = tokio::time::interval(TICK);
    let mut told = pin!(interrupted());
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            () = &mut told => {
                if std::mem::replace(&mut stopping, true) {
                    progress.end();
                    return Err(Failure::interrupted());
                }
                run.stop();
                progress.say("stopping when the requests under way have ended; Ctrl-C again stops at once");
                told.set(interrupted());
            }
            _ = ticks.tick() => {
                results.flush()?;
                progress.update(run.summary(), run.pause(), stopping);
            }
            result = run.next() => match result {
                Some((original, outcome)) => results.write(&original, &outcome)?,
                None => return Ok(()),
            }
        }
    }
}
